/**
 * The digest of a guest's configuration: sent with a change that takes something away, so that
 * Proxmox VE itself refuses it when anybody has changed the configuration since it was judged.
 *
 * @module
 */
import { guestOperation, operationFact } from "../pve/api.ts";
import { PveError } from "../pve/errors.ts";

import type { PlannedRequest } from "../tool/define.ts";
import type { Services } from "../tool/services.ts";
import type { JudgementOptions } from "./judgement.ts";

/** Operations on a guest whose `digest` is that of its configuration. */
const OF_CONFIG = /^\/nodes\/\{node\}\/(qemu|lxc)\/\{vmid\}\/(?!firewall)/;

/**
 * The request with the digest of now, where it takes one and has none. It is read before the
 * request is judged: what changes in between is refused, not missed.
 */
export async function withDigest(
  { pve }: Services,
  request: PlannedRequest,
  options: JudgementOptions,
): Promise<PlannedRequest> {
  const { operation, args } = request;
  const { path, params } = operationFact(operation);
  const type = OF_CONFIG.exec(path)?.[1] as "qemu" | "lxc" | undefined;
  if (!type || !params.digest || args.digest !== undefined) return request;
  try {
    const read = guestOperation("GET /nodes/{node}/{type}/{vmid}/config", type);
    const { data } = await pve.request(read, { node: args.node, vmid: args.vmid }, options);
    const { digest } = data as { readonly digest?: string };
    return digest === undefined ? request : { operation, args: { ...args, digest } };
  } catch (error) {
    // The judgement says what could not be read.
    if (error instanceof PveError) return request;
    throw error;
  }
}
