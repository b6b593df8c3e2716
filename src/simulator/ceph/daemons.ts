/**
 * Ceph's monitors, managers and metadata servers: listing, making, removing, starting, stopping.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { type Handler, type Handlers, knownOperations } from "../core/handler.ts";
import { flag, named, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { storageAddressOf } from "../node/addresses.ts";
import { type DaemonKind, daemons, FULL_VERSION, isUp, osds, VERSION } from "./store.ts";

interface KindFact {
  readonly kind: DaemonKind;
  readonly key: string;
  readonly exists: (name: string) => string;
  readonly missing: (name: string) => string;
}

const KINDS: readonly KindFact[] = [
  {
    kind: "mon",
    key: "monid",
    exists: (name) => `monitor '${name}' already exists`,
    missing: (name) => `no such monitor id '${name}'`,
  },
  {
    kind: "mgr",
    key: "id",
    exists: (name) => `ceph manager directory '/var/lib/ceph/mgr/ceph-${name}' already exists`,
    missing: (name) => `no such manager id '${name}'`,
  },
  {
    kind: "mds",
    key: "name",
    exists: (name) => `ceph MDS directory '/var/lib/ceph/mds/ceph-${name}' already exists`,
    missing: (name) => `no such MDS '${name}'`,
  },
];

function stateOf(cluster: Cluster, kind: DaemonKind, name: string, entry: Entry): string {
  if (!isUp(cluster, entry)) return "stopped";
  if (kind === "mon") return "running";
  const first = [...daemons(cluster, kind)].find(([, each]) => isUp(cluster, each))?.[0];
  const active = first === name && (kind === "mgr" || cluster.table("ceph.fs").size > 0);
  if (kind === "mgr") return active ? "active" : "standby";
  return active ? "up:active" : "up:standby";
}

function rows(cluster: Cluster, kind: DaemonKind): Entry[] {
  return [...daemons(cluster, kind)].map(([name, entry], rank) => {
    const up = isUp(cluster, entry);
    const state = stateOf(cluster, kind, name, entry);
    const port = kind === "mon" ? ":6789/0" : "";
    return {
      name,
      host: entry.host,
      addr: `${entry.addr}${port}`,
      direxists: 1,
      service: 1,
      state,
      ceph_version: FULL_VERSION,
      ceph_version_short: VERSION,
      ...(kind === "mon" ? { rank, quorum: Number(up) } : {}),
      ...(kind === "mds" && state === "up:active"
        ? { rank: 0, fs_name: [...cluster.table("ceph.fs").keys()][0] }
        : {}),
    };
  });
}

function create({ kind, key, exists }: KindFact): Handler {
  return (cluster, call) => {
    const host = named(call, "node");
    const name = text(call, key) ?? host;
    if (daemons(cluster, kind).has(name)) throw failed(exists(name));
    const taken = [...daemons(cluster, kind).values()].some((each) => each.host === host);
    if (kind === "mon" && taken) throw failed(`monitor address in use on node '${host}'`);
    const addr = text(call, "mon-address") ?? storageAddressOf(cluster, host);
    return cluster.startTask({
      node: host,
      type: `cephcreate${kind}`,
      id: `${kind}.${name}`,
      user: call.user,
      ms: 5000,
      log: [`creating ${kind} '${name}' on ${host}`],
      finish: () => {
        daemons(cluster, kind).set(name, { host, addr });
      },
    });
  };
}

function destroy({ kind, key, missing }: KindFact): Handler {
  return (cluster, call) => {
    const name = named(call, key);
    if (!daemons(cluster, kind).has(name)) throw failed(missing(name));
    if (kind === "mon" && daemons(cluster, kind).size <= 1) {
      throw failed("can't remove last monitor");
    }
    return cluster.startTask({
      node: named(call, "node"),
      type: `cephdestroy${kind}`,
      id: `${kind}.${name}`,
      user: call.user,
      ms: 3000,
      finish: () => {
        daemons(cluster, kind).delete(name);
      },
    });
  };
}

/** What a service name stands for on a node: `osd.3`, `mon`, or all with `ceph`. */
function servicesOf(cluster: Cluster, call: Call): Entry[] {
  const node = named(call, "node");
  const [kind = "", name] = (text(call, "service") ?? "ceph.target").replace(".target", "").split(
    ".",
  );
  const here = (entry: Entry): boolean => entry.host === node;
  const all: Record<string, Map<string, Entry>> = { osd: osds(cluster) };
  for (const each of KINDS) all[each.kind] = daemons(cluster, each.kind);
  if (kind === "ceph" && name === undefined) {
    return Object.values(all).flatMap((table) => [...table.values()].filter(here));
  }
  const table = all[kind];
  if (!table) throw failed(`unknown service type '${kind}'`);
  if (name === undefined) return [...table.values()].filter(here);
  const entry = table.get(name);
  if (!entry || !here(entry)) throw failed(`no such service '${kind}.${name}' on node '${node}'`);
  return [entry];
}

function command(verb: "start" | "stop" | "restart"): Handler {
  return (cluster, call) => {
    const entries = servicesOf(cluster, call);
    return cluster.startTask({
      node: named(call, "node"),
      type: `srv${verb}`,
      id: text(call, "service") ?? "ceph",
      user: call.user,
      ms: 2000,
      finish: () => {
        for (const entry of entries) {
          if (verb === "stop") entry.stopped = true;
          else delete entry.stopped;
        }
      },
    });
  };
}

function restartAll(cluster: Cluster, call: Call): string {
  const kind = named(call, "service-type");
  const dry = flag(call, "dry-run") ?? false;
  const names = kind === "osd"
    ? [...osds(cluster).keys()]
    : [...daemons(cluster, kind as DaemonKind).keys()];
  return cluster.startTask({
    node: text(call, "node") ?? cluster.nodeNames()[0] ?? "",
    type: "cephrestartbulk",
    id: kind,
    user: call.user,
    ms: 2000 * names.length,
    log: names.map((name) => `${dry ? "would restart" : "restarting"} ${kind}.${name}`),
  });
}

function kindHandlers(fact: KindFact): Handlers {
  const base = `/nodes/{node}/ceph/${fact.kind}`;
  return knownOperations({
    [`GET ${base}`]: (cluster) => rows(cluster, fact.kind),
    [`POST ${base}/{${fact.key}}`]: create(fact),
    [`DELETE ${base}/{${fact.key}}`]: destroy(fact),
  });
}

/** Handlers of Ceph's daemons. */
export const handlers: Handlers = {
  ...Object.assign({}, ...KINDS.map(kindHandlers)),
  "POST /nodes/{node}/ceph/start": command("start"),
  "POST /nodes/{node}/ceph/stop": command("stop"),
  "POST /nodes/{node}/ceph/restart": command("restart"),
  "POST /nodes/{node}/ceph/restart-bulk": restartAll,
  "POST /cluster/ceph/restart-bulk": restartAll,
};
