/**
 * Is the cluster well? Quorum, nodes, storages, Ceph, HA, guests in odd states, pending updates, and
 * what is wrong on single nodes.
 *
 * @module
 */
import { counted, some } from "../../base/text/units.ts";
import { sidOf } from "../../pve/guests.ts";
import { onlineText, quorumLoss, quorumOf } from "../../pve/quorum.ts";
import type { Row } from "../../tool/answer.ts";
import { summarise } from "../ceph/_status.ts";
import { byUrgency, type Finding, nextOf } from "./_finding.ts";
import { nodeFindings } from "./_node_health.ts";
import { distinct, placeOf, type Readings, type Resources, rowsOf } from "./_readings.ts";
import { type Report } from "./_report.ts";

/** Shares of what there is from which one should act, and act now. */
const FULL = { soon: 0.85, now: 0.95 } as const;
const CEPH_STORAGE_TYPES = /^(rbd|cephfs)$/;
/** Locks that pass by themselves, when the task that holds them ends. */
const PASSING_LOCKS = /^(backup|clone|create|disk|migrate|rollback|snapshot|snapshot-delete)$/;

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function fullness(what: string, where: string, share: number, next: string): Finding[] {
  if (!(share >= FULL.soon)) return [];
  const urgency = share >= FULL.now ? "now" : "soon";
  return [{ urgency, what, where, detail: `${percent(share)} used`, next }];
}

async function quorum(readings: Readings): Promise<{ text: string; findings: Finding[] }> {
  const data = await readings.read("GET /cluster/status", {}, "quorum");
  if (data === undefined) return { text: "unknown", findings: [] };
  const members = quorumOf(data);
  const text = onlineText(members);
  const detail = quorumLoss(members);
  if (detail === undefined) return { text: `yes, ${text}`, findings: [] };
  return {
    text: `no, ${text}`,
    findings: [{
      urgency: "now",
      what: "quorum",
      where: some(members.offline),
      detail,
      next: "proxmox_cluster_config action=list_nodes — the votes; bring the missing nodes back",
    }],
  };
}

function nodes({ nodes }: Resources): Finding[] {
  return nodes.flatMap(({ node, status, mem, maxmem, disk, maxdisk }) =>
    status === "online"
      ? [
        ...fullness(
          "memory",
          node,
          Number(mem) / Number(maxmem),
          `proxmox_report action=failure node=${node} — which guests can leave it, and how`,
        ),
        ...fullness(
          "root disk",
          node,
          Number(disk) / Number(maxdisk),
          `proxmox_storage_content action=list storage=local node=${node} — what fills it`,
        ),
      ]
      : [nodeFinding(
        node,
        status === "offline" ? "offline" : `${status}: it sends no figures`,
        status === "offline"
          ? `proxmox_report action=failure node=${node} — which guests come back without it`
          : `proxmox_node_service action=list node=${node} — whether pvestatd runs; a storage that hangs holds it up`,
      )]
  );
}

function nodeFinding(where: string, detail: string, next: string): Finding {
  return { urgency: "now", what: "node", where, detail, next };
}

/** Nodes that the cluster has for online, and that do not answer. */
function silentNodes({ silent }: Readings): Finding[] {
  return [...silent].sort().map((node) =>
    nodeFinding(
      node,
      "does not answer",
      `\`systemctl status pveproxy pvedaemon\` on ${node}; proxmox_report action=failure node=${node} — which guests come back without it`,
    )
  );
}

function storages({ storages, reporting }: Resources): Finding[] {
  const asked = storages.filter(({ node }) => reporting.includes(node));
  const inactive = asked.filter(({ available }) => !available).map((row): Finding => ({
    urgency: "now",
    what: "storage",
    where: placeOf(row),
    detail: `not available${row.shared ? ` on ${row.node}` : ""}`,
    next:
      `proxmox_storage_config action=get storage=${row.storage} — what it is, and whether its server answers`,
  }));
  const next = "proxmox_report action=capacity — how fast they fill";
  const full = distinct(asked).flatMap((row) =>
    fullness("storage", placeOf(row), row.used / row.total, next)
  );
  return [...inactive, ...full];
}

/** States of running VMs that are no trouble, of which locks tell more, or which last moments. */
const USUAL_STATES = /^(running|stopped|prelaunch|(pre|post|in|finish-)migrate|shutdown)$/;
/** What of these states to do. */
const RESUME =
  "proxmox_guest_resume vmid=… — lets it go on; io-error: proxmox_report action=capacity — its storage may be full";

/** The states of running VMs by number, finer than the cluster's list: their nodes alone tell. */
async function statesOf(
  readings: Readings,
  { guests, online }: Resources,
): Promise<ReadonlyMap<number, string>> {
  const running = guests.filter(({ type, status }) => type === "qemu" && status === "running");
  const nodes = online.filter((node) => running.some((guest) => guest.node === node));
  const lists = await readings.ofNodes(nodes, "GET /nodes/{node}/qemu", "states of VMs", {
    full: true,
  });
  return new Map(
    lists.flatMap(([, data]) => rowsOf(data)).map((
      { vmid, qmpstatus },
    ) => [Number(vmid), String(qmpstatus ?? "running")]),
  );
}

/** Guests that are locked, paused, unknown or given up by HA; grouped, for there may be thousands. */
async function guests(readings: Readings, resources: Resources): Promise<Finding[]> {
  const { guests, reporting } = resources;
  const states = await statesOf(readings, resources);
  const groups = new Map<string, string[]>();
  for (const { vmid, name, node, status, lock, hastate } of guests) {
    const now = states.get(Number(vmid)) ?? "running";
    const state = hastate === "error"
      ? "given up by HA"
      : lock
      ? `locked (${lock})`
      : status === "unknown" && reporting.includes(node)
      ? "in an unknown state"
      : USUAL_STATES.test(now)
      ? undefined
      : now;
    if (state === undefined) continue;
    groups.set(state, [...groups.get(state) ?? [], `${name} (${vmid})`]);
  }
  return [...groups].map(([state, names]) => {
    const lock = /^locked \((.*)\)$/.exec(state)?.[1];
    const isByHand = /^(paused|suspended)$/.test(state);
    const isOfVm = [...states.values()].includes(state);
    return {
      urgency: lock === undefined && !isByHand ? "now" : "soon",
      what: counted(names.length, "guest"),
      where: some(names, 4),
      detail: state,
      next: isOfVm
        ? RESUME
        : lock === undefined
        ? "proxmox_guest_status vmid=… — its state; proxmox_ha_resource action=update sid=… state=disabled — clears an error"
        : "proxmox_node_task action=list source=active — whether a task still holds it" +
          (PASSING_LOCKS.test(lock) ? "; without one, `qm unlock` on its node frees it" : ""),
    };
  });
}

/** What the status of a manager says that does not report, or not in time. */
const SILENT = /old timestamp|unable to read|time drift/;

/** Services of HA in trouble, as far as their guests do not tell it, and managers that do not report. */
async function highAvailability(readings: Readings, { guests }: Resources): Promise<Finding[]> {
  const rows = rowsOf(await readings.read("GET /cluster/ha/status/current", {}, "HA"));
  const told = new Set(guests.filter(({ hastate }) => hastate === "error").map(sidOf));
  const next = "proxmox_ha_resource action=status — what HA does about it";
  return rows.flatMap(({ type, sid, node, state, status, ...row }): Finding[] => {
    const disarmed = row["armed-state"] === "disarmed";
    const isBad = type === "service"
      ? /^(error|fence|recovery)$/.test(String(state)) && !told.has(String(sid))
      : disarmed || (/^(lrm|master)$/.test(String(type)) && SILENT.test(String(status)));
    if (!isBad) return [];
    const where = String(sid ?? node);
    return [{ urgency: disarmed ? "soon" : "now", what: "HA", where, detail: `${status}`, next }];
  });
}

async function ceph(readings: Readings, { storages }: Resources): Promise<Finding[]> {
  if (!storages.some(({ type }) => CEPH_STORAGE_TYPES.test(type))) return [];
  const data = await readings.read("GET /cluster/ceph/status", {}, "Ceph");
  const { health, checks = [] } = (data ? summarise(data, false) : {}) as {
    readonly health?: string;
    readonly checks?: readonly string[];
  };
  if (health === undefined || health === "HEALTH_OK") return [];
  return [{
    urgency: health === "HEALTH_ERR" ? "now" : "soon",
    what: "Ceph",
    where: "cluster",
    detail: [health, ...checks].join("; "),
    next: "proxmox_ceph — its whole state; proxmox_ceph_osd action=list — its disks",
  }];
}

async function updates(readings: Readings, online: readonly string[]): Promise<Finding[]> {
  const answers = await readings.ofNodes(online, "GET /nodes/{node}/apt/update", "updates");
  const waiting = answers.map(([node, data]) => [node, rowsOf(data).length] as const)
    .filter(([, packages]) => packages > 0);
  if (waiting.length === 0) return [];
  return [{
    urgency: "note",
    what: "updates",
    where: some(waiting.map(([node]) => node)),
    detail: `${counted(Math.max(...waiting.map(([, packages]) => packages)), "package")} at most`,
    next: "proxmox_report action=updates — which packages, and who needs a reboot",
  }];
}

function titleOf(findings: readonly Finding[], isWhole: boolean): string {
  const now = findings.filter(({ urgency }) => urgency === "now").length;
  const soon = findings.filter(({ urgency }) => urgency === "soon").length;
  if (now + soon === 0) {
    return isWhole ? "The cluster is well" : "Nothing that can be seen is wrong";
  }
  const parts = [
    ...(now > 0 ? [`${counted(now, "thing")} to look at now`] : []),
    ...(soon > 0 ? [`${now > 0 ? soon : counted(soon, "thing")} soon`] : []),
  ];
  return `The cluster is not all well: ${parts.join(", ")}`;
}

/** The report `health`. */
export async function health(readings: Readings): Promise<Report> {
  const resources = await readings.resources();
  const { online, guests: all } = resources;
  const [{ text, findings }, sees, ...read] = await Promise.all([
    quorum(readings),
    readings.check([
      ["Sys.Audit", "/nodes", "tasks of others, and the load of nodes"],
      ["VM.Audit", "/vms", "guests"],
      ["Datastore.Audit", "/storage", "storages"],
    ]),
    guests(readings, resources),
    highAvailability(readings, resources),
    ceph(readings, resources),
    nodeFindings(readings, online),
    updates(readings, online),
  ]);
  const found = byUrgency([
    ...findings,
    ...nodes(resources),
    ...silentNodes(readings),
    ...storages(resources),
    ...read.flat(),
  ]);
  // Well is nothing of which nothing was seen.
  const isWell = found.every(({ urgency }) => urgency === "note");
  if (isWell && !sees("Sys.Audit")) await readings.assertGuests(resources);
  const running = all.filter(({ status }) => status === "running").length;
  const unknown = all.filter(({ status }) => status === "unknown").length;
  const unseen = readings.unseen();
  const calls = nextOf(found);
  const of = sees("VM.Audit") ? String(all.length) : `${all.length} that can be seen`;
  return {
    title: titleOf(found, unseen.length === 0),
    facts: {
      quorum: text,
      guests: `${running} of ${of} running${unknown > 0 ? `, ${unknown} unknown` : ""}`,
    },
    columns: ["urgency", "what", "where", "detail"],
    rows: found as readonly Finding[] as unknown as readonly Row[],
    unseen,
    next: calls.length > 0 ? calls : [
      "proxmox_report action=backups — whether what is well today could be brought back tomorrow",
    ],
  };
}
