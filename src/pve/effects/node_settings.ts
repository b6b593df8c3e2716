/**
 * Effects on the settings of a node: names, certificates, subscription, time.
 *
 * @module
 */
import { deletion } from "./deletion.ts";
import { type ChangeOperation, type Effect, type EffectTable, isOn, whenOn } from "./effect.ts";
import { listText, missing } from "./lists.ts";
import { readNamed, readRows } from "./read.ts";
import { clearableSettings, replaced, settings } from "./settings.ts";
import { goneText, UNREAD, valueText } from "./words.ts";

/** The file of a certificate of one's own. */
const CUSTOM = "pveproxy-ssl.pem";

/** A certificate of the node's own, which force overwrites. */
const overwritten: Effect<"force"> = {
  takes: "with force, the certificate of the node's own that is there",
  by: ["force"],
  ofGuests: false,
  judge: async ({ node, force }, state) => {
    if (!isOn(force)) return [];
    const rows = await readRows(state, "GET /nodes/{node}/certificates/info", { node });
    const row = rows?.find(({ filename }) => filename === CUSTOM);
    if (rows !== undefined && row === undefined) return [];
    const known = row === undefined ? `, ${UNREAD}` : ` (${valueText(row.subject) ?? "?"})`;
    return [{ what: `present certificate of ${node}${known}`, guests: [] }];
  },
};

/** Names with their addresses in a hosts file: `192.0.2.11 pve1`. */
function hostNames(file: unknown): string[] {
  return String(file ?? "").split("\n").flatMap((line) => {
    const [ip, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return names.map((name) => `${ip} ${name}`);
  });
}

const hosts: Effect<"data"> = {
  takes: "entries of /etc/hosts that data leaves out",
  by: ["data"],
  ofGuests: false,
  judge: async (args, state) => {
    const now = await readNamed(state, "GET /nodes/{node}/hosts", args);
    const had = now && hostNames(now.data);
    const gone = had && missing(had, hostNames(args.data));
    if (gone?.length === 0) return [];
    const what = gone && had
      ? goneText(gone, had.length, "names")
      : `names that data leaves out, ${UNREAD}`;
    return [{ what: `/etc/hosts of ${args.node}: ${what}`, guests: [] }];
  },
};

const SERVERS = ["dns1", "dns2", "dns3"] as const;

/** Servers that are not named again: PVE writes those that are, and no others. */
const nameServers: Effect<typeof SERVERS[number]> = {
  takes: "DNS servers that are not named again",
  by: SERVERS,
  ofGuests: false,
  judge: async (args, state) => {
    const now = await readNamed(state, "GET /nodes/{node}/dns", args);
    const named = (of: Readonly<Record<string, unknown>>): string[] =>
      SERVERS.map((key) => valueText(of[key])).filter((each) => each !== undefined);
    const had = now && named(now);
    const gone = had && missing(had, named(args));
    if (gone?.length === 0) return [];
    const what = gone && had
      ? goneText(gone, had.length, "DNS servers")
      : `DNS servers other than ${listText(named(args)) || "none"}, ${UNREAD}`;
    return [{ what: `node ${args.node}: ${what}`, guests: [] }];
  },
};

const ORDER = replaced("how it orders its certificate");

/** Effects on settings of nodes. */
export const nodeSettingEffects = {
  "PUT /nodes/{node}/config": [clearableSettings({
    of: "node {node}",
    now: "GET /nodes/{node}/config",
    trivial: ["ballooning-target", "location", "startall-onboot-delay"],
    rules: {
      acme: ORDER,
      "acmedomain[n]": ORDER,
      wakeonlan: replaced("card that wakes it"),
    },
  })],
  "PUT /nodes/{node}/time": { nothing: "only the zone: the clock stays" },
  "PUT /nodes/{node}/dns": [
    nameServers,
    settings({
      of: "node {node}",
      now: "GET /nodes/{node}/dns",
      rules: { search: replaced("domain in which names are looked up") },
    }),
  ],
  "POST /nodes/{node}/hosts": [hosts],

  "POST /nodes/{node}/certificates/custom": [overwritten],
  "DELETE /nodes/{node}/certificates/custom": [deletion({
    what: "certificate of {node}",
    loses: "it and its key",
  })],
  "POST /nodes/{node}/certificates/acme/certificate": [overwritten],
  "PUT /nodes/{node}/certificates/acme/certificate": [
    whenOn("force", "the present certificate of {node}, which is revoked though it is valid"),
  ],
  "DELETE /nodes/{node}/certificates/acme/certificate": [deletion({
    what: "certificate of {node}",
    loses: "it is revoked and no longer trusted",
  })],

  "POST /nodes/{node}/subscription": {
    mayTake: "its state, should the server that is asked not know the key",
  },
  "PUT /nodes/{node}/subscription": [settings({
    of: "subscription of {node}",
    now: "GET /nodes/{node}/subscription",
    rules: { key: replaced("present key") },
  })],
  "DELETE /nodes/{node}/subscription": [deletion({
    what: "subscription of {node}",
    loses: "the key, and access to the enterprise repository",
    now: "GET /nodes/{node}/subscription",
    shows: ["key", "status", "nextduedate"],
  })],
} satisfies EffectTable<
  Extract<
    ChangeOperation,
    `${string} /nodes/{node}/${
      | "config"
      | "time"
      | "dns"
      | "hosts"
      | "certificates"
      | "subscription"}${string}`
  >
>;
