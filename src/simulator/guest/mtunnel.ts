/**
 * The end of a migration from another cluster: an empty guest that waits for its configuration and
 * its disks. Sources: PVE::API2::Qemu, PVE::API2::LXC (`mtunnel`).
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest, GuestConfig, GuestType } from "../core/model.ts";
import { list, named, number } from "../core/params.ts";
import { failed, invalid, prefixed } from "../core/refusal.ts";
import { TaskFailure } from "../core/tasks.ts";
import { digestOf } from "../core/digest.ts";
import { entryNode } from "../request/api.ts";
import { assertBridgesPermitted, assertNodeBridge } from "./bridges.ts";
import { hasAgent } from "./config.ts";
import { assertPrivilege } from "./find.ts";
import { newGuest, removeGuest } from "./lifecycle.ts";
import { kindOf } from "./names.ts";
import { assertOptionsPermitted } from "./options.ts";

/** How long a tunnel waits to be used. */
const WAIT_MS = 300_000;

/** Refuses a storage that the caller may not use, or that holds no disks of such guests. */
function assertStorage(
  cluster: Cluster,
  call: Call,
  type: GuestType,
  storage: string,
  node: string,
): void {
  const definition = cluster.storages.require(storage, node);
  assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
  const [content, label] = type === "qemu" ? ["images", "vm images"] : ["rootdir", "CT rootdirs"];
  if (cluster.storages.content(definition).includes(content)) return;
  throw failed(`storage '${storage}' does not support ${label}`);
}

function openTunnel(cluster: Cluster, call: Call, type: GuestType): Record<string, string> {
  const node = named(call, "node");
  const vmid = number(call, "vmid") ?? 0;
  const local = entryNode(cluster, "") ?? "";
  if (node !== "localhost" && !cluster.nodes.has(node)) {
    throw invalid({ node: `node needs to be 'localhost' or local hostname '${local}'` });
  }
  for (const storage of list(call, "storages")) assertStorage(cluster, call, type, storage, node);
  for (const bridge of list(call, "bridges")) assertNodeBridge(cluster, node, bridge);
  const kind = kindOf(type);
  const taken = cluster.guests.get(vmid);
  if (taken) {
    const there = `${kindOf(taken.type)} ${vmid} already exists on node '${taken.node}'`;
    throw invalid({ vmid: `unable to create empty ${kind} config - ${there}` });
  }
  const guest = newGuest(cluster, { vmid, type, node, lock: "create" });
  const upid = cluster.startTask({
    node,
    type: type === "qemu" ? "qmtunnel" : "vzmtunnel",
    id: String(vmid),
    user: call.user,
    ms: WAIT_MS,
    log: ["mtunnel started"],
    undo: () => void removeGuest(cluster, guest),
    finish: () => {
      throw new TaskFailure("Exiting mtunnel", [
        "Failed to accept tunnel connection - got timeout",
        "Removing tunnel socket..",
        `Removing temporary ${kind} config..`,
      ]);
    },
  });
  const directory = type === "qemu" ? "/run/qemu-server" : "/run/pve";
  return {
    ticket: `PVETUNNEL:${digestOf([upid, cluster.random()])}`,
    upid,
    socket: `${directory}/${type === "qemu" ? "" : "ct-"}${vmid}.mtunnel`,
  };
}

/** A disk that arrives: where it goes, and how large it is. */
export interface Arrival {
  readonly key: string;
  readonly storage: string;
  readonly size: number;
  readonly used: number;
  readonly suffix?: string;
  /** The text of the disk in the configuration, for the volume that it becomes. */
  readonly print: (volid: string) => string;
}

/**
 * Fills the guest that a tunnel keeps.
 *
 * @param user Whose token the tunnel was opened with.
 * @returns The volumes that were made, by the key of the disk.
 * @throws {ApiError} In the words of the tunnel's commands.
 */
export function receive(
  cluster: Cluster,
  guest: Guest,
  user: string,
  config: GuestConfig,
  arrivals: readonly Arrival[],
): Map<string, string> {
  const { type, vmid, node } = guest;
  const call: Call = { operation: `POST /nodes/{node}/${type}`, path: {}, params: config, user };
  const made = new Map<string, string>();
  const settings: GuestConfig = { ...config };
  try {
    for (const { key, storage, size, used, suffix, print } of arrivals) {
      assertStorage(cluster, call, type, storage, node);
      const { volid } = cluster.storages.allocate({
        ...{ storage, node, vmid, guest: type, size, used },
        ...(suffix === undefined ? {} : { suffix }),
      });
      made.set(key, volid);
      settings[key] = print(volid);
    }
    const options = Object.keys(config).filter((key) => !["meta", "vmgenid"].includes(key));
    prefixed("failed to handle 'config' command - ", () => {
      assertOptionsPermitted(cluster, { vmid, type, config: {} }, call, options);
      assertBridgesPermitted(cluster, call, type, settings);
    });
  } catch (error) {
    for (const volid of made.values()) cluster.storages.remove(volid, node);
    throw error;
  }
  guest.config = { ...settings, lock: "migrate" };
  guest.agentRuns = hasAgent(settings);
  return made;
}

/** Handlers of the tunnel's beginning; what goes through it has no request of its own. */
export const handlers: Handlers = {
  "POST /nodes/{node}/qemu/{vmid}/mtunnel": (cluster, call) => openTunnel(cluster, call, "qemu"),
  "POST /nodes/{node}/lxc/{vmid}/mtunnel": (cluster, call) => openTunnel(cluster, call, "lxc"),
};
