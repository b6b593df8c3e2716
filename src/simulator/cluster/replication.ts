/**
 * /cluster/replication and /nodes/{node}/replication: volumes of guests kept on a second node.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { mayAll, mayAny } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { logPage } from "../core/log_page.ts";
import { flag, named, number } from "../core/params.ts";
import { failed, forbidden, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { nextEvent } from "./calendar.ts";

/** Seconds until the runner has removed a job that was marked for it. */
const REMOVAL_SECONDS = 60;
const SCHEDULE = "*/15";

/** Jobs by id; those whose removal is through are gone. */
function jobs(cluster: Cluster): Map<string, Entry> {
  const table = cluster.table("replication");
  const removals = cluster.table("replication.removals");
  for (const [id, { at }] of removals) {
    if (Number(at) > cluster.now()) continue;
    table.delete(id);
    removals.delete(id);
  }
  return table;
}

function guestNumber(id: string): number {
  return Number(id.split("-")[0]);
}

function prepareNew(entry: Entry, cluster: Cluster, call: Call): void {
  const id = named(call, "id");
  const vmid = guestNumber(id);
  const node = cluster.guests.get(vmid)?.node;
  if (node === undefined) throw failed(`Guest '${vmid}' does not exist.`);
  if (!cluster.nodeNames().includes(String(entry.target))) {
    throw failed(`Target '${entry.target}' does not exist.`);
  }
  if (entry.source !== undefined && entry.source !== node) {
    throw failed(
      `Source '${entry.source}' does not match current node of guest '${vmid}' (${node})`,
    );
  }
  assertReplicable(cluster, vmid);
  if (entry.target === node) throw failed("Source and target must not be identical");
  for (const [other, { target }] of jobs(cluster)) {
    if (guestNumber(other) === vmid && target === entry.target) {
      throw failed(
        `replication job for guest '${vmid}' to target 'local/${target}' already exists`,
      );
    }
  }
  Object.assign(entry, { source: node, guest: vmid, jobnum: Number(id.split("-")[1]) });
}

/** Only ZFS can replicate: refuses a guest with volumes elsewhere. */
function assertReplicable(cluster: Cluster, vmid: number): void {
  const config = cluster.guests.get(vmid)?.config ?? {};
  const keys = /^(?:(?:scsi|virtio|ide|sata|mp)\d+|rootfs|efidisk0|tpmstate0)$/;
  const volids = Object.entries(config)
    .filter(([key, value]) => keys.test(key) && !/media=cdrom|replicate=0/.test(String(value)))
    .map(([, value]) => String(value).split(",")[0] ?? "");
  for (const volid of volids) {
    if (cluster.table("storage").get(volid.split(":")[0] ?? "")?.type !== "zfspool") {
      throw failed(`missing replicate feature on volume '${volid}'`);
    }
  }
  if (volids.length === 0) throw failed("No replicatable volumes found");
}

/** The state of a job, as the node of its guest tells it. */
function statusOf(cluster: Cluster, id: string, job: Entry): Entry {
  const { digest: _, ...settings } = job;
  const state = cluster.table("replication.state").get(id);
  const last = Number(state?.last_sync ?? cluster.now() - cluster.now() % 900);
  const next = nextEvent(String(job.schedule ?? SCHEDULE), cluster.now());
  return {
    ...settings,
    id,
    vmtype: cluster.guests.get(guestNumber(id))?.type,
    last_sync: last,
    last_try: last,
    duration: 4.217,
    fail_count: 0,
    ...defined({ next_sync: Number(job.disable ?? 0) ? undefined : next }),
    ...state,
  };
}

function foundOn(cluster: Cluster, call: Call): [string, Entry] {
  const id = named(call, "id");
  const job = jobs(cluster).get(id);
  if (!job || cluster.guests.get(guestNumber(id))?.node !== named(call, "node")) {
    throw failed(`no such replication job '${id}'`);
  }
  return [id, job];
}

function assertAudit(cluster: Cluster, call: Call, vmid: number): void {
  if (!mayAll(cluster, call.user, `/vms/${vmid}`, ["VM.Audit"])) {
    throw forbidden(`/vms/${vmid}, VM.Audit`);
  }
}

/** Handlers of the cluster's jobs, and of those whose guest is on a node. */
export const handlers: Handlers = {
  ...collection({
    table: "replication",
    base: "/cluster/replication",
    key: "id",
    missing: (id, method) =>
      failed(method === "GET" ? `no such replication job '${id}'` : `no such job '${id}'`),
    exists: (id) => failed(`replication job '${id}' already exists`),
    visible: (id, cluster, call) =>
      jobs(cluster).has(id) &&
      mayAll(cluster, call.user, `/vms/${guestNumber(id)}`, ["VM.Audit"]),
    shapeInList: ({ digest: _, ...row }) => row,
    shape: (row, cluster, call) => {
      assertAudit(cluster, call, guestNumber(String(row.id)));
      return row;
    },
    prepare: (entry, cluster, call, before) => {
      if (!before) prepareNew(entry, cluster, call);
    },
  }),
  "DELETE /cluster/replication/{id}": (cluster, call) => {
    const id = named(call, "id");
    const job = jobs(cluster).get(id);
    if (flag(call, "force")) {
      if (flag(call, "keep")) throw invalid({ keep: "conflicts with parameter 'force'" });
      jobs(cluster).delete(id);
      return null;
    }
    if (!job) throw failed(`no such job '${id}'`);
    job.remove_job = flag(call, "keep") ? "local" : "full";
    cluster.table("replication.removals").set(id, { at: cluster.now() + REMOVAL_SECONDS });
    return null;
  },

  "GET /nodes/{node}/replication": (cluster, call) => {
    const guest = number(call, "guest");
    return [...jobs(cluster)]
      .filter(([id]) => {
        const vmid = guestNumber(id);
        return cluster.guests.get(vmid)?.node === named(call, "node") &&
          (guest === undefined || guest === vmid) &&
          mayAll(cluster, call.user, `/vms/${vmid}`, ["VM.Audit"]);
      })
      .map(([id, job]) => statusOf(cluster, id, job));
  },
  "GET /nodes/{node}/replication/{id}/status": (cluster, call) => {
    const [id, job] = foundOn(cluster, call);
    assertAudit(cluster, call, guestNumber(id));
    return statusOf(cluster, id, job);
  },
  "GET /nodes/{node}/replication/{id}/log": (cluster, call) => {
    const [id, job] = foundOn(cluster, call);
    const audit = mayAny(cluster, call.user, `/nodes/${named(call, "node")}`, ["Sys.Audit"]);
    if (!audit) assertAudit(cluster, call, guestNumber(id));
    const last = new Date(Number(statusOf(cluster, id, job).last_sync) * 1000).toISOString();
    return logPage([
      `${last} ${id}: start replication job`,
      `${last} ${id}: guest => ${guestNumber(id)}, running => 0`,
      `${last} ${id}: using secure transmission, rate limit: ${job.rate ?? "none"}`,
      `${last} ${id}: end replication job`,
    ], call);
  },
  "POST /nodes/{node}/replication/{id}/schedule_now": (cluster, call) => {
    const [id] = foundOn(cluster, call);
    const state = { last_sync: cluster.now(), last_try: cluster.now() };
    cluster.table("replication.state").set(id, state);
    return null;
  },
};

/** A job for the first guest whose volumes can be replicated. */
export const seed: Seed = (cluster) => {
  for (const { vmid, node, config } of cluster.sortedGuests()) {
    const target = cluster.nodeNames().find((name) => name !== node);
    const volumes = Object.entries(config)
      .filter(([key, value]) =>
        /^(?:scsi|virtio|rootfs|mp)\d*$/.test(key) && /:/.test(String(value))
      );
    const onZfs = volumes.length > 0 &&
      volumes.every(([, value]) =>
        cluster.table("storage").get(String(value).split(":")[0] ?? "")?.type === "zfspool"
      );
    if (!target || !onZfs) continue;
    cluster.table("replication").set(`${vmid}-0`, {
      type: "local",
      target,
      source: node,
      guest: vmid,
      jobnum: 0,
      schedule: SCHEDULE,
      comment: "To the second node",
    });
    return;
  }
};
