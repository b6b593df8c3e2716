/**
 * /cluster/bulk-action: starting, stopping and moving many guests at once.
 *
 * @module
 */
import { flag, list, named, number } from "../core/params.ts";
import { mayAll } from "../access/privileges.ts";
import { forbidden } from "../core/refusal.ts";
import type { Call, ClusterView, Entry, Handler, Handlers } from "../core/types.ts";
import { actOn, type GuestAction } from "../guest/act.ts";

/** What is done to each guest, and which guests need it. */
interface BulkAction {
  readonly type: string;
  readonly verb: string;
  readonly privilege: string;
  readonly action: GuestAction;
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

function bulk({ type, verb, privilege, action, wanted, params }: BulkAction): Handler {
  return (cluster, call) => {
    const guests = chosen(cluster, call, privilege).filter((guest) => wanted(guest, call));
    return cluster.startTask({
      node: cluster.nodeNames()[0] ?? "",
      type,
      id: "",
      user: call.user,
      ms: 1000 + 500 * guests.length,
      log: guests.map(({ type, vmid }) => `${verb} ${type === "lxc" ? "CT" : "VM"} ${vmid}`),
      finish: () => {
        for (const guest of guests) {
          actOn(cluster, guest, action, { user: call.user }, params(call, guest));
        }
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
