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
import { describeGuest, type Guest, GuestLookupError, guestNow } from "../pve/guests.ts";
import type { PlannedRequest } from "../tool/planned_request.ts";
import type { Services } from "../tool/services.ts";

/** With what time and signal a judgement reads. */
export type JudgementOptions = RequestOptions & { readonly signal: AbortSignal };

/** Why a judgement ends: the node that the request would go to does not answer. */
class NodeSilentError extends Error {
  constructor(override readonly cause: PveError) {
    super(cause.message);
  }
}

/** Throws what PVE said of a node that does not answer, and all else as it is. */
export function throwAnswer(error: unknown): never {
  throw error instanceof NodeSilentError ? error.cause : error;
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

  /**
   * The guests as their nodes know them: the cluster's list shows names, tags and states that are
   * up to ten seconds old. A guest that its node does not show stays as it is listed.
   *
   * @throws {GuestLookupError} When a node's answer makes no sense: nothing can rest on it.
   */
  async asTheyAre(guests: readonly Guest[]): Promise<readonly Guest[]> {
    const groups = Map.groupBy(guests, ({ node, type }) => `${node}/${type}`);
    const read = await Promise.all([...groups.values()].map((group) => this.#readGroup(group)));
    const now = new Map(read.flat().map((guest) => [guest.vmid, guest]));
    return guests.map((guest) => now.get(guest.vmid) ?? guest);
  }

  /** Guests of one node and type: one by its own state, several from their node's list. */
  async #readGroup(group: readonly Guest[]): Promise<readonly Guest[]> {
    const [{ node, type, vmid }] = group as [Guest, ...Guest[]];
    const isOne = group.length === 1;
    let rows: unknown;
    try {
      rows = isOne
        ? [await this.get(`GET /nodes/{node}/${type}/{vmid}/status/current`, { node, vmid })]
        : await this.get(`GET /nodes/{node}/${type}`, { node });
    } catch (error) {
      // Of a node that is known to be away, the list is all that anybody knows.
      const isAway = group.every(({ status }) => status === "unknown");
      if (error instanceof PveError || (error instanceof NodeSilentError && isAway)) return group;
      throw error;
    }
    return group.map((guest) => {
      const list = Array.isArray(rows) ? rows : [undefined];
      const found = list.map((row) => guestNow(guest, row)).find((each) => each !== undefined);
      // A node's list leaves out what the token may not see; the state of one guest does not.
      if (found || (!isOne && Array.isArray(rows))) return found ?? guest;
      throw new GuestLookupError(`${node} answered no state of ${describeGuest(guest)}`, "unread");
    });
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
