/** What power, snapshots, moving and removing guests take away. */
import { assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { Company } from "./judged.ts";
import type { Operation } from "../../../src/pve/api.ts";
import { containerEffects } from "../../../src/pve/effects/container_effects.ts";
import { guestEffects } from "../../../src/pve/effects/guest_effects.ts";
import { vmEffects } from "../../../src/pve/effects/vm_effects.ts";

const TABLE = { ...guestEffects, ...vmEffects, ...containerEffects };
const web01 = { node: "pve1", vmid: 100 };
const erp = { node: "pve2", vmid: 106 };

function of(type: "qemu" | "lxc", words: string): Operation {
  const [method, path] = words.split(" ");
  return `${method} /nodes/{node}/${type}/{vmid}${path}` as Operation;
}

/** Requests after which a VM that runs no longer does what it did. */
const DOWN = [
  ...["stop", "shutdown", "reboot", "reset", "suspend"].map((each) => `POST /status/${each}`),
  ...["shutdown", "suspend-disk", "suspend-ram", "suspend-hybrid", "fsfreeze-freeze"]
    .map((each) => `POST /agent/${each}`),
];

Deno.test("what takes a guest down takes it from one that runs, and nothing from one that is off", async () => {
  const there = new Company(TABLE);
  for (const each of DOWN) {
    const losses = await there.losses(of("qemu", each), web01);
    assertEquals(losses.map(({ guests }) => guests), [[100]], each);
    assertEquals(await there.lost(of("qemu", each), erp), [], each);
  }
  for (const each of DOWN.filter((name) => /stop|shutdown|reboot|suspend$/.test(name))) {
    if (each.includes("agent")) continue;
    assertEquals((await there.lost(of("lxc", each), { node: "pve1", vmid: 200 })).length, 1, each);
    assertEquals(await there.lost(of("lxc", each), { node: "pve2", vmid: 204 }), [], each);
  }
  for (const command of ["shutdown", "suspend-ram", "fsfreeze-freeze"]) {
    assertEquals((await there.lost(of("qemu", "POST /agent"), { ...web01, command })).length, 1);
    assertEquals(await there.lost(of("qemu", "POST /agent"), { ...erp, command }), []);
  }
  assertEquals(await there.lost(of("qemu", "POST /agent"), { ...web01, command: "ping" }), []);
});

Deno.test("a guest that just started is not taken for one that is off, nor one that cannot be asked", async () => {
  const there = new Company(TABLE);
  await there.change(of("qemu", "POST /status/start"), erp);
  assertEquals((await there.lost(of("qemu", "POST /status/stop"), erp)).length, 1);
  const blind = new Company(TABLE);
  blind.refuseGuestReads("status/current");
  assertEquals((await blind.lost(of("qemu", "POST /status/stop"), erp)).length, 1);
});

Deno.test("a shutdown that ends in a stop says so", async () => {
  const there = new Company(TABLE);
  const losses = await there.lost(of("qemu", "POST /status/shutdown"), { ...web01, forceStop: 1 });
  assertEquals(losses.length, 2);
  assertStringIncludes(losses[1] ?? "", "if it does not shut down in time");
});

Deno.test("a removed guest is named with its disks and snapshots", async () => {
  const there = new Company(TABLE);
  const [removal, purge] = await there.losses(of("qemu", "DELETE "), {
    ...{ node: "pve2", vmid: 102 },
    purge: true,
  });
  assertStringIncludes(removal?.what ?? "", "scsi1 (ceph-vm:vm-102-disk-1, 256G)");
  assertStringIncludes(removal?.what ?? "", "snapshots before-upgrade, after-upgrade");
  assertEquals(purge?.guests, [102]);
  there.refuseGuestReads("config");
  there.refuseGuestReads("snapshot");
  const [blind = ""] = await there.lost(of("lxc", "DELETE "), { node: "pve1", vmid: 202 });
  assertEquals(
    blind,
    "the guest with its disks, which could not be read; snapshots that could not be read",
  );
});

Deno.test("a state that is deleted or gone back to is named with its time", async () => {
  const there = new Company(TABLE);
  const db01 = { node: "pve2", vmid: 102, snapname: "before-upgrade" };
  const [rollback = "", running] = await there.lost(
    of("qemu", "POST /snapshot/{snapname}/rollback"),
    db01,
  );
  assertMatch(rollback, /since before-upgrade \(.*20\d\d.*\)$/);
  assertEquals(running, "what runs in the guest");
  const [deleted = ""] = await there.lost(of("qemu", "DELETE /snapshot/{snapname}"), db01);
  assertMatch(deleted, /^the way back to before-upgrade \(.*20\d\d.*\)$/);
  there.refuseGuestReads("snapshot");
  const [blind = ""] = await there.lost(of("lxc", "DELETE /snapshot/{snapname}"), db01);
  assertStringIncludes(blind, "could not be read");
});

Deno.test("a moved guest is on the other node then, and a container restarts on the way", async () => {
  const there = new Company(TABLE);
  const [guest] = await there.exposed(of("qemu", "POST /migrate"), { ...web01, target: "pve3" });
  assertEquals([guest?.vmid, guest?.node], [100, "pve3"]);
  const dns01 = { node: "pve1", vmid: 200, target: "pve3" };
  assertEquals((await there.lost(of("lxc", "POST /migrate"), { ...dns01, restart: 1 })).length, 1);
  assertEquals(await there.lost(of("lxc", "POST /migrate"), dns01), []);
});

Deno.test("a guest that moves to another cluster is gone here, or stopped", async () => {
  const there = new Company(TABLE);
  const away = of("qemu", "POST /remote_migrate");
  assertEquals(await there.lost(away, { ...web01, delete: 1 }), ["the guest in this cluster"]);
  assertMatch((await there.lost(away, web01)).join(), /^the running guest here, /);
  assertMatch((await there.lost(away, erp)).join(), /^the use of the guest here/);
});

Deno.test("a disk that goes to another guest is this one's loss; a move to a storage is none", async () => {
  const there = new Company(TABLE);
  const disk = { ...erp, disk: "scsi0" };
  const move = of("qemu", "POST /move_disk");
  assertEquals(await there.lost(move, { ...disk, "target-vmid": 107 }), [
    "scsi0 (local-lvm:vm-106-disk-0, 80G): goes to guest 107",
  ]);
  assertEquals(await there.lost(move, { ...disk, "target-vmid": "106" }), []);
  assertEquals(await there.lost(move, { ...disk, storage: "tank", delete: 1 }), []);
  there.refuseGuestReads("config");
  assertMatch(
    (await there.lost(of("lxc", "POST /move_volume"), {
      ...{ node: "pve2", vmid: 204, volume: "rootfs", "target-vmid": 203 },
    })).join(),
    /^rootfs, which could not be read/,
  );
});

Deno.test("a restore with force takes the guest that has the number, also one that is not seen", async () => {
  const there = new Company(TABLE);
  const restore = "POST /nodes/{node}/lxc";
  const args = { node: "pve1", vmid: 203, restore: 1, ostemplate: "local:backup/x" };
  assertEquals((await there.losses(restore, { ...args, force: 1 }))[0]?.guests, [203]);
  assertEquals(await there.lost(restore, args), []);
  assertEquals(await there.lost(restore, { ...args, vmid: 7777, force: 1 }), []);
  there.refuse("GET /cluster/nextid");
  assertMatch(
    (await there.lost(restore, { ...args, vmid: 7777, force: 1 })).join(),
    /which the token may not see/,
  );
});

Deno.test("the monitor, a template and a new password take something whatever is there", async () => {
  const there = new Company(TABLE);
  for (const each of ["POST /monitor", "POST /template", "POST /agent/set-user-password"]) {
    assertEquals((await there.losses(of("qemu", each), erp))[0]?.guests, [106], each);
  }
});
