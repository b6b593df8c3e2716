import { assertEquals, assertNotEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

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
