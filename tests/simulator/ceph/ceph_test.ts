import { assert, assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

const CEPH = "/nodes/pve1/ceph";

async function health(client: TestClient): Promise<{ status: string; checks: Row }> {
  return (await client.data<{ health: { status: string; checks: Row } }>(
    "GET /cluster/ceph/status",
  ))
    .health;
}

Deno.test("Ceph warns when a disk stops, and is well again when it starts", async () => {
  const client = new TestClient();
  assertEquals((await health(client)).status, "HEALTH_OK");
  assertEquals(await client.task(`POST ${CEPH}/stop`, { service: "osd.0" }), "OK");
  const { status, checks } = await health(client);
  assertEquals([status, Object.keys(checks)], ["HEALTH_WARN", ["OSD_DOWN"]]);
  assertEquals(await client.task(`POST ${CEPH}/start`, { service: "osd.0" }), "OK");
  assertEquals((await health(client)).status, "HEALTH_OK");
  client.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  const names = Object.keys((await health(client)).checks).sort();
  assertEquals(names, ["MON_DOWN", "OSD_DOWN"]);
});

Deno.test("flags are set one by one or together", async () => {
  const client = new TestClient();
  await client.data("PUT /cluster/ceph/flags/noout", { value: 1 });
  assertEquals(await client.data<number>("GET /cluster/ceph/flags/noout"), 1);
  assertEquals(await client.task("PUT /cluster/ceph/flags", { noout: 0, noscrub: 1 }), "OK");
  const set = (await client.data<Row[]>("GET /cluster/ceph/flags")).filter(({ value }) => value);
  assertEquals(set.map(({ name }) => name), ["noscrub"]);
  const tree = await client.data(`GET ${CEPH}/osd`);
  assert(String(tree.flags).includes("noscrub"));
});

Deno.test("monitors, managers and metadata servers are made and removed", async () => {
  const client = new TestClient();
  const names = async (kind: string): Promise<unknown[]> =>
    (await client.data<Row[]>(`GET ${CEPH}/${kind}`)).map(({ name }) => name);
  for (const kind of ["mon", "mgr", "mds"]) {
    assertEquals(await client.task(`DELETE ${CEPH}/${kind}/pve1`), "OK", kind);
    assert(!(await names(kind)).includes("pve1"));
    const gone = await client.ask(`DELETE ${CEPH}/${kind}/pve1`);
    assertEquals(gone.status, 500);
    assertEquals(await client.task(`POST ${CEPH}/${kind}/pve1`), "OK", kind);
    assert((await names(kind)).includes("pve1"));
  }
  const twice = await client.ask(`POST ${CEPH}/mon/pve1`);
  assertEquals(twice.message, "monitor 'pve1' already exists\n");
});

Deno.test("the tree has every disk under its node, and a disk goes out and in", async () => {
  const client = new TestClient();
  interface Branch extends Row {
    readonly children?: Branch[];
  }
  const disk = async (): Promise<Branch | undefined> => {
    const { root } = await client.data<{ root: Branch }>(`GET ${CEPH}/osd`);
    const hosts = root.children?.[0]?.children ?? [];
    assertEquals(hosts.map(({ name, children }) => [name, children?.length]), [
      ["pve1", 2],
      ["pve2", 2],
      ["pve3", 2],
    ]);
    return hosts[0]?.children?.[0];
  };
  assertEquals([(await disk())?.status, (await disk())?.in], ["up", 1]);
  await client.data(`POST ${CEPH}/osd/0/out`);
  assertEquals((await disk())?.in, 0);
  await client.data(`POST ${CEPH}/osd/0/in`);
  const none = await client.ask(`POST ${CEPH}/osd/99/in`);
  assertEquals(none.message, "no such OSD '99'\n");
  const create = await client.ask(`POST ${CEPH}/osd`, { dev: "/dev/sde" });
  assertEquals(create.status, 403);
});

Deno.test("pools are made, changed and removed; one in use by a storage is kept", async () => {
  const client = new TestClient();
  const path = `${CEPH}/pool`;
  assertEquals(
    await client.task(`POST ${path}`, { name: "fast", size: 2, min_size: 1, add_storages: 1 }),
    "OK",
  );
  const made = await client.data(`GET ${path}/fast/status`);
  assertEquals([made.size, made.min_size, made.application], [2, 1, "rbd"]);
  const twice = await client.ask(`POST ${path}`, { name: "fast" });
  assertEquals(twice.message, "pool 'fast' already exists\n");
  assertEquals(await client.task(`PUT ${path}/fast`, { pg_num: 64 }), "OK");
  assertEquals((await client.data(`GET ${path}/fast/status`)).pg_num, 64);
  const used = await client.ask(`DELETE ${path}/fast`);
  assertEquals(used.message, "ceph pool 'fast' still in use by storage 'fast'\n");
  assertEquals(await client.task(`DELETE ${path}/fast`, { remove_storages: 1 }), "OK");
  const gone = await client.ask(`GET ${path}/fast/status`);
  assertEquals(gone.message, "pool 'fast' does not exist\n");
});

Deno.test("a file system needs a free metadata server and brings its pools", async () => {
  const client = new TestClient();
  assertEquals(await client.task(`POST ${CEPH}/fs/archive`, { pg_num: 32 }), "OK");
  const rows = await client.data<Row[]>(`GET ${CEPH}/fs`);
  assertEquals(rows.map(({ name, data_pool }) => [name, data_pool]), [
    ["cephfs", "cephfs_data"],
    ["archive", "archive_data"],
  ]);
  const none = await client.ask(`POST ${CEPH}/fs/more`);
  assertEquals(none.message, "no running Metadata Server (MDS) found!\n");
  assertEquals(await client.task(`DELETE ${CEPH}/fs/archive`, { "remove-pools": 1 }), "OK");
  const pools = await client.data<Row[]>(`GET ${CEPH}/pool`);
  assert(!pools.some(({ pool_name }) => String(pool_name).startsWith("archive")));
});
