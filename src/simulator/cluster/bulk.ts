/**
 * /cluster/bulk-action: starting, stopping and moving many guests at once.
 *
 * @module
 */
import { mayAll } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handler, Handlers } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { flag, list, named, number } from "../core/params.ts";
import { forbidden } from "../core/refusal.ts";
import { actOn, type GuestAction } from "../guest/act.ts";
import { isTemplate } from "../guest/config.ts";
import { kindOf } from "../guest/names.ts";
import { isHaManaged, knownStatus } from "../guest/rows.ts";

/** What is done to each guest, and which guests need it. */
interface BulkAction {
  readonly type: string;
  readonly verb: string;
  /** What the log says behind the guest, or behind all of them. */
  readonly detail?: {
    readonly all?: (call: Call) => string;
    readonly each?: (call: Call) => string;
  };
  /** Why guests that need nothing are told as warnings; none are told without it. */
  readonly skipped?: (call: Call) => string;
  readonly privilege: string;
  readonly action: GuestAction;
  readonly isFor: (guest: Guest, status: string, call: Call) => boolean;
  readonly params: (call: Call, guest: Guest) => Call["params"];
}

/** The guests that a call names, or all that the caller may act on; no templates. */
function selectGuests(
  cluster: Cluster,
  call: Call,
  { privilege, action }: Pick<BulkAction, "privilege" | "action">,
): Guest[] {
  const isAllowed = (vmid: number): boolean =>
    mayAll(cluster, call.user, `/vms/${vmid}`, [privilege]);
  const vmids = list(call, "vms").map(Number);
  const refused = vmids.find((vmid) => !isAllowed(vmid));
  if (refused !== undefined) throw forbidden(`/vms/${refused}, ${privilege}`);
  // HA does with its own as it likes, unless they are named; they move all the same.
  const isLeft = (guest: Guest): boolean => action !== "migrate" && isHaManaged(cluster, guest);
  const guests = vmids.length > 0
    ? vmids.flatMap((vmid) => cluster.guests.get(vmid) ?? [])
    : cluster.sortedGuests().filter((guest) => isAllowed(guest.vmid) && !isLeft(guest));
  return guests.filter((guest) => !isTemplate(guest));
}

function bulk({ type, verb, privilege, action, isFor, params, ...told }: BulkAction): Handler {
  return (cluster, call) => {
    const selected = selectGuests(cluster, call, { privilege, action });
    const guests = selected.filter((guest) => isFor(guest, knownStatus(cluster, guest), call));
    const { detail, skipped } = told;
    const others = skipped ? selected.filter((guest) => !guests.includes(guest)) : [];
    const name = ({ type, vmid }: Guest): string => `${kindOf(type)} ${vmid}`;
    const all = selected.map(({ vmid }) => vmid).join(", ");
    return cluster.startTask({
      node: cluster.nodeNames()[0] ?? "",
      type,
      id: "",
      user: call.user,
      ms: 1000 + 500 * guests.length,
      log: [
        `${verb} guests${detail?.all?.(call) ?? ""}: ${all}`,
        ...others.map((guest) => `WARN: ${name(guest)} ${skipped?.(call)}`),
        ...guests.map((guest) => `${verb} ${name(guest)}${detail?.each?.(call) ?? ""}`),
      ],
      warnings: others.length,
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
    type: "bulk-start",
    verb: "Starting",
    privilege: "VM.PowerMgmt",
    action: "status/start",
    isFor: (_guest, status) => status === "stopped",
    params: timeout,
  }),
  "POST /cluster/bulk-action/guest/shutdown": bulk({
    type: "bulk-shutdown",
    verb: "Shutting down",
    detail: { each: (call) => ` (Timeout = ${number(call, "timeout") ?? 180} seconds)` },
    privilege: "VM.PowerMgmt",
    action: "status/shutdown",
    isFor: (_guest, status) => status === "running",
    params: (call) => ({ forceStop: flag(call, "force-stop") ?? true, ...timeout(call) }),
  }),
  "POST /cluster/bulk-action/guest/suspend": bulk({
    type: "bulk-suspend",
    verb: "Suspending",
    privilege: "VM.PowerMgmt",
    action: "status/suspend",
    isFor: ({ type }, status) => status === "running" && type === "qemu",
    params: (call) => ({ todisk: flag(call, "to-disk") ?? false }),
  }),
  "POST /cluster/bulk-action/guest/migrate": bulk({
    type: "bulk-migrate",
    verb: "Migrating",
    detail: { all: (call) => ` to ${named(call, "target")}` },
    skipped: (call) => `already on ${named(call, "target")}, skipping.`,
    privilege: "VM.Migrate",
    action: "migrate",
    isFor: ({ node }, _status, call) => node !== named(call, "target"),
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
