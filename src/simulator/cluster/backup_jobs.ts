/**
 * /cluster/backup: scheduled backups, what they include, and which guests have none.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { formatTable } from "../../pve/api.ts";
import { splitList } from "../../pve/split_list.ts";
import { mayAll } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import type { Guest } from "../core/model.ts";
import { fields, named, text } from "../core/params.ts";
import { uuid } from "../core/random.ts";
import { type ApiError, failed, forbidden, invalid, prefixed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { guestName } from "../guest/config.ts";
import { assertNotRootsAlone } from "../storage/backup_request.ts";
import { nextEvent, parseCalendarEvent } from "./calendar.ts";

const WEEK = "mon,tue,wed,thu,fri,sat,sun";
/** Property strings that PVE takes apart in answers, with the name of their format. */
const STRUCTURED: Readonly<Record<string, string>> = {
  "prune-backups": "prune-backups",
  performance: "backup-performance",
  fleecing: "backup-fleecing",
};

function parsed(name: string, value: string): Entry {
  const table = formatTable(STRUCTURED[name] ?? "") ?? {};
  const standard = Object.entries(table).find(([, fact]) => fact.default_key)?.[0];
  return Object.fromEntries(
    value.split(",").map((part) => {
      const [key, ...rest] = part.includes("=") ? part.split("=") : [standard ?? part, part];
      const text = rest.join("=");
      return [key, /^\d+$/.test(text) ? Number(text) : text];
    }),
  );
}

function shape(row: Entry): Entry {
  for (const name of Object.keys(STRUCTURED)) {
    if (typeof row[name] === "string") row[name] = parsed(name, row[name]);
  }
  return row;
}

/** Refuses options that exclude each other. */
function assertCompatible(entry: Entry): void {
  const conflict = (one: string, other: string): void => {
    if (entry[one] && entry[other]) {
      throw invalid({ [one]: `option conflicts with option '${other}'` });
    }
  };
  conflict("all", "vmid");
  conflict("exclude", "vmid");
  conflict("pool", "vmid");
}

/** Refuses options that exclude each other, and a job without guests. */
function assertConsistent(entry: Entry): void {
  assertCompatible(entry);
  if (!entry.all && !entry.pool && !entry.vmid && !entry.exclude) {
    throw invalid({ vmid: "property is missing" });
  }
}

/** Puts old `dow` and `starttime` into a schedule. */
function settleSchedule(entry: Entry, isNew: boolean): void {
  const { starttime, dow = WEEK } = entry;
  if (starttime !== undefined && isNew && entry.schedule !== undefined) {
    throw invalid({ starttime: "'starttime' and 'schedule' cannot both be set" });
  }
  if (starttime !== undefined) {
    entry.schedule = splitList(dow).length === 7 ? starttime : `${dow} ${starttime}`;
  }
  delete entry.starttime;
  delete entry.dow;
  if (entry.schedule === undefined) {
    throw invalid({ schedule: "neither 'starttime' nor 'schedule' were set" });
  }
  if (!parseCalendarEvent(String(entry.schedule))) {
    throw invalid({ schedule: "invalid format - unable to parse calendar event" });
  }
}

/** An update that chooses guests in one way drops what chose them in another. */
function settleSelection(entry: Entry, changes: Entry): void {
  assertCompatible(changes);
  const all = changes.all || (changes.exclude !== undefined && !changes.pool);
  const dropped = changes.vmid !== undefined
    ? ["all", "exclude", "pool"]
    : all
    ? ["vmid", "pool"]
    : entry.pool
    ? ["vmid", "all", "exclude"]
    : [];
  for (const name of dropped) delete entry[name];
}

function prepare(entry: Entry, cluster: Cluster, call: Call, before?: Entry): void {
  assertNotRootsAlone(call);
  settleSchedule(entry, !before);
  if (before) settleSelection(entry, fields(call));
  entry.type = "vzdump";
  entry.enabled ??= 1;
  if (entry.exclude !== undefined && !entry.pool) entry.all = 1;
  prefixed("", () => assertConsistent(entry));
  const pool = entry.pool === undefined ? undefined : String(entry.pool);
  if (pool !== undefined && !cluster.table("pools").has(pool)) {
    throw forbidden(`pool '${pool}' does not exist`);
  }
  const needed = pool === undefined ? "/" : `/pool/${pool}`;
  const privilege = pool === undefined ? "Sys.Modify" : "VM.Backup";
  if (!mayAll(cluster, call.user, needed, [privilege])) throw forbidden(`${needed}, ${privilege}`);
}

function isIncluded(cluster: Cluster, job: Entry, { vmid, node }: Guest): boolean {
  const names = (key: string): number[] => splitList(job[key]).map(Number);
  if (job.node !== undefined && node !== job.node) return false;
  if (names("exclude").includes(vmid)) return false;
  if (job.pool !== undefined) {
    return cluster.table("pools").get(String(job.pool))?.vms.has(vmid) ?? false;
  }
  return Boolean(Number(job.all ?? 0)) || names("vmid").includes(vmid);
}

/** Volumes of a guest, and whether a backup has them. */
function volumes({ vmid, type, config }: Guest): Entry[] {
  const keys = type === "lxc"
    ? /^(?:rootfs|mp\d+)$/
    : /^(?:(?:scsi|virtio|ide|sata)\d+|efidisk0|tpmstate0)$/;
  return Object.entries(config)
    .filter(([key, value]) => keys.test(key) && !/media=cdrom|^none/.test(String(value)))
    .map(([key, value]) => {
      const text = String(value);
      const wanted = type === "qemu"
        ? !/(?:^|,)backup=(?:0|no|off)/.test(text)
        : key === "rootfs" || /(?:^|,)backup=(?:1|yes|on)/.test(text);
      const reason = type === "qemu"
        ? `backup=${wanted ? "yes" : "no"}`
        : key === "rootfs"
        ? "rootfs"
        : wanted
        ? "enabled"
        : "disabled";
      return {
        id: `${vmid}:${key}`,
        name: text.split(",")[0],
        included: Number(wanted),
        reason,
        leaf: 1,
      };
    });
}

/** Guests that a caller may see. */
function auditableGuests(cluster: Cluster, call: Call): Guest[] {
  return cluster.sortedGuests()
    .filter(({ vmid }) => mayAll(cluster, call.user, `/vms/${vmid}`, ["VM.Audit"]));
}

function includedVolumes(cluster: Cluster, call: Call): Entry {
  const job = cluster.table("backup.jobs").get(named(call, "id"));
  if (!job) throw missing(named(call, "id"));
  const children = auditableGuests(cluster, call)
    .filter((guest) => isIncluded(cluster, job, guest))
    .map((guest) => ({
      id: guest.vmid,
      type: guest.type,
      name: guestName(guest),
      children: volumes(guest),
      leaf: 0,
    }));
  return { children };
}

function missing(id: string): ApiError {
  return invalid({ id: `No such job '${id}'` });
}

/** Handlers of /cluster/backup and /cluster/backup-info. */
export const handlers: Handlers = {
  ...collection({
    table: "backup.jobs",
    base: "/cluster/backup",
    key: "id",
    digest: false,
    name: (cluster, call) =>
      text(call, "id") ?? `backup-${uuid(cluster.random).replaceAll("-", "").slice(0, 12)}`,
    missing: (id, method) =>
      method === "PUT"
        ? failed("no such vzdump job")
        : method === "DELETE"
        ? failed(`400 Parameter verification failed.\nid: No such job '${id}'`)
        : missing(id),
    exists: (id) => failed(`Job '${id}' already exists`),
    prepare,
    shape,
    shapeInList: (row, cluster) => {
      const next = nextEvent(String(row.schedule), cluster.now());
      return { ...shape(row), ...defined({ "next-run": next }) };
    },
  }),
  "GET /cluster/backup/{id}/included_volumes": includedVolumes,
  "GET /cluster/backup-info/not-backed-up": (cluster, call) => {
    const jobs = [...cluster.table("backup.jobs").values()];
    return auditableGuests(cluster, call)
      .filter((guest) => !jobs.some((job) => isIncluded(cluster, job, guest)))
      .map((guest) => ({ vmid: guest.vmid, type: guest.type, name: guestName(guest) }));
  },
};

/** A nightly job for the important guests, and a weekly one that is switched off. */
export const seed: Seed = (cluster) => {
  const storage = [...cluster.table("storage")]
    .find(([, { content }]) => splitList(content).includes("backup"))?.[0];
  const vmids = cluster.sortedGuests().slice(0, 8).map(({ vmid }) => vmid);
  cluster.table("backup.jobs").set("nightly", {
    type: "vzdump",
    enabled: 1,
    schedule: "21:00",
    mode: "snapshot",
    compress: "zstd",
    vmid: vmids.join(","),
    "prune-backups": "keep-daily=7,keep-last=3,keep-weekly=4",
    "notes-template": "{{guestname}}",
    comment: "Production guests",
    ...defined({ storage }),
  });
  cluster.table("backup.jobs").set("backup-weekly", {
    type: "vzdump",
    enabled: 0,
    schedule: "sun 01:00",
    mode: "stop",
    all: 1,
    ...defined({ storage }),
  });
};
