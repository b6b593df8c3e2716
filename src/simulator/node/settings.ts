/**
 * Settings of a node: resolver, time zone, hosts file, options, subscription.
 *
 * Table `node.settings/NODE` with the entries `dns`, `time`, `hosts`, `config`, `subscription`, and
 * `clock`, whose `ahead` are the seconds by which the node's clock is wrong.
 *
 * @module
 */
import { mayAll } from "../access/privileges.ts";
import { isTimeZone } from "../../pve/formats/format_checks.ts";
import { isIp } from "../../pve/ip.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { assertUnmodified, digestOf } from "../core/digest.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { changed, fields, named, text } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { entryNode } from "../request/api.ts";
import { addressOf } from "./addresses.ts";

const PRICING = "https://www.proxmox.com/en/proxmox-virtual-environment/pricing";
const LEVELS: Readonly<Record<string, string>> = {
  c: "Community",
  b: "Basic",
  s: "Standard",
  p: "Premium",
};

function settings(cluster: Cluster, call: Call): Map<string, Entry> {
  return cluster.table(`node.settings/${named(call, "node")}`);
}

function setting(cluster: Cluster, call: Call, name: string): Entry {
  return settings(cluster, call).get(name) ?? {};
}

/** Seconds that a time zone is ahead of UTC at a time. */
function zoneOffset(timezone: string, now: number): number {
  try {
    const parts = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      timeZoneName: "longOffset",
    }).formatToParts(now * 1000);
    const offset = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(offset) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60);
  } catch {
    throw failed("No such timezone.");
  }
}

function nodeConfig(cluster: Cluster, call: Call): Entry {
  const config = setting(cluster, call, "config");
  const property = text(call, "property");
  if (property === undefined) {
    return Object.keys(config).length === 0 ? {} : { ...config, digest: digestOf(config) };
  }
  const wanted = Object.keys(config).filter((key) =>
    key === property || (property === "acme" && key.startsWith("acmedomain"))
  );
  return {
    ...Object.fromEntries(wanted.map((key) => [key, config[key]])),
    digest: digestOf(config),
  };
}

function setNodeConfig(cluster: Cluster, call: Call): null {
  const before = setting(cluster, call, "config");
  assertUnmodified(digestOf(before), text(call, "digest"));
  settings(cluster, call).set("config", changed(before, call));
  return null;
}

function subscription(cluster: Cluster, call: Call): Entry {
  const node = named(call, "node");
  const known = settings(cluster, call).get("subscription");
  const audit = mayAll(cluster, call.user, `/nodes/${node}`, ["Sys.Audit"]);
  const serverid = digestOf(`server id of ${node}`).slice(0, 32).toUpperCase();
  if (!known) {
    const message = "There is no subscription key";
    return { status: "notfound", message, url: PRICING, ...(audit ? { serverid } : {}) };
  }
  return audit ? { ...known, serverid, url: PRICING } : { status: known.status };
}

function setSubscription(cluster: Cluster, call: Call): null {
  const key = named(call, "key").trim();
  const [, sockets, level] = /^pve([1248])([cbsp])-[0-9a-f]{10}$/.exec(key) ?? [];
  if (!sockets || !level) throw failed("Wrong subscription key format");
  const today = new Date(cluster.now() * 1000).toISOString().slice(0, 10);
  settings(cluster, call).set("subscription", {
    key,
    status: "active",
    level,
    sockets: Number(sockets),
    productname: `Proxmox VE ${LEVELS[level]} Subscription ${sockets} CPU/year`,
    regdate: `${today} 00:00:00`,
    nextduedate: `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`,
    checktime: cluster.now(),
  });
  return null;
}

/** Refuses a line that does not begin with an address. */
function assertHosts(data: string): void {
  for (const line of data.split("\n")) {
    const [address = ""] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (address !== "" && !isIp(address)) throw invalid({ data: `Invalid IP '${address}'` });
  }
}

/** Handlers of a node's settings. */
export const handlers: Handlers = {
  "GET /nodes/{node}/dns": (cluster, call) => setting(cluster, call, "dns"),
  "PUT /nodes/{node}/dns": (cluster, call) => {
    settings(cluster, call).set("dns", fields(call));
    return null;
  },
  "GET /nodes/{node}/time": (cluster, call) => {
    const timezone = String(setting(cluster, call, "time").timezone);
    const time = cluster.now() + Number(setting(cluster, call, "clock").ahead ?? 0);
    return { timezone, time, localtime: time + zoneOffset(timezone, time) };
  },
  "PUT /nodes/{node}/time": (cluster, call) => {
    const timezone = named(call, "timezone");
    if (!isTimeZone(timezone)) throw invalid({ timezone: "No such timezone" });
    settings(cluster, call).set("time", { timezone });
    return null;
  },
  "GET /nodes/{node}/hosts": (cluster, call) => {
    const { data } = setting(cluster, call, "hosts");
    return { data, digest: digestOf(data) };
  },
  "POST /nodes/{node}/hosts": (cluster, call) => {
    const { data } = setting(cluster, call, "hosts");
    assertUnmodified(digestOf(data), text(call, "digest"));
    assertHosts(named(call, "data"));
    settings(cluster, call).set("hosts", { data: named(call, "data") });
    return null;
  },
  "GET /nodes/{node}/config": nodeConfig,
  "PUT /nodes/{node}/config": setNodeConfig,

  "GET /nodes/{node}/subscription": subscription,
  "PUT /nodes/{node}/subscription": setSubscription,
  "POST /nodes/{node}/subscription": (cluster, call) => {
    const known = settings(cluster, call).get("subscription");
    if (known) known.checktime = cluster.now();
    return null;
  },
  "DELETE /nodes/{node}/subscription": (cluster, call) => {
    settings(cluster, call).delete("subscription");
    return null;
  },

  "POST /nodes/{node}/wakeonlan": (cluster, call) => {
    const node = named(call, "node");
    if (!cluster.nodes.has(node)) throw failed(`no such cluster node '${node}'`);
    if (node === entryNode(cluster, "")) {
      throw failed(`'${node}' is local node, cannot wake my self!`);
    }
    const mac = /^(?:mac=)?([0-9a-f:]{17})/i
      .exec(String(setting(cluster, call, "config").wakeonlan ?? ""))?.[1];
    if (!mac) {
      throw failed(`No wake on LAN MAC address defined for '${node}'!`);
    }
    return mac;
  },
  "POST /nodes/{node}/execute": (_cluster, call) => {
    if (!/^\s*\[/.test(named(call, "commands"))) {
      throw invalid({ commands: "invalid JSON format" });
    }
    return [];
  },
};

/** Settings as after an installation; the first node has a description and can be woken. */
export const seed: Seed = (cluster) => {
  const names = cluster.nodeNames();
  const hosts = names.map((name) => `${addressOf(cluster, name)} ${name}.example.com ${name}`);
  names.forEach((node, index) => {
    const table = cluster.table(`node.settings/${node}`);
    table.set("dns", {
      search: "example.com",
      dns1: `${cluster.site.network}.53`,
      dns2: `${cluster.site.network}.54`,
    });
    table.set("time", { timezone: "Etc/UTC" });
    table.set("hosts", {
      data: ["127.0.0.1 localhost.localdomain localhost", ...hosts, ""].join("\n"),
    });
    if (index > 0) return;
    table.set("config", {
      description: "Rack 1, unit 12",
      wakeonlan: "BC:24:11:00:00:01",
      acme: "account=default",
      acmedomain0: `domain=${node}.example.com,plugin=cloudflare`,
    });
    table.set("subscription", {
      key: "pve2b-0123456789",
      status: "active",
      level: "b",
      sockets: 2,
      productname: "Proxmox VE Basic Subscription 2 CPUs/year",
      regdate: "2026-01-10 00:00:00",
      nextduedate: "2027-01-10",
      checktime: cluster.now() - 3600,
    });
  });
};
