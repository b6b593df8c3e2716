/**
 * Rows of guests as their nodes know them. The cluster's list has who lives where at once, but
 * learns names and states from a daemon that looks every ten seconds: a new guest is nameless there,
 * and one that was just started is stopped.
 *
 * @module
 */
import type { PveClient } from "./client.ts";
import { guestOperation, type Operation, operationFact } from "./api.ts";
import type { Args } from "./encode.ts";
import { PveError } from "./errors.ts";

/** A row of `/cluster/resources`, or of a node's list. */
export interface ResourceRow {
  readonly [key: string]: unknown;
}

/** A guest, as far as it takes to ask for it. */
export interface GuestPlace {
  readonly vmid: number;
  readonly type: "qemu" | "lxc";
  readonly node: string;
}

/** Seconds that a node has to answer: without it, the cluster's list is what is known. */
const LOOK = { timeoutSeconds: 5 };
const TYPES = ["qemu", "lxc"] as const;

/** What a node tells of a guest, by the name that the cluster's list has for it. */
const TOLD: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...["name", "status", "template", "tags", "lock", "uptime", "cpu", "mem", "memhost"],
      ...["maxmem", "disk", "maxdisk", "netin", "netout", "diskread", "diskwrite"],
    ].map((key) => [key, key]),
  ),
  maxcpu: "cpus",
};

/** Where the guest of a row is; undefined when the row is something else. */
export function placeOf(row: ResourceRow): GuestPlace | undefined {
  const { type, node } = row;
  const vmid = Number(row.vmid);
  if ((type !== "qemu" && type !== "lxc") || typeof node !== "string" || !vmid) return undefined;
  return { vmid, type, node };
}

/** True for a guest that the cluster's list knows by nothing but its number. */
export function isNameless({ name, status }: ResourceRow): boolean {
  return name === undefined || status === undefined || status === "unknown";
}

/** What a guest or a storage has no longer when its node is down. */
const FIGURES = ["uptime", "cpu", "mem", "memhost", "netin", "netout", "diskread", "diskwrite"];

/**
 * Rows of the cluster's list in which nothing runs on a node that is offline: for some minutes the
 * list has guests and storages there as they were.
 */
export function withoutLeftovers<T extends ResourceRow>(rows: readonly T[]): readonly T[] {
  const offline = new Set(
    rows.filter(({ type, status }) => type === "node" && status === "offline")
      .map(({ node }) => node),
  );
  if (offline.size === 0) return rows;
  return rows.map((row) => {
    const isLeft = offline.has(row.node) && /^(running|available)$/.test(String(row.status));
    if (!isLeft) return row;
    const kept = Object.entries(row).filter(([name]) => !FIGURES.includes(name));
    return { ...Object.fromEntries(kept) as T, status: "unknown" };
  });
}

/** Nodes that may answer, by rows that tell of nodes as well, or asked for. */
async function reachableNodes(
  pve: PveClient,
  listed: readonly ResourceRow[] = [],
): Promise<string[]> {
  const known = listed.filter(({ type }) => type === "node");
  const rows = known.length > 0
    ? known
    : (await pve.request("GET /nodes", {}, LOOK)).data as readonly ResourceRow[];
  return rows.filter(({ status }) => status !== "offline").map(({ node }) => String(node));
}

/** What a node tells of guests of one type: of one its state, of several their list. */
async function askNode(pve: PveClient, places: readonly GuestPlace[]): Promise<ResourceRow[]> {
  const [{ node, type, vmid }] = places as [GuestPlace, ...GuestPlace[]];
  const operation = places.length === 1
    ? guestOperation("GET /nodes/{node}/{type}/{vmid}/status/current", type)
    : `GET /nodes/{node}/${type}` as const;
  const { data } = await pve.request(operation, {
    node,
    vmid: places.length === 1 ? vmid : undefined,
  }, LOOK);
  return Array.isArray(data) ? data : [data as ResourceRow];
}

/**
 * Rows of the cluster's list, those of some guests as their nodes know them now. What a node does
 * not tell stays as it is listed.
 */
export async function asNodesKnow(
  pve: PveClient,
  rows: readonly ResourceRow[],
  isAsked: (row: ResourceRow, place: GuestPlace) => boolean,
): Promise<readonly ResourceRow[]> {
  const asked = rows.flatMap((row) => {
    const place = placeOf(row);
    return place && isAsked(row, place) ? [place] : [];
  });
  if (asked.length === 0) return rows;
  const reachable = new Set(await reachableNodes(pve, rows).catch(() => []));
  const groups = Map.groupBy(
    asked.filter(({ node }) => reachable.has(node)),
    ({ node, type }) => `${node}/${type}`,
  );
  const told = await Promise.all(
    [...groups].map(async ([group, places]) =>
      (await askNode(pve, places).catch(() => []))
        .map((row): [string, ResourceRow] => [`${group}/${row?.vmid}`, row])
    ),
  );
  const known = new Map(told.flat());
  return rows.map((row) => {
    const now = known.get(`${row.node}/${row.type}/${row.vmid}`);
    if (!now) return row;
    const fields = Object.entries(TOLD).map(([name, told]) => [name, now[told]]);
    return { ...row, ...Object.fromEntries(fields) };
  });
}

/** True for a number that a guest has, whoever may look at it. */
async function isTaken(pve: PveClient, vmid: number): Promise<boolean> {
  try {
    await pve.request("GET /cluster/nextid", { vmid }, LOOK);
    return false;
  } catch (error) {
    return error instanceof PveError && error.errors.vmid !== undefined;
  }
}

/**
 * Where a guest is that the cluster's list does not show this token; undefined when there is none.
 * Anybody may ask whether a number is free, and a node for the directory of a guest, which it
 * refuses when the guest is not there.
 */
export async function findHidden(pve: PveClient, vmid: number): Promise<GuestPlace | undefined> {
  if (!await isTaken(pve, vmid)) return undefined;
  const nodes = await reachableNodes(pve);
  const places = nodes.flatMap((node) => TYPES.map((type): GuestPlace => ({ vmid, type, node })));
  const found = await Promise.all(places.map(async (place) => {
    const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/status", place.type);
    const isThere = pve.request(operation, { node: place.node, vmid }, LOOK).then(() => true);
    return await isThere.catch(() => false) ? place : undefined;
  }));
  return found.find((place) => place !== undefined);
}

/** What below a guest's path changes neither its name nor its state. */
const BESIDE = /\/(?:firewall|agent|sendkey|monitor|\w+proxy|\w*tunnel|rrd\w*)(?:\/|$)/;
/** Changes of all guests of a node, unless they name some. */
const OF_NODE = /^\/nodes\/\{node\}\/\w+all$/;

/** Whose names and states a change may touch. */
export interface Touched {
  readonly vmids: readonly number[];
  /** All guests of this node. */
  readonly node?: string;
}

/** The guests whose names and states a request may change. */
export function touchedBy(operation: Operation, args: Args): Touched {
  const { method, path } = operationFact(operation);
  if (method === "GET" || BESIDE.test(path)) return { vmids: [] };
  const named = [args.vmid, args.newid, args.vms, args.sid, args["target-vmid"]];
  const vmids = named.flatMap((value) => String(value ?? "").match(/\d+/g) ?? []).map(Number);
  const ofNode = vmids.length === 0 && OF_NODE.test(path);
  return { vmids, ...(ofNode ? { node: String(args.node) } : {}) };
}

/** The guest whose name and state a task may have changed: its UPID names it. */
export function touchedByTask({ id }: { readonly id: string }): Touched {
  return { vmids: /^\d+$/.test(id) ? [Number(id)] : [] };
}
