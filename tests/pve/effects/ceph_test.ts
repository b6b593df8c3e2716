import { bytes } from "../../../src/base/text/units.ts";
import { assertEquals } from "../../assert.ts";
import { cephEffects } from "../../../src/pve/effects/ceph.ts";
import { Company } from "./judged.ts";
import { lostUnseen } from "./unseen.ts";

const FLAGS = "PUT /cluster/ceph/flags";

Deno.test("pause stops all guests on Ceph; flags that only put something off stop nothing", async () => {
  const company = new Company(cephEffects);
  const [loss] = await company.losses(FLAGS, { pause: 1, noout: 1 });
  assertEquals(loss?.what, "Ceph flag pause: all reads and writes: guests on Ceph stand still");
  assertEquals(loss?.guests.includes(100), true);
  assertEquals(loss?.guests.includes(103), false);
  assertEquals(await company.lost(FLAGS, { noout: 1, noscrub: 1, norebalance: 1 }), []);
  assertEquals(await company.lost(FLAGS, { pause: 0 }), []);
  assertEquals((await lostUnseen(cephEffects, FLAGS, { pause: 1 })).length, 1);
});

Deno.test("guests on a Ceph of others are not touched", async () => {
  const company = new Company(cephEffects);
  const pool = { node: "pve1", name: "vm" };
  const storage = { storage: "ceph-vm", type: "rbd", pool: "vm" };
  company.answer("GET /storage", [{ ...storage, monhost: "192.0.2.60" }]);
  assertEquals((await company.losses(FLAGS, { pause: 1 }))[0]?.guests, []);
  const deleted = "DELETE /nodes/{node}/ceph/pool/{name}";
  assertEquals((await company.losses(deleted, pool))[0]?.guests, []);
});

Deno.test("a flag that is set already stops nothing more", async () => {
  const company = new Company(cephEffects);
  const one = "PUT /cluster/ceph/flags/{flag}";
  assertEquals((await company.lost(one, { flag: "pause", value: 1 })).length, 1);
  assertEquals(await company.lost(one, { flag: "noout", value: 1 }), []);
  await company.change(one, { flag: "pause", value: 1 });
  assertEquals(await company.lost(one, { flag: "pause", value: 1 }), []);
  assertEquals(await company.lost(FLAGS, { pause: 1 }), []);
});

Deno.test("a pool loses copies with a lower size, and everything with itself", async () => {
  const company = new Company(cephEffects);
  const operation = "PUT /nodes/{node}/ceph/pool/{name}";
  const pool = { node: "pve1", name: "vm" };
  assertEquals(await company.lost(operation, { ...pool, size: 2 }), [
    "Ceph pool vm: copies of its data: size 3 becomes 2",
  ]);
  assertEquals(await company.lost(operation, { ...pool, size: 3, min_size: 2, pg_num: 64 }), []);
  assertEquals((await company.lost(operation, { ...pool, min_size: 1 })).length, 1);
  assertEquals((await lostUnseen(cephEffects, operation, { ...pool, size: 3 })).length, 1);
  const [loss] = await company.losses("DELETE /nodes/{node}/ceph/pool/{name}", pool);
  assertEquals(loss?.guests.includes(100), true);
  const [other] = await company.losses("DELETE /nodes/{node}/ceph/pool/{name}", {
    ...pool,
    name: "cephfs_data",
  });
  assertEquals(other?.guests, []);
});

Deno.test("services are lost while they restart, not in a dry run", async () => {
  const company = new Company(cephEffects);
  const operation = "POST /cluster/ceph/restart-bulk";
  assertEquals((await company.lost(operation, { "service-type": "osd" })).length, 1);
  assertEquals(await company.lost(operation, { "service-type": "osd", "dry-run": 1 }), []);
  assertEquals(await company.lost("POST /nodes/{node}/ceph/stop", { node: "pve1" }), [
    "all Ceph services on pve1, until it is started",
  ]);
});

Deno.test("initialising what is configured replaces its networks", async () => {
  const company = new Company(cephEffects);
  const operation = "POST /nodes/{node}/ceph/init";
  assertEquals(await company.lost(operation, { node: "pve1" }), []);
  assertEquals((await company.lost(operation, { node: "pve1", network: "10.0.0.0/24" })).length, 1);
});

Deno.test("a new OSD takes the disk", async () => {
  const company = new Company(cephEffects);
  const [what] = await company.lost("POST /nodes/{node}/ceph/osd", {
    node: "pve1",
    dev: "/dev/sda",
  });
  assertEquals(
    what,
    `all that is on /dev/sda (${bytes(1920e9)}, SAMSUNG MZ7L31T9HBLT-00A07, used by ZFS) of pve1`,
  );
});
