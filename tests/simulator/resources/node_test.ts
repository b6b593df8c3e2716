import { issueCertificate } from "../../../src/simulator/certificates.ts";
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

const NETWORK = "/nodes/pve1/network";

async function changes(client: TestClient): Promise<string | undefined> {
  const { text } = await client.ask(`GET ${NETWORK}`);
  return (JSON.parse(text) as { changes?: string }).changes;
}

Deno.test("network changes wait until they are applied", async () => {
  const client = new TestClient();
  assertEquals(await changes(client), undefined);
  await client.data(`POST ${NETWORK}`, {
    iface: "vmbr9",
    type: "bridge",
    cidr: "10.9.0.1/24",
    autostart: 1,
  });
  const taken = await client.ask(`POST ${NETWORK}`, { iface: "vmbr9", type: "bridge" });
  assertEquals(taken.errors, { iface: "interface already exists" });
  const made = await client.data(`GET ${NETWORK}/vmbr9`);
  assertEquals([made.method, made.address, made.netmask, made.cidr, made.families, made.active], [
    "static",
    "10.9.0.1",
    "24",
    "10.9.0.1/24",
    ["inet"],
    undefined,
  ]);
  assertStringIncludes(await changes(client) ?? "", "+iface vmbr9 inet static");
  assertEquals(await client.task(`PUT ${NETWORK}`), "OK");
  assertEquals(await changes(client), undefined);
  assertEquals((await client.data(`GET ${NETWORK}/vmbr9`)).active, 1);
});

Deno.test("network changes are reverted, and an update without an address takes it away", async () => {
  const client = new TestClient();
  await client.data(`PUT ${NETWORK}/vmbr1`, { type: "bridge", comments: "No address" });
  const changed = await client.data(`GET ${NETWORK}/vmbr1`);
  assertEquals([changed.method, changed.address, changed.cidr], ["manual", undefined, undefined]);
  await client.data(`DELETE ${NETWORK}/eno2`);
  assertEquals((await client.ask(`GET ${NETWORK}/eno2`)).errors, {
    iface: "interface does not exist",
  });
  await client.data(`DELETE ${NETWORK}`);
  assertEquals((await client.data(`GET ${NETWORK}/vmbr1`)).cidr, "10.10.10.11/24");
  assertEquals((await client.ask(`GET ${NETWORK}/eno2`)).status, 200);
});

Deno.test("a second default gateway, or a VLAN without a device, is refused", async () => {
  const client = new TestClient();
  const gateway = await client.ask(`PUT ${NETWORK}/vmbr1`, {
    type: "bridge",
    cidr: "10.10.10.11/24",
    gateway: "10.10.10.1",
  });
  assertEquals(gateway.errors, {
    gateway: "Default gateway already exists on interface 'vmbr0'.",
  });
  await client.data(`POST ${NETWORK}`, { iface: "vmbr0.50", type: "vlan" });
  const vlan = await client.data(`GET ${NETWORK}/vmbr0.50`);
  assertEquals([vlan["vlan-raw-device"], vlan["vlan-id"]], ["vmbr0", 50]);
});

Deno.test("interfaces are listed by type", async () => {
  const client = new TestClient();
  const names = async (type: string): Promise<unknown[]> =>
    (await client.data<Row[]>(`GET ${NETWORK}`, { type })).map(({ iface }) => iface);
  assertEquals(await names("eth"), ["eno1", "eno2"]);
  assertEquals(await names("any_local_bridge"), ["vmbr0", "vmbr1"]);
  assertEquals(await names("any_bridge"), ["vmbr0", "vmbr1", "prod", "dmz", "labnet"]);
});

Deno.test("resolver, time zone and hosts of a node are set", async () => {
  const client = new TestClient();
  await client.data("PUT /nodes/pve1/dns", { search: "corp.example", dns1: "192.0.2.1" });
  assertEquals(await client.data("GET /nodes/pve1/dns"), {
    search: "corp.example",
    dns1: "192.0.2.1",
  });
  await client.data("PUT /nodes/pve1/time", { timezone: "Europe/Vienna" });
  const time = await client.data<Record<string, number>>("GET /nodes/pve1/time");
  assertEquals((time.localtime ?? 0) - (time.time ?? 0), 3600);
  const wrong = await client.ask("PUT /nodes/pve1/time", { timezone: "Nowhere/None" });
  assertEquals(wrong.message, "No such timezone.\n");

  const hosts = await client.data("GET /nodes/pve1/hosts");
  assertStringIncludes(String(hosts.data), "192.0.2.12 pve2.example.com pve2");
  await client.data("POST /nodes/pve1/hosts", {
    data: "127.0.0.1 localhost\n",
    digest: String(hosts.digest),
  });
  const stale = await client.ask("POST /nodes/pve1/hosts", {
    data: "x",
    digest: String(hosts.digest),
  });
  assertEquals(
    stale.message,
    "detected modified configuration - file changed by other user? Try again.\n",
  );
});

Deno.test("options of a node are set, unset and guarded by a digest", async () => {
  const client = new TestClient();
  const before = await client.data("GET /nodes/pve2/config");
  assertEquals(before, {});
  await client.data("PUT /nodes/pve2/config", {
    description: "Rack 2",
    wakeonlan: "BC:24:11:00:00:02",
  });
  const after = await client.data("GET /nodes/pve2/config");
  assertEquals(after.description, "Rack 2");
  const stale = await client.ask("PUT /nodes/pve2/config", {
    description: "x",
    digest: "0".repeat(40),
  });
  assertEquals(stale.status, 500);
  assertEquals(await client.data<string>("POST /nodes/pve2/wakeonlan"), "BC:24:11:00:00:02");
  await client.data("PUT /nodes/pve2/config", { delete: "wakeonlan" });
  const none = await client.ask("POST /nodes/pve2/wakeonlan");
  assertEquals(none.message, "No wake on LAN MAC address defined for 'pve2'!\n");
});

Deno.test("a subscription is set, read and removed", async () => {
  const client = new TestClient();
  const path = "/nodes/pve3/subscription";
  assertEquals((await client.data(`GET ${path}`)).status, "notfound");
  await client.data(`PUT ${path}`, { key: "pve4s-abcdef0123" });
  const known = await client.data(`GET ${path}`);
  assertEquals([known.status, known.level, known.sockets, known.productname], [
    "active",
    "s",
    4,
    "Proxmox VE Standard Subscription 4 CPU/year",
  ]);
  await client.data(`DELETE ${path}`);
  assertEquals((await client.data(`GET ${path}`)).status, "notfound");
});

Deno.test("services stop and start by tasks; those that carry the API do not stop", async () => {
  const client = new TestClient();
  const state = async (service: string): Promise<unknown> =>
    (await client.data(`GET /nodes/pve1/services/${service}/state`)).state;
  assertEquals(await client.task("POST /nodes/pve1/services/cron/stop"), "OK");
  assertEquals(await state("cron"), "dead");
  assertEquals(await client.task("POST /nodes/pve1/services/cron/restart"), "OK");
  assertEquals(await state("cron"), "running");
  assertEquals(
    await client.task("POST /nodes/pve1/services/pveproxy/stop"),
    "invalid service cmd 'pveproxy stop': ERROR",
  );
  assertEquals(await state("pveproxy"), "running");
});

Deno.test("logs are paged, filtered and stay what they were", async () => {
  const client = new TestClient();
  const all = await client.ask("GET /nodes/pve1/syslog", { limit: 0 });
  const rows = all.data as Row[];
  assertEquals(rows.length, all.total);
  const page = await client.data<Row[]>("GET /nodes/pve1/syslog", { start: 10, limit: 5 });
  assertEquals(page, rows.slice(10, 15));
  const corosync = await client.data<Row[]>("GET /nodes/pve1/syslog", { service: "corosync" });
  assert(corosync.length > 0 && corosync.every(({ t }) => String(t).includes("corosync[")));
  const journal = await client.data<string[]>("GET /nodes/pve1/journal", { lastentries: 3 });
  assertEquals(journal.length, 5);
  assertEquals(journal.slice(1, 4), rows.slice(-3).map(({ t }) => String(t)));
});

Deno.test("disks become storage of each kind and are freed again", async () => {
  const client = new TestClient();
  const used = async (path: string): Promise<unknown> =>
    (await client.data<Row[]>("GET /nodes/pve1/disks/list")).find(({ devpath }) => devpath === path)
      ?.used;
  for (const kind of ["lvm", "lvmthin", "directory", "zfs"]) {
    const device = kind === "zfs"
      ? { devices: "/dev/sde,/dev/sdf", raidlevel: "mirror" }
      : { device: "/dev/sde" };
    const name = `new${kind}`;
    const path = `/nodes/pve1/disks/${kind}`;
    assertEquals(
      await client.task(`POST ${path}`, { name, add_storage: 1, ...device }),
      "OK",
      kind,
    );
    assertNotEquals(await used("/dev/sde"), undefined);
    const storage = await client.data(`GET /storage/${name}`);
    assertEquals(storage.nodes, "pve1");
    const again = await client.ask(`POST ${path}`, { name: `${name}2`, ...device });
    assertEquals(again.message, "device '/dev/sde' is already in use\n");
    const group: Record<string, string> = kind === "lvmthin" ? { "volume-group": name } : {};
    assertEquals(
      await client.task(`DELETE ${path}/${name}`, {
        "cleanup-config": 1,
        "cleanup-disks": 1,
        ...group,
      }),
      "OK",
    );
    assertEquals(await used("/dev/sde"), undefined);
    assertEquals((await client.ask(`GET /storage/${name}`)).status, 500);
  }
});

Deno.test("a disk that is not there or is in use is refused", async () => {
  const client = new TestClient();
  const smart = await client.ask("GET /nodes/pve1/disks/smart", { disk: "/dev/sdz" });
  assertEquals(smart.message, "not a valid block device\n");
  assertEquals(
    (await client.data("GET /nodes/pve2/disks/smart", { disk: "/dev/sdf" })).health,
    "FAILED",
  );
  const gpt = await client.ask("POST /nodes/pve1/disks/initgpt", { disk: "/dev/sda" });
  assertEquals(gpt.message, "disk '/dev/sda' already in use\n");
  assertEquals(await client.task("POST /nodes/pve1/disks/initgpt", { disk: "/dev/sde" }), "OK");
  const raid = await client.ask("POST /nodes/pve1/disks/zfs", {
    name: "fast",
    devices: "/dev/sde,/dev/sdf",
    raidlevel: "raidz",
  });
  assertEquals(raid.message, "raidz needs at least 3 disks\n");
  const wipe = await client.ask("PUT /nodes/pve1/disks/wipedisk", { disk: "/dev/sde" });
  assertEquals(wipe.status, 403);
});

Deno.test("package lists are refreshed by a task, and repositories switched", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve1/apt/update");
  assertEquals(await client.finish(upid), "OK");
  assertStringIncludes((await client.log(upid)).join("\n"), "Reading package lists...");
  const updates = await client.data<Row[]>("GET /nodes/pve1/apt/update");
  assert(updates.some(({ Package }) => Package === "pve-manager"));
  const handle = "no-subscription";
  const enabled = async (): Promise<unknown> =>
    (await client.data<{ "standard-repos": Row[] }>("GET /nodes/pve1/apt/repositories"))[
      "standard-repos"
    ].find((row) => row.handle === handle)?.status;
  assertEquals(await enabled(), undefined);
  await client.data("PUT /nodes/pve1/apt/repositories", { handle });
  assertEquals(await enabled(), 1);
  await client.data("POST /nodes/pve1/apt/repositories", {
    path: "/etc/apt/sources.list.d/proxmox.sources",
    index: 0,
    enabled: 0,
  });
  assertEquals(await enabled(), 0);
});

Deno.test("a container template is downloaded onto a storage that takes it", async () => {
  const client = new TestClient();
  const template = "debian-13-standard_13.1-2_amd64.tar.zst";
  const path = "/nodes/pve1/aplinfo";
  assertEquals(await client.task(`POST ${path}`, { storage: "local", template }), "OK");
  const volumes = await client.data<Row[]>("GET /nodes/pve1/storage/local/content", {
    content: "vztmpl",
  });
  assert(volumes.some(({ volid }) => volid === `local:vztmpl/${template}`));
  const wrong = await client.ask(`POST ${path}`, { storage: "tank", template });
  assertEquals(wrong.message, "cannot download to storage 'tank' - no vztmpl\n");
  const none = await client.ask(`POST ${path}`, { storage: "local", template: "none" });
  assertEquals(none.errors, { template: "no such template" });
});

Deno.test("certificates are ordered, renewed and revoked", async () => {
  const client = new TestClient();
  const path = "/nodes/pve1/certificates/acme/certificate";
  const names = async (): Promise<unknown[]> =>
    (await client.data<Row[]>("GET /nodes/pve1/certificates/info")).map(({ filename }) => filename);
  const early = await client.ask(`PUT ${path}`);
  assertEquals(
    early.message,
    "No current (custom) certificate found, please order a new certificate!\n",
  );
  assertEquals(await client.task(`POST ${path}`), "OK");
  assertEquals(await names(), ["pve-root-ca.pem", "pve-ssl.pem", "pveproxy-ssl.pem"]);
  const soon = await client.ask(`PUT ${path}`);
  assertEquals(
    soon.message,
    "Certificate expires in more than 30 days, and 'force' is not set.\n",
  );
  assertEquals(await client.task(`PUT ${path}`, { force: 1 }), "OK");
  assertEquals(await client.task(`DELETE ${path}`), "OK");
  assertEquals((await names()).length, 2);
  const none = await client.ask("POST /nodes/pve2/certificates/acme/certificate");
  assertEquals(none.message, "ACME domain list in node configuration is missing!\n");
});

Deno.test("a certificate of one's own is taken, shown without its key, and removed", async () => {
  const client = new TestClient();
  const own = await issueCertificate({ names: ["pve1.example.com"] });
  const path = "/nodes/pve1/certificates/custom";
  const broken = await client.ask(`POST ${path}`, { certificates: "nonsense", key: "x" });
  assertEquals(broken.status, 400);
  const made = await client.data(`POST ${path}`, {
    certificates: own.certificate,
    key: own.privateKey,
  });
  assertEquals(made.fingerprint, own.fingerprint);
  const again = await client.ask(`POST ${path}`, {
    certificates: own.certificate,
    key: own.privateKey,
  });
  assertEquals(again.message, "Custom certificate file exists but force flag is not set\n");
  const info = await client.data<Row[]>("GET /nodes/pve1/certificates/info");
  assertEquals(info.at(-1)?.key, undefined);
  await client.data(`DELETE ${path}`);
});
