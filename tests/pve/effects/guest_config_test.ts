/** What changes of a guest's configuration take away, against what is there now. */
import { assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { Company } from "./judged.ts";
import { containerEffects } from "../../../src/pve/effects/container_effects.ts";
import { vmEffects } from "../../../src/pve/effects/vm_effects.ts";

const VM = "PUT /nodes/{node}/qemu/{vmid}/config";
const VM_TASK = "POST /nodes/{node}/qemu/{vmid}/config";
const CONTAINER = "PUT /nodes/{node}/lxc/{vmid}/config";
const UNLINK = "PUT /nodes/{node}/qemu/{vmid}/unlink";

/** With a second disk, an empty CD drive and a card with a firewall. */
const db01 = { node: "pve2", vmid: 102 };
const dns01 = { node: "pve1", vmid: 200 };
const DISK = "ceph-vm:vm-102-disk-1";

function company(): Company {
  return new Company({ ...vmEffects, ...containerEffects });
}

async function card(there: Company, { node, vmid }: typeof db01): Promise<string> {
  const config = await there.state.get("GET /nodes/{node}/qemu/{vmid}/config", { node, vmid });
  return (config as { net0: string }).net0;
}

Deno.test("a drive key with another volume detaches the one that it holds", async () => {
  const there = company();
  for (const scsi1 of ["tank:32", "ceph-vm:0,import-from=local:import/x.qcow2", "none", ""]) {
    const [what = "", ...others] = await there.lost(VM, { ...db01, scsi1 });
    assertMatch(what, /^scsi1 \(ceph-vm:vm-102-disk-1, 256G\): .* kept as an unused disk$/, scsi1);
    assertEquals(others, []);
  }
  for (const operation of [VM, VM_TASK] as const) {
    const losses = await there.losses(operation, { ...db01, delete: "memory scsi1" });
    assertEquals(losses.map(({ guests }) => guests), [[102]]);
  }
  assertEquals(await there.lost(CONTAINER, { ...dns01, rootfs: "tank:8" }), [
    "rootfs (local-lvm:vm-200-disk-0, 4G): replaced, kept as an unused disk",
  ]);
});

Deno.test("a drive key with the volume that it holds, a free one or none takes nothing", async () => {
  const there = company();
  for (
    const args of [
      { scsi1: `${DISK},iothread=1,size=256G` },
      { scsi1: `file=${DISK},discard=on,backup=yes` },
      { scsi7: "tank:32" },
      { ide2: "local:iso/debian-13.2.0-amd64-netinst.iso,media=cdrom" },
      { delete: "scsi9,unused0,ide2" },
      { memory: "4096", onboot: 0, cores: 2 },
    ]
  ) assertEquals(await there.lost(VM, { ...db01, ...args }), [], JSON.stringify(args));
});

Deno.test("a change that touches nothing that can be lost reads nothing", async () => {
  const there = company();
  await there.lost(VM, { ...db01, memory: "4096", description: "scsi1" });
  assertEquals(there.reads, []);
});

Deno.test("with force, or of an unused disk, the data goes", async () => {
  const there = company();
  assertEquals(await there.lost(VM, { ...db01, delete: "scsi1", force: true }), [
    `scsi1 (${DISK}, 256G): deleted`,
  ]);
  assertEquals(await there.lost(UNLINK, { ...db01, idlist: "scsi1", force: "1" }), [
    `scsi1 (${DISK}, 256G): deleted`,
  ]);
  const off = { node: "pve3", vmid: 107 };
  await there.change(VM, { ...off, delete: "scsi0" });
  const [detached = ""] = await there.lost(VM, { ...off, delete: "unused0" });
  assertMatch(detached, /^unused0 \(local-lvm:vm-107-disk-0.*\): deleted$/);
  assertMatch(
    (await there.lost(VM, { ...off, unused0: "local-lvm:vm-107-disk-9" })).join(),
    /unused0 \(local-lvm:vm-107-disk-0.*\): nothing names it any more/,
  );
});

Deno.test("a medium that leaves its drive is named", async () => {
  const there = company();
  const iso = "local:iso/virtio-win-0.1.285.iso";
  const win = { node: "pve3", vmid: 107 };
  await there.change(VM, { ...win, ide2: `${iso},media=cdrom` });
  const [what = ""] = await there.lost(VM, { ...win, cdrom: "none" });
  assertMatch(what, /^ide2 \(local:iso\/virtio-win-0\.1\.285\.iso.*\): ejected$/);
});

Deno.test("an option by which a disk is lost to backups, to its path or to writing is told", async () => {
  const there = company();
  for (
    const [option, word] of [
      ["backup=0", "no longer in backups"],
      ["replicate=no", "no longer replicated"],
      ["ro=1", "read-only"],
      ["snapshot=on", "what is written to it goes when the VM stops"],
    ]
  ) {
    assertEquals(await there.lost(VM, { ...db01, scsi1: `${DISK},${option}` }), [
      `scsi1 (${DISK}, 256G): ${word}`,
    ]);
  }
  await there.change(CONTAINER, { ...dns01, mp0: "local-lvm:4,mp=/data,backup=1" });
  const mp0 = "local-lvm:vm-200-disk-1,mp=/srv";
  assertEquals(await there.lost(CONTAINER, { ...dns01, mp0 }), [
    "mp0 (local-lvm:vm-200-disk-1, 4G): no longer in backups, no longer at /data",
  ]);
});

Deno.test("a card that is written anew is compared key by key", async () => {
  const there = company();
  const present = await card(there, db01);
  const mac = /virtio=([^,]+)/.exec(present)?.[1];
  const lost = (net0: string): Promise<string[]> => there.lost(VM, { ...db01, net0 });
  assertEquals(await lost("virtio,bridge=vmbr0"), [
    `net0: MAC ${mac} becomes a new one, firewall=1 dropped`,
  ]);
  assertEquals(await lost(`e1000=${mac?.toLowerCase()},bridge=vmbr0,firewall=on,rate=5`), []);
  assertEquals(await lost(`${present},link_down=1`), ["net0: link down"]);
  assertEquals(await lost(present.replace("vmbr0", "vmbr1").replace("=1", "=0")), [
    "net0: bridge=vmbr0 becomes vmbr1, firewall=1 becomes 0",
  ]);
  await there.change(VM, { ...db01, net0: `${present},tag=20` });
  assertEquals(await lost(present), ["net0: tag=20 dropped"]);
  assertEquals(await there.lost(VM, { ...db01, delete: "net0" }), [
    `net0 (${mac}, vmbr0): taken out`,
  ]);
  assertEquals(await there.lost(VM, { ...db01, net7: "virtio,bridge=vmbr0" }), []);
});

Deno.test("a device that is passed through is taken out or replaced, its options are not", async () => {
  const there = company();
  // Root alone hands a device of the host through.
  there.configure(102, { usb0: "host=1234:5678" });
  assertEquals(await there.lost(VM, { ...db01, delete: "usb0" }), ["usb0 (1234:5678): taken out"]);
  assertEquals(await there.lost(VM, { ...db01, usb0: "spice" }), ["usb0 (1234:5678): replaced"]);
  assertEquals(await there.lost(VM, { ...db01, usb0: "1234:5678,usb3=1" }), []);
});

Deno.test("a template, a lock and the end of a guest's protection are losses, by the present value", async () => {
  const there = company();
  const erp = { node: "pve2", vmid: 106 };
  assertEquals(await there.lost(VM, { ...erp, protection: false }), [
    "its protection from removal",
  ]);
  assertEquals(await there.lost(VM, { ...erp, delete: "protection" }), [
    "its protection from removal",
  ]);
  assertEquals(await there.lost(VM, { ...db01, protection: 0 }), []);
  assertEquals(await there.lost(VM, { ...erp, protection: 1 }), []);
  assertEquals((await there.lost(VM, { ...erp, template: 1 })).length, 1);
  assertEquals(await there.lost(VM, { node: "pve1", vmid: 900, template: 1 }), []);
  assertEquals((await there.lost(VM, { node: "pve1", vmid: 900, delete: "template" })).length, 1);
  assertEquals((await there.lost(CONTAINER, { ...dns01, lock: "backup" })).length, 1);
});

Deno.test("a change that waits is lost when it is dropped", async () => {
  const there = company();
  const gitlab = { node: "pve3", vmid: 104 };
  assertEquals(await there.lost(VM, { ...gitlab, revert: "memory,cores" }), [
    "the change of memory that waits (24576)",
  ]);
});

Deno.test("what cannot be read is taken for lost", async () => {
  for (const answer of [undefined, "<html>", [{ key: "net9" }, null], {}]) {
    const there = company();
    const pending = "GET /nodes/{node}/qemu/{vmid}/pending";
    if (answer === undefined) there.refuse(pending);
    else there.answer(pending, answer);
    const args = {
      scsi9: "tank:32",
      net9: "virtio",
      usb3: "spice",
      protection: 0,
      revert: "cores",
    };
    const words = await there.lost(VM, { ...db01, ...args, template: 1 });
    assertEquals(words.length, 6);
    for (const what of words) assertStringIncludes(what, "which could not be read");
    assertEquals(await there.lost(VM, { ...db01, protection: 1 }), []);
  }
});

Deno.test("tags and a name that are changed or cleared leave the guest otherwise", async () => {
  const there = company();
  const named = async (args: Record<string, string>): Promise<unknown> => {
    const [guest] = await there.exposed(VM, { ...db01, ...args });
    return guest && [guest.name, guest.tags];
  };
  const tags = ["database", "production"];
  assertEquals(await named({ name: "db09" }), ["db09", tags]);
  assertEquals(await named({ name: "" }), ["102", tags]);
  assertEquals(await named({ delete: "name" }), ["102", tags]);
  assertEquals(await named({ delete: "tags" }), ["db01", []]);
  assertEquals(await named({ tags: "a;b", name: "x" }), ["x", ["a", "b"]]);
  assertEquals(await named({ memory: "512" }), undefined);
  const [guest] = await there.exposed(CONTAINER, { ...dns01, hostname: "x" });
  assertEquals(guest?.name, "x");
});

Deno.test("a volume of another guest is its loss, by name, by listing and by configuration", async () => {
  const there = company();
  const [byName] = await there.losses(VM, { ...db01, scsi5: "ceph-vm:vm-101-disk-0" });
  assertEquals(byName?.guests, [101]);
  assertStringIncludes(byName?.what ?? "", "scsi0 of web02 (101)");
  const [byFolder] = await there.losses(VM, { ...db01, scsi5: "nas:100/webdata.qcow2" });
  assertEquals(byFolder?.guests, [100]);
  // 102's by name, and in 107's configuration.
  await there.change("POST /nodes/{node}/storage/{storage}/content", {
    ...{ node: "pve2", storage: "nas", vmid: 102, filename: "vm-102-x.qcow2", size: "1G" },
    format: "qcow2",
  });
  const taken = { node: "pve3", vmid: 107, scsi5: "nas:102/vm-102-x.qcow2" };
  await there.change(VM, taken);
  assertEquals((await there.losses(VM, { ...db01, scsi5: taken.scsi5 }))[0]?.guests, [107]);
  assertEquals(await there.lost(VM, taken), []);
  there.answer("GET /nodes/{node}/storage/{storage}/content", [
    { volid: "scratch:archive", vmid: 203, size: 1, format: "raw", content: "rootdir" },
  ]);
  const [byListing] = await there.losses(VM, { ...db01, scsi5: "scratch:archive" });
  assertEquals(byListing?.guests, [203]);
});

Deno.test("a volume of nobody that is known is everybody's who cannot be asked", async () => {
  const there = company();
  there.refuseGuestReads("config");
  const [loss] = await there.losses(VM, { ...db01, scsi5: "scratch:archive" });
  assertEquals(loss?.guests.includes(203), true);
  assertStringIncludes(loss?.what ?? "", "whose configuration could not be read");
});

Deno.test("a new guest with another one's volume, or a copy of it", async () => {
  const there = company();
  const create = "POST /nodes/{node}/qemu";
  const args = { node: "pve2", vmid: 800 };
  const [loss] = await there.losses(create, { ...args, scsi0: "ceph-vm:vm-101-disk-0" });
  assertEquals(loss?.guests, [101]);
  const copy = "ceph-vm:0,import-from=ceph-vm:vm-101-disk-0";
  assertEquals(await there.lost(create, { ...args, scsi0: copy }), []);
  assertEquals(await there.lost(create, { ...args, archive: "pbs:backup/vm/102/x" }), []);
});
