/** What changes of storages and of their content take away, and from which guests. */
import { GIB, MIB } from "../../../src/base/byte_units.ts";
import { bytes } from "../../../src/base/text/units.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { Company } from "./judged.ts";
import { contentEffects } from "../../../src/pve/effects/content_effects.ts";
import { storageEffects } from "../../../src/pve/effects/storage_effects.ts";

const PUT = "PUT /storage/{storage}";
const DELETE = "DELETE /storage/{storage}";
const CONTENT = "/nodes/{node}/storage/{storage}/content/{volume}";
const UPLOAD = "POST /nodes/{node}/storage/{storage}/upload";
const PRUNE = "DELETE /nodes/{node}/storage/{storage}/prunebackups";
const BACKUP = "nas:backup/vzdump-qemu-100-2026_01_13-09_30_00.vma.zst";
/** Guests with volumes on local-lvm, of pve3. */
const ON_PVE3 = [104, 105, 107, 201];

function company(): Company {
  return new Company({ ...storageEffects, ...contentEffects });
}

Deno.test("a storage is lost on the nodes that a list newly leaves out, with its guests there", async () => {
  const there = company();
  const change = (nodes: string): Record<string, string> => ({ storage: "local-lvm", nodes });
  const [loss] = await there.losses(PUT, change("pve1,pve2"));
  assertMatch(loss?.what ?? "", /^storage local-lvm on pve3: scsi0 of gitlab \(104\), /);
  assertEquals(loss?.guests, ON_PVE3);
  assertEquals(await there.lost(PUT, change("pve1;pve2 pve3")), []);
  await there.change(PUT, change("pve1,pve2"));
  assertEquals(await there.lost(PUT, change("pve2,pve1,pve3")), []);
  assertEquals(await there.lost(PUT, { storage: "local-lvm", delete: "nodes" }), []);
  assertMatch((await there.lost(PUT, change("pve2"))).join(), /^storage local-lvm on pve1: /);
});

Deno.test("a storage that is turned off is lost on all its nodes, one that was off is not", async () => {
  const there = company();
  const [loss] = await there.losses(PUT, { storage: "tank", disable: true });
  assertEquals(loss?.guests, [103, 202, 203]);
  assertMatch((await there.lost(PUT, { storage: "scratch", disable: "1" })).join(), /on pve3$/);
  assertEquals(await there.lost(PUT, { storage: "old-nas", disable: 1 }), []);
  assertEquals(await there.lost(PUT, { storage: "old-nas", nodes: "pve1" }), []);
  assertEquals(await there.lost(PUT, { storage: "tank", disable: 0 }), []);
});

Deno.test("a kind of content that is left out is lost, to guests where it is that of disks", async () => {
  const there = company();
  const [disks] = await there.losses(PUT, { storage: "tank", content: "images" });
  assertMatch(disks?.what ?? "", /^content of storage tank: rootdir: /);
  assertEquals(disks?.guests, [103, 202, 203]);
  const files = await there.losses(PUT, { storage: "nas", content: "images,iso" });
  assertEquals(files, [{ what: "content of storage nas: vztmpl, backup, snippets", guests: [] }]);
  assertEquals(await there.lost(PUT, { storage: "tank", content: "rootdir,images" }), []);
  assertEquals((await there.lost(PUT, { storage: "tank", delete: "content" })).length, 1);
});

Deno.test("volumes are lost where a storage was, keys and access when they go", async () => {
  const there = company();
  const [place] = await there.losses(PUT, { storage: "ceph-vm", pool: "other" });
  assertMatch(place?.what ?? "", /^what storage ceph-vm has at pool=vm: /);
  assertEquals(place?.guests, [100, 101, 102, 900]);
  assertEquals(await there.lost(PUT, { storage: "ceph-vm", pool: "vm", krbd: 1 }), []);
  assertEquals(await there.lost(PUT, { storage: "nas", subdir: "x" }), []);
  assertEquals(await there.lost(PUT, { storage: "pbs", delete: "username" }), [
    "access to storage pbs: username",
  ]);
  const [access] = await there.losses(PUT, { storage: "ceph-vm", delete: "keyring" });
  assertEquals(access?.guests, [100, 101, 102, 900]);
  assertEquals(await there.lost(PUT, { storage: "pbs", "encryption-key": "autogen" }), []);
  there.answer("GET /storage/{storage}", { storage: "pbs", "encryption-key": "a1:b2" });
  assertMatch(
    (await there.lost(PUT, { storage: "pbs", "encryption-key": "autogen" })).join(),
    /^the encryption-key of storage pbs/,
  );
});

Deno.test("a stricter retention of a storage loses the backups that it does not keep", async () => {
  const there = company();
  const [loss] = await there.losses(PUT, { storage: "nas", "prune-backups": "keep-last=1" });
  assertEquals(loss, {
    what: "backups on nas that keep-last=1 does not keep: 1 of 2 of web01 (100)",
    guests: [100],
  });
  const same = "keep-daily=7,keep-weekly=4,keep-monthly=6";
  for (const retention of [same, "keep-all=1", `${same},keep-last=3`]) {
    assertEquals(await there.lost(PUT, { storage: "nas", "prune-backups": retention }), []);
  }
  assertMatch(
    (await there.lost(PUT, { storage: "local", "prune-backups": "keep-last=9" })).join(),
    /^later, backups on local/,
  );
});

Deno.test("a storage whose definition cannot be read is taken for one that has it all", async () => {
  const there = company();
  there.refuse("GET /storage/{storage}");
  const [loss] = await there.losses(PUT, { storage: "local-lvm", nodes: "pve1,pve2" });
  assertEquals(loss?.guests, ON_PVE3);
  assertStringIncludes(loss?.what ?? "", "could not be read");
  for (const args of [{ content: "images" }, { server: "192.0.2.9" }, { delete: "pool" }]) {
    assertEquals((await there.lost(PUT, { storage: "nas", ...args })).length, 1);
  }
  assertEquals(await there.lost(PUT, { storage: "nas", shared: 1 }), []);
  there.refuseGuestReads("config");
  const [blind] = await there.losses(DELETE, { storage: "nas" });
  assertEquals(blind?.guests.length, 15);
  assertStringIncludes(blind?.what ?? "", "whose configuration could not be read");
});

Deno.test("a storage that is removed, or made on a volume that holds something", async () => {
  const there = company();
  const [loss] = await there.losses(DELETE, { storage: "tank" });
  assertEquals(loss?.guests, [103, 202, 203]);
  assertEquals(await there.lost(DELETE, { storage: "old-nas" }), [
    "storage old-nas; its data stays",
  ]);
  const lvm = { storage: "x", type: "lvm", vgname: "x", content: "images", nodes: "pve1" };
  assertEquals(await there.lost("POST /storage", lvm), []);
  assertEquals((await there.lost("POST /storage", { ...lvm, base: "san:0.0.1" })).length, 1);
});

Deno.test("a deleted volume is named with its size, who uses it and whose it is", async () => {
  const there = company();
  const lost = (volume: string, storage: string) =>
    there.losses(`DELETE ${CONTENT}`, { node: "pve1", storage, volume });
  assertEquals(await lost("vm-103-disk-0", "tank"), [
    { what: `tank:vm-103-disk-0 (${bytes(64 * GIB)}), scsi0 of db02 (103)`, guests: [103] },
  ]);
  assertEquals(await lost(BACKUP, "nas"), [{
    what: `${BACKUP} (${bytes(8_539_423_358)})`,
    guests: [100],
  }]);
  const [pbs] = await lost("backup/vm/102/2026-01-14T09:30:00Z", "pbs");
  assertEquals(pbs?.guests, [102]);
  const [linked] = await lost("tank:base-900-disk-0/vm-103-disk-9", "tank");
  assertEquals(linked?.guests, [103]);
  const iso = "local:iso/virtio-win-0.1.285.iso";
  await there.change("PUT /nodes/{node}/qemu/{vmid}/config", {
    ...{ node: "pve1", vmid: 100, ide2: `${iso},media=cdrom` },
  });
  const [used] = await lost(iso, "local");
  assertEquals(used?.guests, [100]);
  // On another node it is another file of that name.
  const args = { node: "pve2", storage: "local", volume: iso };
  assertEquals((await there.losses(`DELETE ${CONTENT}`, args))[0]?.guests, []);
});

Deno.test("an upload loses the file that has the name, as Proxmox VE writes it", async () => {
  const there = company();
  const upload = { node: "pve1", storage: "nas", content: "iso" };
  const filename = "debian-13.2.0-amd64-netinst.iso";
  const lost = (await there.lost(UPLOAD, { ...upload, filename: `/home/me/${filename}` })).join();
  assert(lost.startsWith(`nas:iso/${filename} (${bytes(783 * MIB)})`), lost);
  assert(lost.endsWith(": overwritten"), lost);
  assertEquals(await there.lost(UPLOAD, { ...upload, filename: "other.iso" }), []);
  there.refuse("GET /nodes/{node}/storage/{storage}/content");
  assertStringIncludes(
    (await there.lost(UPLOAD, { ...upload, filename: "other.iso" })).join(),
    "which could not be read",
  );
});

Deno.test("a backup loses its protection only when it has one", async () => {
  const there = company();
  const backup = { node: "pve1", storage: "nas", volume: BACKUP };
  const put = `PUT ${CONTENT}` as const;
  assertEquals(await there.lost(put, { ...backup, protected: 0 }), []);
  await there.change(put, { ...backup, protected: 1 });
  assertEquals(await there.losses(put, { ...backup, protected: false }), [
    { what: `the protection of ${BACKUP} from removal`, guests: [100] },
  ]);
  assertEquals(await there.lost(put, { ...backup, protected: 1, notes: "" }), []);
  there.refuse(`GET ${CONTENT}`);
  assertStringIncludes(
    (await there.lost(put, { ...backup, protected: 0 })).join(),
    "could not be read",
  );
});

Deno.test("pruning is counted by guest, and takes nothing where all is kept", async () => {
  const there = company();
  const nas = { node: "pve1", storage: "nas" };
  assertEquals(await there.losses(PRUNE, { ...nas, "prune-backups": "keep-last=1" }), [{
    what: "backups on nas that keep-last=1 does not keep: 1 of 2 of web01 (100)",
    guests: [100],
  }]);
  assertEquals(await there.lost(PRUNE, nas), []);
  assertEquals(await there.lost(PRUNE, { ...nas, "prune-backups": "keep-last=1", vmid: 106 }), []);
  there.refuse("GET /nodes/{node}/storage/{storage}/prunebackups");
  const [blind] = await there.losses(PRUNE, { ...nas, vmid: 106 });
  assertEquals(blind?.guests, [106]);
  assertEquals((await there.losses(PRUNE, nas))[0]?.guests.length, 15);
});
