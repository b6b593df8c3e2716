/**
 * The state of a Ceph cluster at a glance, above everything that Ceph says of it.
 * Shapes as `ceph status` has them since release 15.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { bytes } from "../../base/text/units.ts";

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? value as Fields : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** `OSD_DOWN (HEALTH_WARN): 1 osds down` */
function checkTexts(checks: unknown): string[] {
  return Object.entries(fieldsOf(checks)).map(([name, value]) => {
    const { severity, summary, muted } = fieldsOf(value);
    return `${name} (${severity}${muted ? ", muted" : ""}): ${fieldsOf(summary).message ?? ""}`;
  });
}

function monitorText(status: Fields): string {
  const mons = listOf(fieldsOf(status.monmap).mons).map((mon) => String(mon.name));
  const quorum = Array.isArray(status.quorum_names) ? status.quorum_names.map(String) : [];
  const out = mons.filter((name) => !quorum.includes(name));
  return `${quorum.length} of ${Math.max(mons.length, quorum.length)} in quorum: ${
    quorum.join(", ")
  }${out.length > 0 ? `; not: ${out.join(", ")}` : ""}`;
}

function osdText(osdmap: Fields): string {
  // Releases before 15 nest the map in itself.
  const map = osdmap.osdmap === undefined ? osdmap : fieldsOf(osdmap.osdmap);
  return `${map.num_up_osds} up, ${map.num_in_osds} in, of ${map.num_osds}`;
}

function pgText(pgmap: Fields): string {
  const states = listOf(pgmap.pgs_by_state).map((each) => `${each.count} ${each.state_name}`);
  return `${pgmap.num_pgs ?? 0}${states.length > 0 ? `: ${states.join(", ")}` : ""}`;
}

function usageText({ bytes_used: used, bytes_total: total, bytes_avail: avail }: Fields): string {
  if (typeof used !== "number" || typeof total !== "number") return "unknown";
  const share = total > 0 ? ` (${((used / total) * 100).toFixed(1)} %)` : "";
  return `${bytes(used)} of ${bytes(total)}${share}, ${bytes(Number(avail))} free`;
}

/** The answer of `ceph status`: what an admin asks for, and, where fields are chosen, all of it. */
export function summarise(data: unknown, inDetail: boolean): unknown {
  const status = fieldsOf(data);
  const { health, monmap, osdmap, pgmap, mgrmap, ...rest } = status;
  const { active_name: active, num_standbys: standbys } = fieldsOf(mgrmap);
  return {
    health: fieldsOf(health).status,
    checks: checkTexts(fieldsOf(health).checks),
    monitors: monitorText(status),
    ...defined({
      manager: mgrmap && `${active ?? "available"}, ${standbys ?? 0} standby`,
    }),
    osds: osdText(fieldsOf(osdmap)),
    pgs: pgText(fieldsOf(pgmap)),
    usage: usageText(fieldsOf(pgmap)),
    ...inDetail && { details: { health, monmap, osdmap, pgmap, mgrmap, ...rest } },
  };
}
