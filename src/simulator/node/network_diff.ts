/**
 * The difference between two network configurations, as PVE shows what waits.
 *
 * @module
 */
import type { Entry } from "../core/tables.ts";

/** Lines of an interface as /etc/network/interfaces has them. */
function stanza(name: string, entry: Entry): string[] {
  const options = [
    "address",
    "gateway",
    "bridge_ports",
    "bridge_vlan_aware",
    "slaves",
    "bond_mode",
    "mtu",
  ]
    .filter((key) => entry[key] !== undefined)
    .map((key) => `\t${key.replaceAll("_", "-")} ${key === "address" ? entry.cidr : entry[key]}`);
  return [
    ...(entry.autostart ? [`auto ${name}`] : []),
    `iface ${name} inet ${entry.method}`,
    ...options,
    "",
  ];
}

/** What `next` changes in `current`, as a unified diff of /etc/network/interfaces. */
export function networkDiff(
  current: ReadonlyMap<string, Entry>,
  next: ReadonlyMap<string, Entry>,
): string {
  const lines = (from: ReadonlyMap<string, Entry>): string[] =>
    [...from].flatMap(([name, entry]) => stanza(name, entry));
  const before = lines(current);
  const after = lines(next);
  const removed = before.filter((line) => !after.includes(line)).map((line) => `-${line}`);
  const added = after.filter((line) => !before.includes(line)).map((line) => `+${line}`);
  return [
    "--- /etc/network/interfaces\tcurrent",
    "+++ /etc/network/interfaces.new\tpending",
    `@@ -1,${before.length} +1,${after.length} @@`,
    ...removed,
    ...added,
    "",
  ].join("\n");
}
