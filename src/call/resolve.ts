/**
 * Finds what a call is about: the guest by number or name, its node and type, the node of a
 * cluster of one, a node that has a storage.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { describeGuest, type Guest, kindOf } from "../pve/guests.ts";
import type { PveClient, RequestOptions } from "../pve/client.ts";
import { parseUpid } from "../pve/upid.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { ToolError } from "../tool/answer.ts";
import type { Action, ToolDefinition } from "../tool/define.ts";
import { allFacts, onlyGuestType } from "../tool/operation.ts";
import { counterpartOf } from "../tool/counterparts.ts";
import { targetOf } from "../tool/target.ts";
import type { Services } from "../tool/services.ts";

/** What was found. */
export interface ResolvedTarget {
  readonly guest?: Guest;
  readonly node?: string;
  readonly notes: readonly string[];
  /** What of the caller's words the guest contradicts: then nothing is taken from it. */
  readonly contradiction?: string;
}

interface NodeRow {
  readonly node: string;
  readonly status: string;
}

async function nodes(pve: PveClient, request: RequestOptions): Promise<NodeRow[]> {
  return (await pve.request("GET /nodes", {}, request)).data as NodeRow[];
}

async function onlyNode(pve: PveClient, request: RequestOptions): Promise<string> {
  const all = await nodes(pve, request);
  const [first] = all;
  if (first && all.length === 1) return first.node;
  throw new ToolError('Cannot do this without "node"', {
    reason: `The cluster has ${all.length} nodes: ${
      all.map((each) => each.node).sort().join(", ")
    }`,
    parameters: { node: "is missing" },
  });
}

async function anyNode(pve: PveClient, request: RequestOptions): Promise<string> {
  const all = await nodes(pve, request);
  const online = all.filter((each) => each.status === "online");
  // Of a node whose daemon for statistics stands still, PVE says "unknown": it may well answer.
  const others = all.filter((each) => each.status !== "offline");
  const [first] = (online.length > 0 ? online : others).map((each) => each.node).sort();
  if (!first) throw new ToolError("Cannot ask any node", { reason: "No node is online" });
  return first;
}

interface StorageRow {
  readonly storage?: string;
  readonly node: string;
  readonly status?: string;
  readonly shared?: number;
}

/** A node that has the storage. What is on it differs by node unless it is shared. */
async function resolveStorage(
  pve: PveClient,
  storage: string | undefined,
  action: Action,
  request: RequestOptions,
): Promise<ResolvedTarget> {
  const answer = await pve.request("GET /cluster/resources", { type: "storage" }, request);
  const rows = answer.data as StorageRow[];
  const having = rows.filter((row) => row.storage === storage);
  const online = having.filter((row) => row.status === "available");
  const nodes = (online.length > 0 ? online : having).map((row) => row.node).sort();
  const [node] = nodes;
  if (node === undefined) throw unknownStorage(storage, rows);
  if (nodes.length === 1 || Number(having[0]?.shared ?? 0) === 1) return { node, notes: [] };
  const each = `"${storage}" is a separate one on each of ${nodes.join(", ")}`;
  if (action.kind === "read") return { node, notes: [`${each}: this is ${node}'s; node= chooses`] };
  throw new ToolError('Cannot do this without "node"', {
    reason: each,
    parameters: { node: "is missing" },
    notes: ["Nothing was done"],
  });
}

function unknownStorage(storage: string | undefined, rows: readonly StorageRow[]): ToolError {
  const names = [...new Set(rows.map((row) => row.storage ?? ""))].sort();
  return new ToolError(`There is no storage "${storage}"`, {
    reason: `The token sees: ${names.join(", ") || "none; it may lack Datastore.Audit"}.${
      didYouMean(storage ?? "", names)
    }`,
    fault: "missing",
  });
}

async function resolveGuest(
  services: Services,
  tool: ToolDefinition,
  action: Action,
  wanted: Readonly<Record<string, string>>,
  request: RequestOptions,
): Promise<ResolvedTarget> {
  const only = onlyGuestType(action);
  // As the cluster's list names it: `qemu/100`.
  const [, typeNamed, vmid = wanted.vmid ?? ""] = /^(qemu|lxc)\/(\d+)$/.exec(wanted.vmid ?? "") ??
    [];
  const typeWanted = (typeNamed ?? wanted.type) as Guest["type"] | undefined;
  const type = only ?? typeWanted;
  const guest = await services.guests.find(vmid, type, request.signal);
  const notes: string[] = [];
  if (only && guest.type !== only) {
    const [needed, others] = only === "qemu" ? ["VMs", "containers"] : ["containers", "VMs"];
    const other = counterpartOf(tool.name);
    throw new ToolError(`Cannot do this with ${describeGuest(guest)}`, {
      reason: `It works on ${needed} only`,
      fault: "invalid",
      ...defined({ notes: other === undefined ? undefined : [`For ${others}: ${other}`] }),
    });
  }
  if (typeWanted !== undefined && typeWanted !== guest.type) {
    if (action.kind !== "read") {
      throw new ToolError(`${describeGuest(guest)} is not what was asked for`, {
        reason: `A ${kindOf({ type: typeWanted })} was`,
        fault: "invalid",
        notes: ["Nothing was done"],
      });
    }
    notes.push(`${describeGuest(guest)}: the given type was corrected`);
  }
  if (wanted.node === undefined || wanted.node === guest.node) {
    return { guest, node: guest.node, notes };
  }
  const contradiction = `It is on ${guest.node}, not on ${wanted.node}`;
  notes.push(`${contradiction}: the given node was corrected`);
  return { guest, node: guest.node, notes, contradiction };
}

/** The node of a task, whichever the caller named. */
function resolveTask(upid: unknown, wanted: string | undefined): ResolvedTarget {
  const task = parseUpid(upid);
  if (!task) {
    throw new ToolError(`Cannot find the task ${JSON.stringify(upid)}`, {
      reason: "It is not a UPID: UPID:node:pid:pstart:starttime:type:id:user:",
      fault: "invalid",
      notes: ["proxmox_node_task action=list fields=upid lists the UPIDs of tasks"],
    });
  }
  const { node } = task;
  const corrected = wanted !== undefined && wanted !== node;
  return {
    node,
    notes: corrected
      ? [`The task is on ${node}, not on ${wanted}: the given node was corrected`]
      : [],
  };
}

/** The guest of a replication job, which runs on the guest's node: 103 of `103-0`. */
function replicatedGuest(
  action: Action,
  { id }: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!allFacts(action).every(({ path }) => path.includes("/replication/{id}"))) return undefined;
  return /^(\d+)-\d+$/.exec(String(id))?.[1];
}

/**
 * Finds guest and node of a call.
 *
 * @throws {ToolError | GuestLookupError} When there is none, or it is not clear which.
 */
export async function resolveTarget(
  services: Services,
  tool: ToolDefinition,
  action: Action,
  wanted: Readonly<Record<string, string>>,
  args: Readonly<Record<string, unknown>>,
  request: RequestOptions,
): Promise<ResolvedTarget> {
  const target = targetOf(tool, action);
  if (target === "none" || (target === "maybeGuest" && wanted.vmid === undefined)) {
    return { notes: [] };
  }
  if (target === "guest" || target === "maybeGuest") {
    return await resolveGuest(services, tool, action, wanted, request);
  }
  if (target === "task") return resolveTask(args.upid, wanted.node);
  const { node } = wanted;
  if (node !== undefined) return { node, notes: [] };
  const { pve } = services;
  const replicated = replicatedGuest(action, args);
  if (replicated !== undefined) {
    const guest = await services.guests.find(replicated, undefined, request.signal);
    return { node: guest.node, notes: [] };
  }
  if (target === "node") return { node: await onlyNode(pve, request), notes: [] };
  if (target === "anyNode") return { node: await anyNode(pve, request), notes: [] };
  return await resolveStorage(pve, args.storage as string | undefined, action, request);
}
