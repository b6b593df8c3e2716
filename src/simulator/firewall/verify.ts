/**
 * What PVE refuses in a firewall rule after the schema accepted it.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import { invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { MACROS } from "./macros.ts";
import { aliasesOf, type Scope, type ScopeKind, setsOf } from "./scope.ts";

const PORT_PROTOCOLS = new Set(["tcp", "udp", "dccp", "sctp", "udplite"]);
const ICMP_PROTOCOLS = new Set(["icmp", "icmpv6", "ipv6-icmp"]);
const NAME = "[A-Za-z][A-Za-z0-9\\-_]+";
const ACTIONS = new Set(["ACCEPT", "DROP", "REJECT"]);
const MACRO_NAMES = new Map(Object.keys(MACROS).map((name) => [name.toLowerCase(), name]));

type Complain = (param: string, text: string) => void;

/**
 * A rule with what PVE derives from it: the macro's proper name, and the IP version.
 *
 * @throws {ApiError} With PVE's complaint per parameter.
 */
export function verifyRule(
  input: Entry,
  scope: Scope,
  cluster: Cluster,
  place: string,
): Entry {
  const errors: Record<string, string> = {};
  const complain: Complain = (param, text) => errors[param] ??= text;
  const { ipversion: _, ...rule } = input;
  verifyKind(rule, scope.kind, complain);
  verifyInterface(rule, scope.kind, complain);
  if (rule.macro !== undefined) {
    const proper = MACRO_NAMES.get(String(rule.macro).toLowerCase());
    if (proper) rule.macro = proper;
    else complain("macro", `unknown macro '${rule.macro}'`);
  }
  verifyPorts(rule, complain);
  for (const side of ["source", "dest"]) {
    const value = rule[side];
    if (value !== undefined) verifyReference(side, String(value), cluster, place, complain);
  }
  const version = ipVersion(rule);
  if (version) rule.ipversion = version;
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return rule;
}

function verifyKind(rule: Entry, kind: ScopeKind, complain: Complain): void {
  const action = String(rule.action ?? "");
  if (rule.type === undefined) complain("type", "missing property");
  if (action === "") complain("action", "missing property");
  if (rule.type === "group") {
    if (kind === "group" || kind === "vnet") {
      complain("type", `invalid rule type 'group' for rule_env '${kind}'`);
    }
    if (!new RegExp(`^${NAME}$`).test(action)) {
      complain("action", "invalid characters in security group name");
    }
  } else if (rule.type === "forward" && kind === "guest") {
    complain("type", "cannot use forward rules for guests");
  } else if (rule.type !== "forward" && kind === "vnet") {
    complain("type", "only forward rules are allowed for vnets");
  } else if (action !== "" && !ACTIONS.has(action)) {
    complain("action", `unknown action '${action}'`);
  }
}

function verifyInterface(rule: Entry, kind: ScopeKind, complain: Complain): void {
  if (rule.iface === undefined) return;
  if (kind === "group") complain("type", "parameter -i not allowed for this rule type");
  if (kind === "guest" && !/^net\d+$/.test(String(rule.iface))) {
    complain("iface", "value does not match the regex pattern 'net\\d+'");
  }
}

function verifyPorts(rule: Entry, complain: Complain): void {
  const proto = rule.proto === undefined ? undefined : String(rule.proto);
  const icmp = proto !== undefined && ICMP_PROTOCOLS.has(proto);
  for (const side of ["dport", "sport"]) {
    if (rule[side] === undefined || rule.macro !== undefined) continue;
    if (proto === undefined) {
      complain("proto", `missing property - '${side}' requires this property`);
    } else if (!PORT_PROTOCOLS.has(proto) && !(icmp && side === "dport")) {
      complain(side, `protocol '${proto}' does not support ports`);
    }
  }
  if (rule["icmp-type"] === undefined) return;
  if (!icmp) complain("proto", "missing property - 'icmp-type' requires this property");
  if (rule.dport !== undefined) {
    complain("icmp-type", "'icmp-type' cannot be specified together with 'dport'");
  }
}

function verifyReference(
  side: string,
  value: string,
  cluster: Cluster,
  place: string,
  complain: Complain,
): void {
  const set = new RegExp(`^\\+(?:(dc|guest|sdn)/)?(${NAME})$`).exec(value);
  if (set) {
    const [, where, name = ""] = set;
    const known = where === "sdn" ||
      places(place, where).some((at) => setsOf(cluster, at).has(name));
    if (!known) complain(side, `no such ipset '${name}'`);
    return;
  }
  if (value.startsWith("+")) {
    complain(side, `invalid ipset name '${value}'`);
    return;
  }
  const alias = new RegExp(`^(?:(dc|guest)/)?(${NAME})$`).exec(value);
  if (!alias || /^[0-9a-f]*:/i.test(value)) return;
  const [, where, name = ""] = alias;
  const known = places(place, where).some((at) => aliasesOf(cluster, at).has(name.toLowerCase()));
  if (!known) complain(side, `no such alias '${value}'`);
}

function places(place: string, where: string | undefined): string[] {
  if (where === "dc") return ["cluster"];
  if (where === "guest") return [place];
  return [place, "cluster"];
}

function ipVersion(rule: Entry): number | undefined {
  if (rule.proto === "icmp") return 4;
  if (rule.proto === "icmpv6" || rule.proto === "ipv6-icmp") return 6;
  for (const side of ["source", "dest"]) {
    const value = String(rule[side] ?? "");
    if (/^\d+\.\d+\.\d+\.\d+/.test(value)) return 4;
    if (/^[0-9a-f]*:[0-9a-f:]/i.test(value)) return 6;
  }
  return undefined;
}
