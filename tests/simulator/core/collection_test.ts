import { assert, assertEquals, assertNotEquals } from "../../assert.ts";
import { type Form, TestClient } from "../client.ts";
import { returnDifferences } from "../returns.ts";

/** One collection and what is done to it. */
interface RoundTrip {
  /** Path of the list; the entry is `base/NAME`. */
  readonly base: string;
  /** The same path with placeholders, for the facts. */
  readonly fact?: string;
  readonly key: string;
  readonly name: string;
  /** Field of the name in a list; the key by default. */
  readonly field?: string;
  /** The entry's path has the name already when it is made. */
  readonly createByPath?: boolean;
  readonly create: Form;
  readonly update: Form;
  /** What the entry says after the update. */
  readonly changed: Record<string, unknown>;
  readonly missing: readonly [status: number, text: string];
  readonly taken: string;
  /** Parameters of the deletion. */
  readonly remove?: Form;
  /** PVE deletes what is not there without a word. */
  readonly silentDelete?: boolean;
  readonly withoutDigest?: boolean;
}

const TRIPS: readonly RoundTrip[] = [
  {
    base: "/access/domains",
    key: "realm",
    name: "partner",
    create: { type: "ad", domain: "partner.example", server1: "ad.partner.example" },
    update: { comment: "Partners" },
    changed: { comment: "Partners", type: "ad" },
    missing: [500, "domain 'partner' does not exist"],
    taken: "add auth server failed: domain 'partner' already exists",
  },
  {
    base: "/cluster/backup",
    key: "id",
    name: "weekly-db",
    create: { schedule: "sun 03:00", vmid: "102,103", storage: "nas", mode: "snapshot" },
    update: { schedule: "sat 03:00", enabled: 0 },
    changed: { schedule: "sat 03:00", enabled: 0, vmid: "102,103", type: "vzdump" },
    missing: [400, "No such job 'weekly-db'"],
    taken: "Job 'weekly-db' already exists",
    withoutDigest: true,
  },
  {
    base: "/cluster/replication",
    key: "id",
    name: "103-1",
    create: { type: "local", target: "pve3" },
    update: { schedule: "*/30", comment: "Slow" },
    changed: { schedule: "*/30", comment: "Slow", source: "pve1", guest: 103, jobnum: 1 },
    missing: [500, "no such replication job '103-1'"],
    taken: "replication job '103-1' already exists",
    remove: { force: 1 },
    silentDelete: true,
  },
  {
    base: "/cluster/jobs/realm-sync",
    key: "id",
    name: "corp-sync",
    createByPath: true,
    create: { schedule: "daily", realm: "corp", scope: "users" },
    update: { schedule: "weekly" },
    changed: { schedule: "weekly", realm: "corp", enabled: 1 },
    missing: [400, "No such job 'corp-sync'"],
    taken: "Job 'corp-sync' already exists",
    withoutDigest: true,
  },
  {
    base: "/cluster/metrics/server",
    key: "id",
    name: "graphite",
    createByPath: true,
    create: { type: "graphite", server: "graphite.example.com", port: 2003 },
    update: { server: "graphite2.example.com", port: 2003, mtu: 1400 },
    changed: { server: "graphite2.example.com", mtu: 1400, type: "graphite" },
    missing: [500, "status server entry 'graphite' does not exist"],
    taken: "Metric server 'graphite' already exists",
    silentDelete: true,
  },
  {
    base: "/cluster/mapping/dir",
    key: "id",
    name: "share",
    create: { map: "node=pve1,path=/srv/share", description: "Shared" },
    update: { map: "node=pve2,path=/srv/share" },
    changed: { map: ["node=pve2,path=/srv/share"], type: "dir" },
    missing: [500, "mapping 'share' not found"],
    taken: "create hardware mapping failed: dir ID 'share' already defined",
    silentDelete: true,
  },
  {
    base: "/cluster/mapping/usb",
    key: "id",
    name: "dongle",
    create: { map: "node=pve1,id=0403:6001", description: "Licence" },
    update: { map: "node=pve1,id=0403:6001,path=1-1" },
    changed: { map: ["node=pve1,id=0403:6001,path=1-1"] },
    missing: [500, "mapping 'dongle' not found"],
    taken: "create hardware mapping failed: usb ID 'dongle' already defined",
    silentDelete: true,
  },
  {
    base: "/cluster/qemu/custom-cpu-models",
    key: "cputype",
    name: "fast",
    create: { "reported-model": "EPYC-Milan", flags: "+aes" },
    update: { hidden: 1 },
    changed: { hidden: 1, flags: "+aes" },
    missing: [500, "Custom cputype 'fast' not found"],
    taken: "custom CPU model 'fast' already exists",
  },
  {
    base: "/cluster/acme/plugins",
    key: "id",
    field: "plugin",
    name: "hetzner-dns",
    create: { type: "dns", api: "hetzner", data: "SEVUWk5FUl9Ub2tlbj14" },
    update: { "validation-delay": 60 },
    changed: { "validation-delay": 60, api: "hetzner", data: "SEVUWk5FUl9Ub2tlbj14" },
    missing: [500, "ACME plugin 'hetzner-dns' not defined"],
    taken: "ACME plugin ID 'hetzner-dns' already exists",
    silentDelete: true,
  },
  {
    base: "/cluster/notifications/endpoints/gotify",
    key: "name",
    name: "phone",
    create: { server: "https://gotify.example.com", token: "secret-token" },
    update: { comment: "On call" },
    changed: { comment: "On call", server: "https://gotify.example.com", token: undefined },
    missing: [500, "endpoint 'phone' does not exist"],
    taken: "Cannot create 'phone', an entity with the same name already exists",
  },
  {
    base: "/cluster/notifications/endpoints/webhook",
    key: "name",
    name: "pager",
    create: { url: "https://pager.example.com/hook", method: "post" },
    update: { disable: 1 },
    changed: { disable: 1, method: "post" },
    missing: [500, "endpoint 'pager' does not exist"],
    taken: "Cannot create 'pager', an entity with the same name already exists",
  },
  {
    base: "/cluster/notifications/endpoints/smtp",
    key: "name",
    name: "mail",
    create: {
      server: "mx.example.com",
      "from-address": "pve@example.com",
      mailto: "a@example.com",
    },
    update: { port: 25 },
    changed: { port: 25, mailto: ["a@example.com"], "mailto-user": [] },
    missing: [500, "endpoint 'mail' does not exist"],
    taken: "Cannot create 'mail', an entity with the same name already exists",
  },
  {
    base: "/cluster/notifications/matchers",
    key: "name",
    name: "warnings",
    create: { "match-severity": "warning", target: "mail-to-root" },
    update: { mode: "any" },
    changed: { mode: "any", target: ["mail-to-root"] },
    missing: [500, "matcher 'warnings' does not exist"],
    taken: "Cannot create 'warnings', an entity with the same name already exists",
  },
  {
    base: "/cluster/ha/resources",
    key: "sid",
    name: "vm:102",
    create: { state: "started", max_restart: 3 },
    update: { max_relocate: 2, comment: "Database" },
    changed: { max_relocate: 2, max_restart: 3, comment: "Database", type: "vm" },
    missing: [500, "no such resource 'vm:102'"],
    taken: "create resource failed: resource ID 'vm:102' already defined",
  },
  {
    base: "/cluster/sdn/zones",
    key: "zone",
    name: "wan",
    create: { type: "vlan", bridge: "vmbr0" },
    update: { mtu: 1450 },
    changed: { mtu: 1450, bridge: "vmbr0", type: "vlan" },
    missing: [500, "sdn 'wan' does not exist"],
    taken: "create sdn zone object failed: sdn zone object ID 'wan' already defined",
  },
  {
    base: "/cluster/sdn/vnets",
    key: "vnet",
    name: "voice",
    create: { zone: "lan", tag: 300 },
    update: { alias: "Telephones" },
    changed: { alias: "Telephones", tag: 300, zone: "lan", type: "vnet" },
    missing: [500, "sdn 'voice' does not exist"],
    taken: "create sdn vnet object failed: sdn vnet object ID 'voice' already defined",
  },
  {
    base: "/cluster/sdn/controllers",
    key: "controller",
    name: "evpn1",
    create: { type: "evpn", asn: 65000, peers: "192.0.2.11,192.0.2.12" },
    update: { asn: 65001 },
    changed: { asn: 65001, type: "evpn" },
    missing: [500, "sdn 'evpn1' does not exist"],
    taken: "create sdn controller object failed: sdn controller object ID 'evpn1' already defined",
  },
  {
    base: "/cluster/sdn/dns",
    key: "dns",
    name: "pdns1",
    create: { type: "powerdns", url: "https://dns.example.com/api", key: "secret" },
    update: { ttl: 300 },
    changed: { ttl: 300, type: "powerdns" },
    missing: [500, "sdn 'pdns1' does not exist"],
    taken: "create sdn dns object failed: sdn dns object ID 'pdns1' already defined",
  },
  {
    base: "/cluster/sdn/ipams",
    key: "ipam",
    name: "netbox1",
    create: { type: "netbox", url: "https://netbox.example.com/api", token: "secret" },
    update: { url: "https://netbox2.example.com/api" },
    changed: { url: "https://netbox2.example.com/api" },
    missing: [500, "sdn 'netbox1' does not exist"],
    taken: "create sdn ipam object failed: sdn ipam object ID 'netbox1' already defined",
  },
];

type Row = Record<string, unknown>;

async function exists(client: TestClient, trip: RoundTrip): Promise<Row | undefined> {
  const rows = await client.data<Row[]>(`GET ${trip.base}`);
  const fact = `GET ${trip.base}`;
  assertEquals(returnDifferences(fact, rows), [], fact);
  return rows.find((row) => row[trip.field ?? trip.key] === trip.name);
}

async function walk(client: TestClient, trip: RoundTrip): Promise<void> {
  const item = `${trip.base}/${encodeURIComponent(trip.name)}`;
  const make = trip.createByPath
    ? () => client.ask(`POST ${item}`, trip.create)
    : () => client.ask(`POST ${trip.base}`, { ...trip.create, [trip.key]: trip.name });

  const [status, text] = trip.missing;
  const before = await client.ask(`GET ${item}`);
  assertEquals(before.status, status, item);
  assert((before.errors ? Object.values(before.errors)[0] : before.message)?.includes(text), item);
  assertEquals(await exists(client, trip), undefined);

  const created = await make();
  assertEquals([created.status, created.data], [200, null], `${item} ${created.text}`);
  assert(await exists(client, trip), `${item} is listed`);
  assertEquals((await make()).message?.trim(), trip.taken);

  const first = await client.data<Row>(`GET ${item}`);
  assertEquals(returnDifferences(`GET ${trip.base}/{${trip.key}}`, first), [], item);
  if (!trip.withoutDigest) {
    const stale = await client.ask(`PUT ${item}`, { ...trip.update, digest: "0".repeat(40) });
    assert(stale.message?.includes("file changed by other user? Try again."), stale.text);
  }
  const digest: Form = trip.withoutDigest ? {} : { digest: String(first.digest) };
  const updated = await client.ask(`PUT ${item}`, { ...trip.update, ...digest });
  assertEquals([updated.status, updated.data], [200, null], updated.text);
  const second = await client.data<Row>(`GET ${item}`);
  for (const [name, value] of Object.entries(trip.changed)) assertEquals(second[name], value, name);
  if (!trip.withoutDigest) assertNotEquals(second.digest, first.digest);

  const removed = await client.ask(`DELETE ${item}`, trip.remove);
  assertEquals([removed.status, removed.data], [200, null], removed.text);
  assertEquals(await exists(client, trip), undefined);
  const again = await client.ask(`DELETE ${item}`, trip.remove);
  assertEquals(again.status === 200, trip.silentDelete ?? false, again.text);
}

for (const trip of TRIPS) {
  Deno.test(`${trip.base} is made, listed, read, changed and deleted`, async () => {
    await walk(new TestClient(), trip);
  });
}
