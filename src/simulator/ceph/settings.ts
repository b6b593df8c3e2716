/**
 * Ceph's configuration, its log, the releases there are, and what may be stopped safely.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { logPage } from "../core/log_page.ts";
import { named, text } from "../core/params.ts";
import { invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { daemons, fsid, isUp, osds } from "./store.ts";

const RELEASES: readonly (readonly [string, string])[] = [
  ["quincy", "17.2"],
  ["reef", "18.2"],
  ["squid", "19.2"],
  ["tentacle", "20.2"],
];

function rawConfig(cluster: Cluster): string {
  const monitors = [...daemons(cluster, "mon")];
  return [
    "[global]",
    "\tauth_client_required = cephx",
    "\tauth_cluster_required = cephx",
    "\tcluster_network = 10.10.10.0/24",
    `\tfsid = ${fsid()}`,
    `\tmon_host = ${monitors.map(([, { addr }]) => addr).join(" ")}`,
    "\tosd_pool_default_min_size = 2",
    "\tosd_pool_default_size = 3",
    "\tpublic_network = 10.10.10.0/24",
    "",
    ...monitors.flatMap(([name, { addr }]) => [`[mon.${name}]`, `\tpublic_addr = ${addr}`, ""]),
  ].join("\n");
}

const DATABASE: readonly Entry[] = [
  {
    section: "mgr",
    name: "mgr/dashboard/ssl",
    value: "false",
    level: "advanced",
    can_update_at_runtime: true,
    mask: "",
  },
  {
    section: "osd",
    name: "osd_memory_target",
    value: "4294967296",
    level: "basic",
    can_update_at_runtime: true,
    mask: "",
  },
];

function configValues(call: Call): Entry {
  const values: Record<string, Entry> = {};
  for (const wanted of splitList(named(call, "config-keys"))) {
    const [section = "", key = ""] = wanted.split(":");
    const known = DATABASE.find((row) => row.section === section && row.name === key);
    if (known) values[section] = { ...values[section], [key]: known.value };
  }
  return values;
}

function cmdSafety(cluster: Cluster, call: Call): Entry {
  const service = named(call, "service");
  if (service === "osd") {
    const up = [...osds(cluster).values()].filter((osd) => isUp(cluster, osd)).length;
    return up > 3 ? { safe: 1 } : { safe: 0, status: "unsafe to stop osd(s) at this time" };
  }
  const kind = service === "mon" ? "mon" : "mds";
  const left = [...daemons(cluster, kind).values()].filter((each) => isUp(cluster, each)).length -
    1;
  return left >= (kind === "mon" ? 2 : 1)
    ? { safe: 1 }
    : { safe: 0, status: `not enough ${service}s would be available after stopping` };
}

/** Handlers of Ceph's settings. */
export const handlers: Handlers = {
  "GET /nodes/{node}/ceph/cfg/raw": rawConfig,
  "GET /nodes/{node}/ceph/cfg/db": () => DATABASE,
  "GET /nodes/{node}/ceph/cfg/value": (_cluster, call) => configValues(call),
  "GET /nodes/{node}/ceph/crush": (cluster) =>
    [
      "# begin crush map",
      ...[...osds(cluster).keys()].map((id) => `device ${id} osd.${id}`),
      "# end crush map",
    ]
      .join("\n"),
  "GET /nodes/{node}/ceph/rules": () => [{ name: "replicated_rule" }],
  "GET /nodes/{node}/ceph/log": (cluster, call) => {
    const start = Math.floor(cluster.now() / 600) * 600;
    const lines = Array.from({ length: 20 }, (_, index) => {
      const time = new Date((start - (20 - index) * 600) * 1000).toISOString().replace(
        "Z",
        "000+0000",
      );
      return `${time} mgr.${
        [...daemons(cluster, "mgr").keys()][0]
      } (mgr.4139) ${index} : cluster ` +
        "[DBG] pgmap: all active+clean";
    });
    return logPage(lines, call);
  },
  "GET /nodes/{node}/ceph/cmd-safety": cmdSafety,
  "GET /nodes/{node}/ceph/releases": () =>
    RELEASES.map(([release, version]) => ({
      release,
      version,
      available: Number(release === "squid" || release === "tentacle"),
      "is-default": Number(release === "squid"),
      unsupported: Number(release === "quincy" || release === "reef"),
    })),
  "POST /nodes/{node}/ceph/init": (_cluster, call) => {
    if (text(call, "cluster-network") !== undefined && text(call, "network") === undefined) {
      throw invalid({ network: "missing property - 'cluster-network' requires this property" });
    }
    return null;
  },
};
