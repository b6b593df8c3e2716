/**
 * Firewall options and logs of every place, security groups, macros and references.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { operationFact } from "../../pve/api.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { assertUnmodified, digestOf } from "../core/digest.ts";
import { type Attributed, type Handlers, knownOperations, type Seed } from "../core/handler.ts";
import { logPage } from "../core/log_page.ts";
import { changed, list, named, text } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { MACROS } from "./macros.ts";
import { aliasesOf, rulesOf, type Scope, SCOPES, setRules, setsOf } from "./scope.ts";

function optionsOf(cluster: Cluster, place: string): Entry {
  return cluster.table("firewall.options").get(place) ?? {};
}

function setOptions(cluster: Cluster, place: string, call: Call): null {
  const before = optionsOf(cluster, place);
  assertUnmodified(digestOf(before), text(call, "digest"));
  const { params } = operationFact(call.operation);
  const unknown = list(call, "delete").find((name) => !Object.hasOwn(params, name));
  if (unknown !== undefined) throw invalid({ delete: `no such option '${unknown}'` });
  cluster.table("firewall.options").set(place, changed(before, call));
  return null;
}

/** Log of a place: refused packets when its firewall is on, else the file does not exist. */
function logOf(cluster: Cluster, place: string, call: Call): Attributed {
  const on = Number(optionsOf(cluster, place).enable ?? 0) && optionsOf(cluster, "cluster").enable;
  if (!on) return logPage(["unable to open file - No such file or directory"], call);
  const vmid = /^guest\/(\d+)$/.exec(place)?.[1] ?? "0";
  const chain = vmid === "0" ? "PVEFW-HOST-IN" : `tap${vmid}i0-IN`;
  const lines = Array.from({ length: 12 }, (_, index) => {
    const time = new Date((cluster.now() - (12 - index) * 300) * 1000).toUTCString().slice(5, 25);
    const stamp = time.replace(/ /, "/").replace(/ /, "/").replace(/ /, ":");
    return `${vmid} 6 ${chain} ${stamp} +0000 policy DROP: IN=fwbr${vmid}i0 ` +
      `SRC=198.51.100.${20 + index} DST=192.0.2.${10 + index} PROTO=TCP DPT=23`;
  });
  return logPage(lines, call);
}

function refsOf(cluster: Cluster, place: string, call: Call): Entry[] {
  const wanted = text(call, "type");
  const rows: Entry[] = [];
  for (const at of new Set(["cluster", place])) {
    const scope = at === "cluster" ? "dc" : "guest";
    for (const [name, { comment }] of setsOf(cluster, at)) {
      const ref = `+${name}`;
      rows.push(defined({ type: "ipset", name, ref, scope, comment: comment || undefined }));
    }
    for (const { name, comment } of aliasesOf(cluster, at).values()) {
      rows.push(defined({ type: "alias", name, ref: name, scope, comment: comment || undefined }));
    }
  }
  return rows.filter(({ type }) => wanted === undefined || type === wanted);
}

function placeHandlers(scope: Scope): Handlers {
  return knownOperations({
    [`GET ${scope.base}/options`]: (cluster, call) => {
      const options = optionsOf(cluster, scope.of(call));
      return { ...options, digest: digestOf(options) };
    },
    [`PUT ${scope.base}/options`]: (cluster, call) => setOptions(cluster, scope.of(call), call),
    [`GET ${scope.base}/refs`]: (cluster, call) => refsOf(cluster, scope.of(call), call),
    [`GET ${scope.base}/log`]: (cluster, call) => logOf(cluster, scope.of(call), call),
  });
}

function groups(cluster: Cluster): Map<string, Entry> {
  return cluster.table("firewall.groups");
}

function groupsDigest(cluster: Cluster): string {
  return digestOf([...groups(cluster)]);
}

/** Makes a group, or renames one: `rename` is the old name. */
function createGroup(cluster: Cluster, call: Call): null {
  const group = named(call, "group");
  const rename = text(call, "rename");
  const comment = text(call, "comment");
  assertUnmodified(groupsDigest(cluster), text(call, "digest"));
  if (rename === undefined) {
    if (groups(cluster).has(group)) {
      throw invalid({ group: `Security group '${group}' already exists` });
    }
    groups(cluster).set(group, comment ? { comment } : {});
    setRules(cluster, `group/${group}`, []);
    return null;
  }
  const before = groups(cluster).get(rename);
  if (!before) throw invalid({ group: `Security group '${rename}' does not exist` });
  if (group !== rename && groups(cluster).has(group)) {
    throw invalid({ group: `Security group '${group}' already exists` });
  }
  const rules = rulesOf(cluster, `group/${rename}`);
  groups(cluster).delete(rename);
  cluster.table("firewall.rules").delete(`group/${rename}`);
  groups(cluster).set(group, { ...before, ...defined({ comment }) });
  setRules(cluster, `group/${group}`, rules);
  return null;
}

/** Handlers of options, logs, references, macros and security groups. */
export const handlers: Handlers = {
  ...Object.assign({}, ...SCOPES.map(placeHandlers)),

  "GET /cluster/firewall/macros": () =>
    Object.entries(MACROS).map(([macro, descr]) => ({ macro, descr })),

  "GET /cluster/firewall/groups": (cluster) => {
    const digest = groupsDigest(cluster);
    return [...groups(cluster)].map(([group, entry]) => ({ group, ...entry, digest }));
  },
  "POST /cluster/firewall/groups": createGroup,
  "DELETE /cluster/firewall/groups/{group}": (cluster, call) => {
    const group = named(call, "group");
    if (rulesOf(cluster, `group/${group}`).length > 0) {
      throw failed(`Security group '${group}' is not empty`);
    }
    groups(cluster).delete(group);
    cluster.table("firewall.rules").delete(`group/${group}`);
    return null;
  },
};

/** The firewall of the company: on for the cluster, a group for web servers, a set for offices. */
export const seed: Seed = (cluster) => {
  const options = cluster.table("firewall.options");
  options.set("cluster", { enable: 1, policy_in: "DROP", policy_out: "ACCEPT" });
  aliasesOf(cluster, "cluster").set("office", {
    name: "office",
    cidr: "198.51.100.0/24",
    ipversion: 4,
    comment: "Head office",
  });
  setsOf(cluster, "cluster").set("management", {
    comment: "May reach the web interface",
    entries: [{ cidr: "192.0.2.0/24" }, { cidr: "198.51.100.7", comment: "VPN gateway" }],
  });
  groups(cluster).set("webserver", { comment: "HTTP and HTTPS from anywhere" });
  setRules(cluster, "group/webserver", [
    { type: "in", action: "ACCEPT", macro: "HTTPS", enable: 1 },
    { type: "in", action: "ACCEPT", macro: "HTTP", enable: 1 },
  ]);
  setRules(cluster, "cluster", [
    { type: "in", action: "ACCEPT", macro: "SSH", source: "+management", enable: 1 },
    {
      type: "in",
      action: "ACCEPT",
      proto: "tcp",
      dport: "8006",
      source: "+management",
      enable: 1,
      comment: "Web interface",
    },
    { type: "in", action: "ACCEPT", macro: "Ping", enable: 1 },
    { type: "in", action: "DROP", macro: "SMB", enable: 0, log: "nolog" },
  ]);
  for (const node of cluster.nodeNames()) options.set(`node/${node}`, { enable: 1 });
  for (const { vmid } of cluster.sortedGuests().slice(0, 2)) {
    const place = `guest/${vmid}`;
    options.set(place, { enable: 1, policy_in: "DROP" });
    setRules(cluster, place, [
      { type: "group", action: "webserver", enable: 1, iface: "net0" },
      { type: "in", action: "ACCEPT", macro: "SSH", source: "office", enable: 1 },
    ]);
  }
};
