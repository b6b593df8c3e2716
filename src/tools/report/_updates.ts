/**
 * Which nodes need updates, and which run an older kernel than is installed. Source of the rows:
 * PVE::API2::APT, where `OldVersion` is what is installed and `Version` what could be.
 *
 * @module
 */
import { counted, some } from "../../base/text/units.ts";
import { orderBy } from "../../answer/order.ts";
import { type Row, ToolError } from "../../tool/answer.ts";
import { type Readings, rowsOf } from "./_readings.ts";
import { type Report } from "./_report.ts";

/** A kernel's own package, which its release is part of. */
const KERNEL = /^(?:pve|proxmox)-kernel-(\d+\.\d+\.\d+-\d+-pve)(?:-signed)?$/;
/** The package that pulls in the newest kernel of a series; its version is that kernel's. */
const KERNEL_SERIES = /^(?:pve|proxmox)-kernel-\d+\.\d+$/;

/** Nodes that wait for a reboot; then those with most updates. */
const WAITING_FIRST = orderBy("-waits_for_reboot", "-updates");

/** Versions by the numbers in them, as kernel releases count up. */
function compareReleases(one: string, other: string): number {
  const [ones, others] = [one, other].map((each) => (each.match(/\d+/g) ?? []).map(Number));
  const lengths = Math.max(ones?.length ?? 0, others?.length ?? 0);
  for (let index = 0; index < lengths; index++) {
    const difference = (ones?.[index] ?? -1) - (others?.[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The release of the newest kernel that is installed; undefined when the rows name none. */
function newestKernel(rows: readonly Row[]): string | undefined {
  const releases = rows.filter(({ OldVersion }) => OldVersion).flatMap((row) => {
    const name = String(row.Package);
    const release = KERNEL.exec(name)?.[1];
    if (release !== undefined) return [release];
    return KERNEL_SERIES.test(name) ? [`${row.OldVersion}-pve`] : [];
  });
  return releases.sort(compareReleases).at(-1);
}

interface NodeUpdates {
  readonly node: string;
  readonly packages: readonly string[] | undefined;
  readonly running: string | undefined;
  /** The kernel that the next start would bring. */
  readonly waiting: string | undefined;
  readonly manager: string | undefined;
}

async function updatesOf(readings: Readings, node: string): Promise<NodeUpdates> {
  const [updates, versions] = await Promise.all([
    readings.read("GET /nodes/{node}/apt/update", { node }, `updates of ${node}`),
    readings.read("GET /nodes/{node}/apt/versions", { node }, `versions on ${node}`),
  ]);
  const rows = rowsOf(versions);
  const text = (value: unknown): string | undefined => value ? String(value) : undefined;
  const running = text(rows.find(({ RunningKernel }) => RunningKernel)?.RunningKernel);
  const newest = newestKernel(rows);
  const waits = running !== undefined && newest !== undefined &&
    compareReleases(newest, running) > 0;
  return {
    node,
    packages: updates === undefined
      ? undefined
      : rowsOf(updates).map((row) => String(row.Package)).sort(),
    running,
    waiting: waits ? newest : undefined,
    manager: text(rows.find(({ Package }) => Package === "pve-manager")?.OldVersion),
  };
}

function titleOf(nodes: readonly NodeUpdates[]): string {
  const outdated = nodes.filter(({ packages = [] }) => packages.length > 0);
  const waiting = nodes.filter(({ waiting }) => waiting !== undefined);
  const unread = nodes.filter(({ packages, running }) => !packages || running === undefined);
  if (outdated.length + waiting.length === 0 && unread.length > 0) {
    return `Whether updates wait could not be read on ${some(unread.map(({ node }) => node))}`;
  }
  if (outdated.length + waiting.length === 0) return "No node needs updates or a reboot";
  const update = outdated.length === 0
    ? "No updates wait"
    : `Updates wait on ${some(outdated.map(({ node }) => node))}`;
  const reboot = waiting.length === 0
    ? "no node waits for a reboot"
    : `a reboot into a newer kernel on ${some(waiting.map(({ node }) => node))}`;
  return `${update}; ${reboot}`;
}

function nextOf(nodes: readonly NodeUpdates[]): string[] {
  const outdated = nodes.find(({ packages = [] }) => packages.length > 0);
  const waiting = nodes.find(({ waiting }) => waiting !== undefined);
  return [
    `proxmox_apt action=update node=${
      nodes[0]?.node ?? "…"
    } — the list is as old as its last refresh`,
    ...(outdated
      ? [
        `proxmox_apt action=list node=${outdated.node} — their versions; ` +
        "`apt update && apt full-upgrade` in a shell installs them, node by node",
      ]
      : []),
    ...(waiting
      ? [
        `proxmox_report action=failure node=${waiting.node} — how its guests leave it before ` +
        `proxmox_node_power action=reboot node=${waiting.node}`,
      ]
      : []),
  ];
}

/** @throws {ToolError} When no node said anything. */
function assertRead(nodes: readonly NodeUpdates[], readings: Readings): void {
  if (nodes.some(({ packages, running }) => packages || running !== undefined)) return;
  const names = some(nodes.map(({ node }) => node)) || "any node";
  throw new ToolError(`Whether updates wait could not be read on ${names}`, {
    reason: readings.unseen().join("; ") || "No node is online",
  });
}

/** The report `updates`. */
export async function updates(readings: Readings): Promise<Report> {
  const { online } = await readings.resources();
  const nodes = await Promise.all(online.map((node) => updatesOf(readings, node)));
  assertRead(nodes, readings);
  const managers = new Set(nodes.flatMap(({ manager }) => manager ?? []));
  if (managers.size > 1) {
    readings.note(`The nodes run different releases of pve-manager: ${[...managers].join(", ")}`);
  }
  const rows = nodes.map(({ node, packages, running, waiting }) => ({
    node,
    updates: packages?.length ?? "unknown",
    kernel: running ?? "unknown",
    after_reboot: waiting ?? (running === undefined ? "unknown" : "the same"),
    packages: some(packages ?? [], 3),
    waits_for_reboot: waiting !== undefined,
  })).sort(WAITING_FIRST);
  const read = nodes.flatMap(({ packages }) => packages === undefined ? [] : [packages.length]);
  const total = read.reduce((sum, number) => sum + number, 0);
  const unread = nodes.length - read.length;
  return {
    title: titleOf(nodes),
    facts: {
      updates: read.length === 0
        ? "unknown"
        : `${counted(total, "package")} on ${counted(read.length, "node")}${
          unread > 0 ? `, unknown on ${unread}` : ""
        }`,
    },
    columns: ["node", "updates", "kernel", "after_reboot", "packages"],
    rows,
    order: WAITING_FIRST,
    unseen: readings.unseen(),
    next: nextOf(nodes),
  };
}
