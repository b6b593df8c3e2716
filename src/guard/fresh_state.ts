/**
 * What is there at the moment of one judgement: each answer is read anew, and once. Remembers the
 * digests of what was read, so that a request can be sent for that state alone.
 *
 * @module
 */
import type { RequestOptions } from "../pve/client.ts";
import type { CurrentState, ReadOperation } from "../pve/effects/effect.ts";
import { type Operation, operationFact, pathParams } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { PveError } from "../pve/errors.ts";
import type { Guest } from "../pve/guests.ts";
import type { PlannedRequest } from "../tool/define.ts";
import type { Services } from "../tool/services.ts";

/** With what time and signal a judgement reads. */
export type JudgementOptions = RequestOptions & { readonly signal: AbortSignal };

/** Why a judgement ends: the node that the request would go to does not answer. */
export class NodeSilentError extends Error {
  constructor(override readonly cause: PveError) {
    super(cause.message);
  }
}

/** From this status on, PVE did not reach the node. */
const NODE_UNREACHABLE = 595;
/** Changes of a guest's configuration file, and the reads that tell its state. */
const GUEST_CONFIG =
  /^(\/nodes\/[^/]+\/(?:qemu|lxc)\/\d+)\/(?:config|resize|move_disk|move_volume)$/;
const CONFIG_READS = ["$1/pending", "$1/config"];

function pathOf(operation: Operation, args: Args): string {
  const { path } = operationFact(operation);
  return pathParams(path).reduce(
    (filled, name) => filled.replace(`{${name}}`, String(args[name])),
    path,
  );
}

/** The digest in an object that PVE answers, or in its row of a list of keys. */
function digestIn(data: unknown): string | undefined {
  const row = Array.isArray(data)
    ? data.find((each: { readonly key?: unknown } | null) => each?.key === "digest")
    : data;
  const { digest, value = digest } = (row ?? {}) as Readonly<Record<string, unknown>>;
  return typeof value === "string" ? value : undefined;
}

/** Reads for one judgement. */
export class FreshState implements CurrentState {
  readonly #answers = new Map<string, Promise<unknown>>();
  readonly #digests = new Map<string, string>();
  readonly #nodes: ReadonlySet<unknown>;
  #listed: Promise<readonly Guest[]> | undefined;

  constructor(
    private readonly services: Services,
    requests: readonly PlannedRequest[],
    private readonly options: JudgementOptions,
  ) {
    this.#nodes = new Set(requests.map(({ args }) => args.node));
  }

  get(operation: ReadOperation, args: Args): Promise<unknown> {
    const key = JSON.stringify([operation, args]);
    const known = this.#answers.get(key) ?? this.#read(operation, args);
    this.#answers.set(key, known);
    return known;
  }

  guests(): Promise<readonly Guest[]> {
    return this.#listed ??= this.services.guests.listFresh(this.options.signal);
  }

  /** The request for the state that was read alone, where PVE takes a digest and has told one. */
  bound(request: PlannedRequest): PlannedRequest {
    const { operation, args } = request;
    if (args.digest !== undefined || !operationFact(operation).params.digest) return request;
    const path = pathOf(operation, args);
    const [digest] = [path, ...CONFIG_READS.map((read) => path.replace(GUEST_CONFIG, read))]
      .flatMap((each) => this.#digests.get(each) ?? []);
    return digest === undefined ? request : { ...request, args: { ...args, digest } };
  }

  async #read(operation: ReadOperation, args: Args): Promise<unknown> {
    try {
      const { data } = await this.services.pve.request(operation, args, this.options);
      const digest = digestIn(data);
      if (digest !== undefined) this.#digests.set(pathOf(operation, args), digest);
      return data;
    } catch (error) {
      const silent = error instanceof PveError && error.status >= NODE_UNREACHABLE;
      throw silent && this.#nodes.has(args.node) ? new NodeSilentError(error) : error;
    }
  }
}
