/**
 * What reports read: the cluster at a glance in one request, and the rest node by node, side by side
 * within the request limiter. What does not answer, or may not be seen, is remembered and said.
 *
 * @module
 */
import { once } from "../../base/async/once.ts";
import { some } from "../../base/text/units.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import type { ReadOperation } from "../../pve/api.ts";
import { type PermissionMap, privilegesOn } from "../../pve/coverage.ts";
import type { Args } from "../../pve/encode.ts";
import {
  isNotInRelease,
  isUnanswered,
  NotPveError,
  PveError,
  PveTimeoutError,
} from "../../pve/errors.ts";
import { withoutLeftovers } from "../../pve/guest_rows.ts";
import type { Guest } from "../../pve/guests.ts";
import { GUESTS, sightOf } from "../../pve/hidden_rows.ts";
import { storageOf, type StorageRow } from "../../pve/storage_rows.ts";
import { cannotSee, DOCTOR_TELLS } from "../../answer/hints/cannot_see.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";

/** Seconds after which a node that says nothing is left out: others have to be heard as well. */
const NODE_SECONDS = 15;

/** A node as the cluster lists it. */
export interface NodeRow {
  readonly node: string;
  readonly status?: string;
  readonly cpu?: number;
  readonly maxcpu?: number;
  readonly mem?: number;
  readonly maxmem?: number;
  readonly disk?: number;
  readonly maxdisk?: number;
  readonly uptime?: number;
}

/** A guest as the cluster lists it; what its node would say is absent while that is offline. */
export interface GuestRow {
  readonly vmid: number;
  readonly type: Guest["type"];
  readonly node: string;
  readonly name: string;
  readonly status: string;
  readonly template?: number;
  readonly maxcpu?: number;
  readonly maxmem?: number;
  readonly mem?: number;
  readonly pool?: string;
  readonly lock?: string;
  readonly hastate?: string;
}

/** The cluster at a glance. */
export interface Resources {
  readonly nodes: readonly NodeRow[];
  /**
   * Names of the nodes that are not offline. Of one whose daemon for statistics stands still, PVE
   * says "unknown": it may well answer.
   */
  readonly online: readonly string[];
  /** Names of the nodes that send figures and states, of themselves and of what is on them. */
  readonly reporting: readonly string[];
  readonly guests: readonly GuestRow[];
  readonly storages: readonly StorageRow[];
}

/** Privileges without which PVE leaves rows out of what a report reads, by the path they are for. */
export type Needs = readonly (readonly [
  privilege: string,
  path: string,
  hides: string,
  /** What is enough in its place. */
  unless?: readonly [privilege: string, path: string],
])[];

/** Whether the token has all of the privileges, so that what they show is all there is. */
export type Sees = (...privileges: readonly string[]) => boolean;

/** What is read of an operation that the node's release does not have: it is known, and nothing. */
export const NO_OPERATION = null;

function guestOf(row: Row): GuestRow {
  return { ...row, name: String(row.name ?? row.vmid) } as unknown as GuestRow;
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

/** Rows of an answer that is a list. */
export function rowsOf<T = Row>(data: unknown): readonly T[] {
  return (Array.isArray(data) ? data.filter(isRow) : []) as readonly T[];
}

/** Each storage once: a shared one on the first node that has it, others on each. */
export function distinct(storages: readonly StorageRow[]): StorageRow[] {
  const seen = new Map<string, StorageRow>();
  const sorted = storages.toSorted((one, other) => Number(other.available) - Number(one.available));
  for (const row of sorted) {
    const key = row.shared ? row.storage : `${row.storage}\n${row.node}`;
    if (!seen.has(key)) seen.set(key, row);
  }
  return [...seen.values()].sort((one, other) => placeOf(one).localeCompare(placeOf(other), "en"));
}

/** @throws {ToolError} When there is none of that name, or none can be seen. */
export function checkStorage(storages: readonly StorageRow[], name: string): void {
  const names = [...new Set(storages.map(({ storage }) => storage))].sort();
  if (names.includes(name)) return;
  if (names.length === 0) {
    throw new ToolError(`Whether there is a storage "${name}" cannot be seen`, {
      reason: "Datastore.Audit on /storage lets the token look",
    });
  }
  throw new ToolError(`There is no storage "${name}"`, {
    reason: `Storages: ${names.join(", ")}.${didYouMean(name, names)}`,
  });
}

/** `nas`, `local on pve1` */
export function placeOf({ storage, node, shared }: StorageRow): string {
  return shared ? storage : `${storage} on ${node}`;
}

/** Reads for one report. */
export class Readings {
  /** What was not read, by the reason. */
  readonly #unread = new Map<string, string[]>();
  /** Nodes that were asked, and did not answer. */
  readonly silent = new Set<string>();
  readonly #notes: string[] = [];

  constructor(readonly context: ReadContext) {}

  /** Seconds since 1970. */
  get now(): number {
    return Math.floor(this.context.clock.now() / 1000);
  }

  /**
   * All nodes, guests and storages.
   *
   * @throws When the cluster does not answer: a report has nothing to say then.
   */
  async resources(): Promise<Resources> {
    const { data } = await this.context.request("GET /cluster/resources", {});
    const rows = withoutLeftovers(rowsOf(data));
    const ofType = (...types: readonly string[]): Row[] =>
      rows.filter(({ type }) => types.includes(String(type)));
    const nodes = ofType("node") as unknown as NodeRow[];
    nodes.sort((one, other) => one.node.localeCompare(other.node, "en", { numeric: true }));
    const offline = nodes.filter(({ status }) => status === "offline").map(({ node }) => node);
    if (offline.length > 0) {
      this.#notes.push(`Offline, so that what only it knows is missing: ${offline.join(", ")}`);
    }
    const online = nodes.map(({ node }) => node).filter((node) => !offline.includes(node));
    const reporting = nodes.filter(({ status }) => status === "online").map(({ node }) => node);
    const mute = online.filter((node) => !reporting.includes(node));
    if (mute.length > 0) {
      this.#notes.push(
        `Figures and states are missing of ${mute.join(", ")}, where pvestatd sends none`,
      );
    }
    return {
      nodes,
      online,
      reporting,
      guests: ofType("qemu", "lxc").map(guestOf),
      storages: ofType("storage").map(storageOf),
    };
  }

  /**
   * The data of an operation, or undefined when it cannot be had: `unseen` then says why. Where the
   * release does not have it, there is nothing that it could tell: that is {@linkcode NO_OPERATION}.
   */
  async read<T = unknown>(
    operation: ReadOperation,
    args: Args = {},
    what: string = operation,
  ): Promise<T | undefined> {
    try {
      const own = args.node === undefined ? undefined : { timeoutSeconds: NODE_SECONDS };
      return (await this.context.request(operation, args, own)).data as T;
    } catch (error) {
      this.context.signal.throwIfAborted();
      const isAnswer = error instanceof PveError || error instanceof NotPveError ||
        error instanceof PveTimeoutError;
      if (!isAnswer) throw error;
      if (isNotInRelease(error)) return NO_OPERATION as T;
      const isSilent = isUnanswered(error);
      if (isSilent && args.node !== undefined) this.silent.add(String(args.node));
      const reason = isSilent && args.node !== undefined
        ? `${args.node} did not answer`
        : errorMessage(error);
      this.#unread.set(reason, [...this.#unread.get(reason) ?? [], what]);
      return undefined;
    }
  }

  /** An operation of each of the nodes; those that do not answer it are left out. */
  async ofNodes<T = unknown>(
    nodes: readonly string[],
    operation: ReadOperation,
    what: string,
    args: Args = {},
  ): Promise<(readonly [node: string, data: T])[]> {
    const read = await Promise.all(
      nodes.map(async (node) => [node, await this.read<T>(operation, { ...args, node }, what)]),
    );
    return read.filter(([, data]) => data !== undefined) as unknown as [string, T][];
  }

  /** Volumes of a storage, of one kind of content or of all. */
  async volumes(place: StorageRow, content?: string): Promise<readonly Row[]> {
    const { storage, node } = place;
    const data = await this.read(
      "GET /nodes/{node}/storage/{storage}/content",
      { node, storage, content },
      `volumes on ${placeOf(place)}`,
    );
    return rowsOf(data);
  }

  /** What the token may do; undefined where that cannot be read. */
  readonly permissions: () => Promise<PermissionMap | undefined> = once(() =>
    this.read<PermissionMap>("GET /access/permissions", {}, "own privileges")
  );

  /** @throws {ToolError} When the token may do nothing: all that it does not see is unknown. */
  async assertSight(): Promise<void> {
    const map = await this.permissions();
    if (map === undefined || Object.values(map).some((each) => Object.keys(each).length > 0)) {
      return;
    }
    throw new ToolError("Nothing of the cluster can be seen", {
      reason: "The token has no privilege at all",
      notes: [DOCTOR_TELLS],
    });
  }

  /** @throws {ToolError} When no guest can be seen: what there is to say of them is unknown. */
  async assertGuests({ guests }: Resources): Promise<void> {
    const map = guests.length > 0 ? undefined : await this.permissions();
    if (map && sightOf(GUESTS, map).reach !== "all") throw cannotSee([GUESTS]);
  }

  /** Something that the answer must say. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /**
   * Looks up what the token lacks, without which PVE leaves out rows and does not say so.
   *
   * @returns Whether it has a privilege where the report needs it.
   */
  async check(needs: Needs): Promise<Sees> {
    const map = await this.permissions();
    if (map === undefined) return () => false;
    const lacking = new Set<string>();
    const has = (privilege: string, path: string): boolean =>
      privilegesOn(path, map).has(privilege);
    for (const [privilege, path, hides, unless] of needs) {
      if (has(privilege, path) || (unless && has(...unless))) continue;
      lacking.add(privilege);
      this.#notes.push(`The token lacks ${privilege} on ${path}: ${hides} may be missing here`);
    }
    return (...privileges) => privileges.every((each) => !lacking.has(each));
  }

  /** What could not be seen, a sentence each. */
  unseen(): string[] {
    const unread = [...this.#unread].map(([reason, what]) =>
      `Not read: ${some([...new Set(what)], 5)}: ${reason}`
    );
    return [...this.#notes, ...unread];
  }
}
