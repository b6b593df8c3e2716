/**
 * What is wrong on single nodes: services, certificates, subscriptions, clocks, failed tasks, replication.
 *
 * @module
 */
import { counted, DAY, some, span } from "../../base/text/units.ts";
import { clockSkew } from "../../pve/clock_skew.ts";
import type { Row } from "../../tool/answer.ts";
import type { Finding } from "./_finding.ts";
import { type Readings, rowsOf } from "./_readings.ts";

/** Days before its end in which a certificate should be renewed; ACME does it 30 days before. */
const CERTIFICATE_DAYS = 21;
/** Newest failed tasks of each node. */
const MAX_TASKS = 100;

type OfNode<T> = readonly (readonly [node: string, data: T])[];

/** Nodes by what is said of them. */
function grouped<T>(
  answers: OfNode<T>,
  sayingsOf: (data: T) => readonly string[],
): Map<string, string[]> {
  const nodes = new Map<string, string[]>();
  for (const [node, data] of answers) {
    for (const saying of sayingsOf(data)) nodes.set(saying, [...nodes.get(saying) ?? [], node]);
  }
  return nodes;
}

/** Services that start with the node and do not run. */
async function services(readings: Readings, online: readonly string[]): Promise<Finding[]> {
  const answers = await readings.ofNodes(online, "GET /nodes/{node}/services", "services");
  const dead = grouped(
    answers,
    (data) =>
      rowsOf(data).filter((row) =>
        row["unit-state"] === "enabled" && row["active-state"] !== "active"
      )
        .map(({ service, state }) => `${service} is ${state}`),
  );
  return [...dead].map(([detail, nodes]) => ({
    urgency: "now",
    what: "service",
    where: some(nodes),
    detail,
    next: `proxmox_node_log action=journal node=${nodes[0]} — why it ended; ` +
      "proxmox_node_service action=control node=… service=… command=start",
  }));
}

async function certificates(readings: Readings, online: readonly string[]): Promise<Finding[]> {
  const operation = "GET /nodes/{node}/certificates/info";
  const answers = await readings.ofNodes(online, operation, "certificates");
  return answers.flatMap(([node, data]) =>
    rowsOf(data).flatMap(({ filename, notafter }): Finding[] => {
      const left = Number(notafter) - readings.now;
      if (!(left < CERTIFICATE_DAYS * DAY)) return [];
      return [{
        urgency: left < 3 * DAY ? "now" : "soon",
        what: "certificate",
        where: node,
        detail: `${filename} ${left < 0 ? "has ended" : `ends in ${span(left)}`}`,
        next: `proxmox_acme_cert action=renew node=${node} — a new one, where ACME made it`,
      }];
    })
  );
}

async function subscriptions(readings: Readings, online: readonly string[]): Promise<Finding[]> {
  const answers = await readings.ofNodes<Row>(
    online,
    "GET /nodes/{node}/subscription",
    "subscriptions",
  );
  const wanting = grouped(answers, ({ status }) => status === "active" ? [] : [String(status)]);
  return [...wanting].map(([status, nodes]) => ({
    what: "subscription",
    where: some(nodes),
    ...(status === "notfound" ? { urgency: "note", detail: "none" } : {
      urgency: "soon",
      detail: `${status}: the enterprise repository may give no updates`,
      next: `proxmox_node_subscription action=get node=${nodes[0]} — the key, and why`,
    }),
  }));
}

/** Clocks that differ from each other, or all of them from the one of this machine. */
async function clocks(readings: Readings, online: readonly string[]): Promise<Finding[]> {
  const skews = await Promise.all(online.map(async (node): Promise<[string, number][]> => {
    const args = { node };
    const data = await readings.read<Row>("GET /nodes/{node}/time", args, "clocks");
    return typeof data?.time === "number" ? [[node, data.time - readings.now]] : [];
  }));
  const sorted = skews.flat().sort(([, one], [, other]) => one - other);
  const [, median = 0] = sorted[Math.floor(sorted.length / 2)] ?? [];
  const next =
    "proxmox_node_service action=list node=… — whether chrony runs, which sets the clock";
  const findings = sorted.flatMap(([node, skew]): Finding[] => {
    const detail = clockSkew(skew - median, "the others");
    return detail === undefined
      ? []
      : [{ urgency: "now", what: "clock", where: node, detail, next }];
  });
  const detail = clockSkew(median);
  return detail === undefined
    ? findings
    : [...findings, { urgency: "soon", what: "clock", where: "most nodes", detail, next }];
}

interface FailedTasks {
  readonly newest: Row;
  readonly total: number;
  readonly ids: readonly string[];
}

/** Tasks of the last day that failed, by type and reason. */
async function failedTasks(readings: Readings, online: readonly string[]): Promise<Finding[]> {
  const answers = await readings.ofNodes(online, "GET /nodes/{node}/tasks", "tasks", {
    source: "all",
    since: readings.now - DAY,
    statusfilter: "error,unknown", // Unknown is the end of those that went down with their node.
    limit: MAX_TASKS,
  });
  const rows = answers.flatMap(([node, data]) => rowsOf(data).map((row) => ({ ...row, node })))
    .filter((row: Row) => row.endtime !== undefined);
  const groups = new Map<string, FailedTasks>();
  for (const row of rows as readonly Row[]) {
    const key = `${row.type}\n${row.status}`;
    const { newest, total, ids } = groups.get(key) ?? { newest: row, total: 0, ids: [] };
    const id = row.id ? `${row.id} on ${row.node}` : String(row.node);
    groups.set(key, {
      newest: Number(row.starttime) > Number(newest.starttime) ? row : newest,
      total: total + 1,
      ids: [...new Set([...ids, id])],
    });
  }
  return [...groups.values()].map(({ newest, total, ids }) => ({
    urgency: newest.type === "vzdump" ? "now" : "soon",
    what: counted(total, "failed task"),
    where: some(ids, 4),
    detail: `${newest.type}: ${newest.status}`,
    next: newest.type === "vzdump"
      ? "proxmox_report action=backups — each guest's own line of the failed backup"
      : `proxmox_node_task action=log upid=${newest.upid} — why it failed`,
  }));
}

/** Replication jobs whose last run failed: no task tells of it. */
async function replication(readings: Readings, online: readonly string[]): Promise<Finding[]> {
  const jobs = await readings.read("GET /cluster/replication", {}, "replication jobs");
  if (rowsOf(jobs).length === 0) return []; // Then no node has anything to tell.
  const answers = await readings.ofNodes(online, "GET /nodes/{node}/replication", "replication");
  return answers.flatMap(([node, data]) =>
    rowsOf(data).filter(({ fail_count }) => Number(fail_count ?? 0) > 0).map((row): Finding => ({
      urgency: "soon",
      what: "replication",
      where: `${row.id} from ${node} to ${row.target}`,
      detail: `failed ${counted(Number(row.fail_count), "time")} in a row: ${
        row.error ?? "no reason given"
      }`,
      next: `proxmox_node_replication action=log node=${node} id=${row.id} — why it failed`,
    }))
  );
}

/** All that is wrong on the nodes that answer. */
export async function nodeFindings(
  readings: Readings,
  online: readonly string[],
): Promise<Finding[]> {
  const checks = [services, certificates, clocks, failedTasks, replication, subscriptions];
  return (await Promise.all(checks.map((check) => check(readings, online)))).flat();
}
