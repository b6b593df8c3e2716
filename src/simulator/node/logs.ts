/**
 * Logs and reports of a node: system log, journal, support report, network counters; and the log
 * of the cluster.
 *
 * @module
 */
import { mayAll } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { logDate, perlDate } from "../core/dates.ts";
import { Attributed, type Handlers } from "../core/handler.ts";
import { logPage } from "../core/log_page.ts";
import { flag, named, number, text } from "../core/params.ts";
import type { Entry } from "../core/tables.ts";
import { guestName } from "../guest/config.ts";
import { metricsOf } from "../guest/metrics.ts";

/** What nodes write regularly: unit, process id and text. */
const MESSAGES: readonly (readonly [string, number, string])[] = [
  ["pvestatd", 1204, "status update time (5.217 seconds)"],
  ["pvescheduler", 1391, "INFO: Starting replication of jobs"],
  ["systemd", 1, "Starting pve-daily-update.service - Daily PVE download activities..."],
  ["pvedaemon", 1288, "<root@pam> successful auth for user 'root@pam'"],
  ["corosync", 1077, "  [KNET  ] link: host: 2 link: 0 is up"],
  ["pmxcfs", 981, "[dcdb] notice: data verification successful"],
  ["kernel", 0, "vmbr0: port 2(fwpr100p0) entered forwarding state"],
  ["sshd", 4312, "Accepted publickey for root from 192.0.2.5 port 51544 ssh2"],
];
const LINES = 400;
/** Seconds between two lines. */
const EVERY = 47;

interface LogLine {
  readonly time: number;
  readonly unit: string;
  readonly text: string;
}

/** The latest lines of a node's log, oldest first; they do not change once written. */
function logLines(cluster: Cluster, node: string): LogLine[] {
  const last = Math.floor(cluster.now() / EVERY);
  return Array.from({ length: LINES }, (_, index) => {
    const tick = last - LINES + 1 + index;
    const [unit, pid, message] = MESSAGES[(tick * 7 + node.length) % MESSAGES.length] ??
      ["", 0, ""];
    const time = tick * EVERY;
    const process = pid > 0 ? `${unit}[${pid}]` : unit;
    return { time, unit, text: `${logDate(time)} ${node} ${process}: ${message}` };
  });
}

function seconds(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  return /^\d{4}-/.test(value)
    ? Date.parse(`${value.replace(" ", "T").padEnd(19, "T00:00:00".slice(value.length - 10))}Z`) /
      1000
    : Number(value);
}

function linesOf(cluster: Cluster, call: Call, unit: string | undefined): LogLine[] {
  const since = seconds(text(call, "since")) ?? 0;
  const until = seconds(text(call, "until")) ?? Infinity;
  return logLines(cluster, named(call, "node")).filter((line) =>
    line.time >= since && line.time <= until &&
    (unit === undefined || line.unit === unit.replace(/\.service$/, ""))
  );
}

/** Lines of the journal, between the cursors of the first and the last; the reader's own JSON. */
function journal(cluster: Cluster, call: Call): Attributed {
  const unit = text(call, "unit") ?? text(call, "service") ??
    (flag(call, "kernel") ? "kernel" : undefined);
  const lines = linesOf(cluster, call, unit);
  const last = number(call, "lastentries");
  const cut = last === undefined ? lines : lines.slice(-last);
  const cursor = (line: LogLine | undefined): string =>
    `s=demo;i=${(line?.time ?? 0).toString(16)}`;
  const rows = [cursor(cut[0]), ...cut.map((line) => line.text), cursor(cut.at(-1))];
  return new Attributed(rows, { success: 1 });
}

function report(cluster: Cluster, call: Call): string {
  const node = named(call, "node");
  const guests = cluster.sortedGuests().filter((guest) => guest.node === node)
    .map((guest) => `${guest.vmid} ${guestName(guest)} ${guest.status} ${guest.type}`);
  const interfaces = [...cluster.table(`network/${node}`)]
    .map(([name, { cidr, type }]) => `${name} ${type} ${cidr ?? "-"}`);
  const storages = [...cluster.table("storage")].map(([name, { type }]) => `${type}: ${name}`);
  const section = (title: string, lines: readonly string[]): string =>
    [`==== ${title} ====`, "", ...lines, ""].join("\n");
  return [
    section("general system info", [`# hostname\n${node}`, "# pveversion", "pve-manager/9.2.11"]),
    section("overall system load info", [perlDate(cluster.now())]),
    section("info about storage", storages),
    section("info about virtual guests", guests),
    section("info about network", interfaces),
    section("info about cluster", cluster.nodeNames()),
  ].join("\n");
}

function netstat(cluster: Cluster, call: Call): Entry[] {
  return cluster.sortedGuests().flatMap((guest) => {
    if (guest.node !== named(call, "node") || guest.status !== "running") return [];
    const { netin, netout } = metricsOf(guest, cluster.now());
    return Object.keys(guest.config)
      .filter((key) => /^net\d+$/.test(key))
      .map((dev) => ({ vmid: String(guest.vmid), dev, in: netin ?? 0, out: netout ?? 0 }));
  });
}

/** The cluster's log; without Sys.Syslog a user sees only their own lines. */
function clusterLog(cluster: Cluster, call: Call): Entry[] {
  const all = mayAll(cluster, call.user, "/", ["Sys.Syslog"]);
  const most = number(call, "max") ?? 50;
  const last = Math.floor(cluster.now() / 600);
  const nodes = cluster.nodeNames();
  return Array.from({ length: 60 }, (_, index) => {
    const tick = last - index;
    const node = nodes[tick % nodes.length] ?? "";
    return {
      id: `${tick % 1000}:${node}`,
      uid: String(tick % 1000),
      node,
      pid: 1288,
      pri: 6,
      tag: "pvedaemon",
      time: tick * 600,
      user: "root@pam",
      msg: "successful auth for user 'root@pam'",
    };
  }).filter(({ user }) => all || user === call.user).slice(0, most);
}

/** Handlers of logs and reports. */
export const handlers: Handlers = {
  "GET /nodes/{node}/syslog": (cluster, call) => {
    const lines = linesOf(cluster, call, text(call, "service")).map((line) => line.text);
    return logPage(lines.length > 0 ? lines : ["-- No entries --"], call);
  },
  "GET /nodes/{node}/journal": journal,
  "GET /nodes/{node}/report": report,
  "GET /nodes/{node}/netstat": netstat,
  "GET /cluster/log": clusterLog,
};
