/**
 * /cluster/bulk-action: starting, stopping and moving many guests at once.
 *
 * @module
 */
import type { Operation } from "../../../pve/api.ts";
import { flag, list, named, number } from "../../params.ts";
import { mayAll } from "../../privileges.ts";
import { forbidden } from "../../refusal.ts";
import {
  ApiError,
  type Call,
  type ClusterView,
  type Entry,
  type Handler,
  type Handlers,
} from "../../types.ts";

/** What is done to each guest, and which guests need it. */
interface BulkAction {
  readonly type: string;
  readonly verb: string;
  readonly privilege: string;
  readonly action: string;
  readonly wanted: (guest: Entry, call: Call) => boolean;
  readonly params: (call: Call, guest: Entry) => Call["params"];
}

function chosen(cluster: ClusterView, call: Call, privilege: string): Entry[] {
  const vmids = list(call, "vms").map(Number);
  const guests: Entry[] = [];
  for (const vmid of vmids.length > 0 ? vmids : cluster.vmids()) {
    const guest = cluster.guest(vmid);
    const allowed = mayAll(cluster, call.user, `/vms/${vmid}`, [privilege]);
    if (!allowed && vmids.length > 0) throw forbidden(`/vms/${vmid}, ${privilege}`);
    if (guest && allowed && !Number(guest.template ?? 0)) guests.push(guest);
  }
  return guests;
}

/** Acts on a guest as its own node would; a refusal becomes a line of the log. */
function act(cluster: ClusterView, call: Call, guest: Entry, bulk: BulkAction): void {
  const operation = `POST /nodes/{node}/${guest.type}/{vmid}/${bulk.action}` as Operation;
  try {
    cluster.invoke({
      operation,
      path: { node: String(guest.node), vmid: String(guest.vmid) },
      params: bulk.params(call, guest),
      user: call.user,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

function bulk(action: BulkAction): Handler {
  return (cluster, call) => {
    const guests = chosen(cluster, call, action.privilege)
      .filter((guest) => action.wanted(guest, call));
    return cluster.startTask({
      node: cluster.nodeNames()[0] ?? "",
      type: action.type,
      id: "",
      user: call.user,
      ms: 1000 + 500 * guests.length,
      log: guests.map(({ type, vmid }) => `${action.verb} ${type === "lxc" ? "CT" : "VM"} ${vmid}`),
      finish: () => {
        for (const guest of guests) act(cluster, call, guest, action);
      },
    });
  };
}

function timeout(call: Call): Call["params"] {
  const seconds = number(call, "timeout");
  return seconds === undefined ? {} : { timeout: seconds };
}

/** Handlers of /cluster/bulk-action/guest. */
export const handlers: Handlers = {
  "POST /cluster/bulk-action/guest/start": bulk({
    type: "bulkstart",
    verb: "Starting",
    privilege: "VM.PowerMgmt",
    action: "status/start",
    wanted: ({ status }) => status === "stopped",
    params: timeout,
  }),
  "POST /cluster/bulk-action/guest/shutdown": bulk({
    type: "bulkshutdown",
    verb: "Stopping",
    privilege: "VM.PowerMgmt",
    action: "status/shutdown",
    wanted: ({ status }) => status === "running",
    params: (call) => ({ forceStop: flag(call, "force-stop") ?? true, ...timeout(call) }),
  }),
  "POST /cluster/bulk-action/guest/suspend": bulk({
    type: "bulksuspend",
    verb: "Suspending",
    privilege: "VM.PowerMgmt",
    action: "status/suspend",
    wanted: ({ status, type }) => status === "running" && type === "qemu",
    params: (call) => ({ todisk: flag(call, "to-disk") ?? false }),
  }),
  "POST /cluster/bulk-action/guest/migrate": bulk({
    type: "bulkmigrate",
    verb: "Migrating",
    privilege: "VM.Migrate",
    action: "migrate",
    wanted: ({ node }, call) => node !== named(call, "target"),
    params: (call, { type, status }) => {
      const running = status === "running";
      const target = named(call, "target");
      if (type === "lxc") return { target, restart: running };
      return {
        target,
        online: running && (flag(call, "online") ?? true),
        "with-local-disks": flag(call, "with-local-disks") ?? false,
      };
    },
  }),
};
