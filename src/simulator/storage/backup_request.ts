/**
 * What a request for backups asks for, and what is checked before any work begins. Sources:
 * PVE::API2::VZDump, PVE::API2::Backup, verify_vzdump_parameters of PVE::VZDump.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { flag, list, text } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import { guestName } from "../guest/config.ts";
import { assertPrivilege } from "../guest/find.ts";

/** Options that nobody but root@pam gives. */
const ROOT_ONLY = ["tmpdir", "dumpdir", "script", "job-id"];

/** Refuses options that are root@pam's alone. */
export function assertNotRootsAlone(call: Call): void {
  if (call.user === "root@pam") return;
  const given = ROOT_ONLY.find((option) => call.params[option] !== undefined);
  if (given !== undefined) throw invalid({ [given]: "Only root may set this option." });
}

/** Refuses options that the caller may not give. */
export function assertPermitted(cluster: Cluster, call: Call): void {
  if (call.user === "root@pam") return;
  assertNotRootsAlone(call);
  if (["bwlimit", "ionice", "performance"].some((option) => call.params[option] !== undefined)) {
    assertPrivilege(cluster, call, "/", "Sys.Modify");
  }
  if (call.params["prune-backups"] !== undefined) {
    assertPrivilege(cluster, call, `/storage/${storageOf(call)}`, "Datastore.Allocate");
  }
}

/** Refuses a choice of guests that contradicts itself, or none. */
export function assertSelection(call: Call): void {
  const { vmid, all, pool, exclude } = call.params;
  for (const [option, value] of Object.entries({ all, exclude, pool })) {
    if (!value || vmid === undefined) continue;
    throw invalid({ [option]: "option conflicts with option 'vmid'" });
  }
  if (/\n/.test(text(call, "notes-template") ?? "")) {
    throw invalid({ "notes-template": "contains a line feed" });
  }
  const isChosen = isAll(call) || flag(call, "stop") || pool !== undefined || vmid !== undefined;
  if (!isChosen) throw invalid({ vmid: "property is missing" });
}

/** True when all guests of the node are meant, apart from those that are left out. */
export function isAll(call: Call): boolean {
  return flag(call, "all") || (call.params.exclude !== undefined && !call.params.pool);
}

/** The storage that the backups go to. */
export function storageOf(call: Call): string {
  return text(call, "storage") ?? "local";
}

/** Guests of the node that are to be backed up; others are left out without a word. */
export function selected(cluster: Cluster, call: Call, node: string): Guest[] {
  const excluded = new Set(list(call, "exclude").map(Number));
  const pool = text(call, "pool");
  const members = cluster.table("pools").get(pool ?? "")?.vms;
  if (pool !== undefined && !members) throw failed(`pool '${pool}' does not exist`);
  const wanted = new Set(list(call, "vmid").map(Number));
  return cluster.guestsOf(node)
    .filter(({ vmid }) => members ? members.has(vmid) : isAll(call) || wanted.has(vmid))
    .filter(({ vmid }) => !excluded.has(vmid))
    .sort((a, b) => a.vmid - b.vmid);
}

/** The notes that a backup gets. */
export function notesOf(cluster: Cluster, call: Call, guest: Guest): string | undefined {
  const values: Readonly<Record<string, string>> = {
    guestname: guestName(guest),
    vmid: String(guest.vmid),
    node: guest.node,
    cluster: cluster.name ?? "",
  };
  return text(call, "notes-template")?.replaceAll("\\n", "\n").replace(
    /\{\{(\w+)\}\}/g,
    (whole, name: string) => values[name] ?? whole,
  );
}
