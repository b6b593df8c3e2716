import { addressOf } from "../../../src/simulator/node/addresses.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { connectSimulators } from "../../../src/simulator/simulator.ts";
import type { SiteName } from "../../../src/simulator/seed/sites.ts";
import { type Answer, type Form, TestClient } from "../client.ts";

type Row = Readonly<Record<string, unknown>>;

/** The company's cluster and another one that it reaches. */
async function twoClusters(site: SiteName = "branch"): Promise<{
  company: TestClient;
  other: TestClient;
  /** What `target-endpoint` says of the other one. */
  endpoint: Record<"host" | "fingerprint" | "apitoken", string>;
}> {
  const company = new TestClient();
  const other = new TestClient({ site }, company.clock);
  connectSimulators([company.simulator, other.simulator]);
  const [node = ""] = other.simulator.cluster.nodeNames();
  const [, certificate] = await other.data<Row[]>(`GET /nodes/${node}/certificates/info`);
  const { id, secret } = other.simulator.tokens.full;
  const endpoint = {
    host: addressOf(other.simulator.cluster, node),
    fingerprint: String(certificate?.fingerprint),
    apitoken: `PVEAPIToken=${id}=${secret}`,
  };
  return { company, other, endpoint };
}

function form(endpoint: Readonly<Record<string, string>>, more: Form = {}): Form {
  return {
    "target-endpoint": Object.entries(endpoint).map((pair) => pair.join("=")).join(","),
    "target-storage": "local-lvm",
    "target-bridge": "1",
    ...more,
  };
}

/** Lines of a log without their moments. */
async function logOf(client: TestClient, upid: string): Promise<string[]> {
  return (await client.log(upid)).map((line) => line.replace(/^\d{4}-\S+ \S+ /, ""));
}

const GITLAB = "POST /nodes/pve3/qemu/104/remote_migrate";

Deno.test("a running VM moves to another cluster, and stays here stopped and locked", async () => {
  const { company, other, endpoint } = await twoClusters();
  await company.data("POST /nodes/pve3/qemu/104/firewall/rules", {
    type: "in",
    action: "ACCEPT",
    macro: "HTTPS",
  });
  const upid = await company.data<string>(
    GITLAB,
    form(endpoint, { "target-vmid": 504, "target-bridge": "vmbr0:vmbr1", online: 1 }),
  );
  assertMatch(upid, /:qmigrate:104:/);
  const waiting = await other.data<Row>("GET /nodes/pve1/qemu/504/config");
  assertEquals(waiting.lock, "create");
  assertEquals((await company.data<Row>("GET /nodes/pve3/qemu/104/config")).lock, "migrate");
  assertEquals(await company.finish(upid), "OK");

  const arrived = await other.data<Row>("GET /nodes/pve1/qemu/504/config");
  assertEquals([arrived.name, arrived.lock, arrived.scsi0], [
    "gitlab",
    undefined,
    "local-lvm:vm-504-disk-0,iothread=1,size=120G",
  ]);
  assertMatch(String(arrived.net0), /bridge=vmbr1/);
  assertEquals(
    (await other.data<Row>("GET /nodes/pve1/qemu/504/status/current")).status,
    "running",
  );
  assertEquals((await other.data<Row[]>("GET /nodes/pve1/qemu/504/firewall/rules")).length, 1);
  assert(other.simulator.cluster.storages.find("local-lvm:vm-504-disk-0", "pve1"));

  const left = await company.data<Row>("GET /nodes/pve3/qemu/104/status/current");
  assertEquals([left.status, left.lock], ["stopped", "migrate"]);
  assert(company.simulator.cluster.storages.find("local-lvm:vm-104-disk-0", "pve3"));
  const log = await logOf(company, upid);
  assert(log.includes("mapped: net0 from vmbr0 to vmbr1"), log.join("\n"));
  assert(
    log.includes("volume 'local-lvm:vm-104-disk-0' is 'local-lvm:vm-504-disk-0' on the target"),
  );
  const tasks = await other.data<Row[]>("GET /cluster/tasks");
  assertEquals(tasks.find(({ type }) => type === "qmtunnel")?.status, "OK");
});

Deno.test("a container is restarted on the way, and delete takes it from here", async () => {
  const { company, other, endpoint } = await twoClusters("lab");
  const move = "POST /nodes/pve2/lxc/203/remote_migrate";
  const refused = await company.ask(move, form(endpoint));
  assertEquals(
    refused.message,
    "can't migrate running container without --online or --restart\n",
  );
  const upid = await company.data<string>(
    move,
    form(endpoint, { restart: 1, delete: 1, "target-storage": "tank:fast" }),
  );
  assertEquals(await company.finish(upid), "OK");
  const arrived = await other.data<Row>("GET /nodes/lab1/lxc/203/config");
  assertMatch(String(arrived.rootfs), /^fast:subvol-203-disk-0,/);
  assertEquals((await other.data<Row>("GET /nodes/lab1/lxc/203/status/current")).status, "running");
  assertEquals((await company.ask("GET /nodes/pve2/lxc/203/config")).status, 500);
  const live = await company.data<string>(
    "POST /nodes/pve1/lxc/202/remote_migrate",
    form(endpoint, { online: 1 }),
  );
  assertEquals(await company.finish(live), "migration aborted");
  assertMatch(
    (await logOf(company, live)).at(-2) ?? "",
    /: lxc live migration is currently not implemented$/,
  );
});

Deno.test("what cannot move is refused at once, in PVE's words", async () => {
  const { company, endpoint } = await twoClusters();
  const { apitoken, host, fingerprint } = endpoint;
  const ask = (request: string, params: Form): Promise<Answer> => company.ask(request, params);
  const said = async (request: string, params: Form): Promise<unknown> => {
    const { status, message, errors } = await ask(request, params);
    return [status, errors ?? message?.trim()];
  };
  assertEquals(await said(GITLAB, form(endpoint)), [
    500,
    "can't migrate running VM without --online",
  ]);
  assertEquals(await said("POST /nodes/pve1/qemu/108/remote_migrate", form(endpoint)), [
    500,
    "VM is locked (backup)",
  ]);
  assertEquals(await said("POST /nodes/pve1/qemu/100/remote_migrate", form(endpoint)), [
    400,
    { vmid: "cannot migrate HA-managed VM to remote cluster" },
  ]);
  assertEquals(await said("POST /nodes/pve1/qemu/103/remote_migrate", form(endpoint)), [
    500,
    "cannot remote-migrate replicated VM",
  ]);
  const online = { online: 1 };
  assertEquals(await said(GITLAB, form(endpoint, { ...online, "target-storage": "1" })), [
    500,
    "remote migration requires explicit storage mapping!",
  ]);
  assertEquals(await said(GITLAB, form(endpoint, { ...online, "target-bridge": "1,vmbr1" })), [
    400,
    {
      "target-bridge":
        "failed to parse bridge map: identity mapping cannot be combined with other mappings",
    },
  ]);
  assertEquals(await said(GITLAB, form({ host: "192.0.2.200", apitoken, fingerprint }, online)), [
    500,
    "500 Can't connect to 192.0.2.200:8006 (Name or service not known)",
  ]);
  const wrong = fingerprint.replace(/^../, fingerprint.startsWith("00") ? "01" : "00");
  for (const given of [{ host, apitoken, fingerprint: wrong }, { host, apitoken }]) {
    assertEquals(await said(GITLAB, form(given, online)), [
      500,
      `fingerprint '${fingerprint}' not verified, abort!`,
    ]);
  }
  const foreign = `PVEAPIToken=root@pam!demo=${company.simulator.tokens.full.secret}`;
  assertEquals(await said(GITLAB, form({ ...endpoint, apitoken: foreign }, online)), [
    500,
    "401 Authentication failed!",
  ]);
});

Deno.test("a token needs privileges on both sides", async () => {
  const { company, other, endpoint } = await twoClusters();
  const { id, secret } = other.simulator.tokens.limited;
  const weak = { ...endpoint, apitoken: `PVEAPIToken=${id}=${secret}` };
  const refused = await company.ask(GITLAB, form(weak, { online: 1 }));
  assertEquals(refused.message, "403 Permission check failed (/, Sys.Audit)\n");

  await other.data("PUT /access/acl", { path: "/", roles: "PVEAuditor", users: "viewer@pve" });
  const upid = await company.data<string>(GITLAB, form(weak, { online: 1 }));
  assertEquals(await company.finish(upid), "migration aborted");
  assertMatch(
    (await logOf(company, upid)).at(-2) ?? "",
    /403 Permission check failed \(\/vms\/104/,
  );
  assertEquals((await company.data<Row>("GET /nodes/pve3/qemu/104/config")).lock, undefined);

  company.use("limited");
  assertEquals((await company.ask(GITLAB, form(endpoint, { online: 1 }))).status, 403);
});

Deno.test("what the target lacks or has already fails the task, and leaves both sides as they were", async () => {
  const { company, other, endpoint } = await twoClusters("lab");
  const guests = other.simulator.cluster.guests.size;
  const failing = async (params: Form, request = GITLAB): Promise<string> => {
    const upid = await company.data<string>(
      request,
      form(endpoint, { "target-vmid": 504, online: 1, ...params }),
    );
    assertEquals(await company.finish(upid), "migration aborted");
    assertEquals(other.simulator.cluster.guests.size, guests, JSON.stringify(params));
    const log = await logOf(company, upid);
    return /\): ([^]*)\nTASK ERROR/.exec(log.join("\n"))?.[1] ?? "";
  };
  assertEquals(
    await failing({ "target-vmid": 102 }),
    "400 Parameter verification failed.\n" +
      "vmid: unable to create empty VM config - VM 102 already exists on node 'lab1'",
  );
  assertEquals(
    await failing({ "target-storage": "ceph-vm" }),
    "500 storage 'ceph-vm' does not exist",
  );
  assertEquals(
    await failing({ "target-storage": "local" }),
    "500 storage 'local' does not support vm images",
  );
  assertEquals(await failing({ "target-bridge": "vmbr9" }), "500 bridge 'vmbr9' does not exist");
  const { storages } = other.simulator.cluster;
  storages.definitions.set("fast", { type: "lvm", vgname: "fast", content: "images,rootdir" });
  storages.capacity.set("fast", { total: 0, other: 0 });
  assertMatch(await failing({ "target-storage": "fast" }), /space/);
  assertEquals(
    await failing({}, "POST /nodes/pve3/qemu/107/remote_migrate"),
    "Problem found while scanning volumes - can't migrate VM - check log",
  );
  assertEquals(
    (await company.data<Row>("GET /nodes/pve3/qemu/104/status/current")).status,
    "running",
  );
  assertEquals((await company.data<Row>("GET /nodes/pve3/qemu/104/config")).lock, undefined);
});

Deno.test("a running VM does not move to an older QEMU, a stopped one does", async () => {
  const { company, other, endpoint } = await twoClusters("lab");
  await other.task("DELETE /nodes/lab2/qemu/104");
  const upid = await company.data<string>(GITLAB, form(endpoint, { online: 1 }));
  assertEquals(await company.finish(upid), "migration aborted");
  assertMatch(
    (await logOf(company, upid)).at(-2) ?? "",
    /Installed QEMU version '9\.2\.0' is too old to run machine type/,
  );
  assertEquals(other.simulator.cluster.guests.has(104), false);
  await company.task("POST /nodes/pve3/qemu/104/status/stop");
  assertEquals(await company.task(GITLAB, form(endpoint)), "OK");
  assertEquals(
    (await other.data<Row>("GET /nodes/lab1/qemu/104/status/current")).status,
    "stopped",
  );
});

Deno.test("a tunnel that nobody uses is given up", async () => {
  const { other } = await twoClusters();
  const { upid } = await other.data<{ upid: string }>("POST /nodes/pve1/qemu/777/mtunnel");
  assert(other.simulator.cluster.guests.has(777));
  assertEquals(await other.finish(upid), "Exiting mtunnel");
  assertEquals(other.simulator.cluster.guests.has(777), false);
});
