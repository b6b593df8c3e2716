import { assertEquals } from "../../assert.ts";
import {
  type Operation,
  operationFact,
  operationNames,
  refusesTokens,
} from "../../../src/pve/api.ts";
import type { Args } from "../../../src/pve/encode.ts";
import { closedToTokens, configOf, decidingRead } from "../../../src/pve/login/closed_to_tokens.ts";
import { TestClient } from "../../simulator/client.ts";

const ROOTS_WORDS = /root@pam(?!!)|[Oo]nly root/;

Deno.test("an operation that the facts close to tokens is closed, whatever it is given", () => {
  const closed = operationNames().filter((name) => closedToTokens(name, {}) !== undefined);
  assertEquals(closed, operationNames().filter((name) => refusesTokens(operationFact(name))));
  assertEquals(closedToTokens("PUT /access/password", {})?.rootOnly, false);
  assertEquals(closedToTokens("PUT /nodes/{node}/disks/wipedisk", {})?.rootOnly, true);
});

const VM: Operation = "PUT /nodes/{node}/qemu/{vmid}/config";
const NEW_VM: Operation = "POST /nodes/{node}/qemu";
const CLONE: Operation = "POST /nodes/{node}/qemu/{vmid}/clone";
const NEW_CONTAINER: Operation = "POST /nodes/{node}/lxc";
const CONTAINER: Operation = "PUT /nodes/{node}/lxc/{vmid}/config";
const START: Operation = "POST /nodes/{node}/qemu/{vmid}/status/start";
const web01 = { node: "pve1", vmid: 100 };
const dns01 = { node: "pve1", vmid: 200 };
const made = {
  ostemplate: "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst",
  rootfs: "local-lvm:4",
};
const fresh = { node: "pve1", vmid: 7777 };

/** Requests, and the parameter that no token may give; undefined when any may. */
const CASES: readonly (readonly [Operation, Args, closed: string | undefined])[] = [
  [VM, { ...web01, args: "-no-hpet" }, "args"],
  [VM, { ...web01, delete: "args" }, "args"],
  [VM, { ...web01, delete: "description,lock" }, "lock"],
  [VM, { ...web01, description: "args" }, undefined],
  [VM, { ...web01, affinity: "0-3" }, "affinity"],
  [VM, { ...web01, arch: "x86_64" }, "arch"],
  [VM, { ...web01, hugepages: "2" }, "hugepages"],
  [VM, { ...web01, vmgenid: "1" }, "vmgenid"],
  [VM, { ...web01, spice_enhancements: "foldersharing=1" }, "spice_enhancements"],
  [VM, { ...web01, hookscript: "local:snippets/web-init.yaml" }, "hookscript"],
  [VM, { ...web01, hostpci0: "0000:01:00.0" }, "hostpci0"],
  [VM, { ...web01, hostpci0: "host=01:00,pcie=1" }, "hostpci0"],
  [VM, { ...web01, hostpci0: "mapping=gpu,romfile=a.rom" }, "hostpci0"],
  [VM, { ...web01, usb0: "host=1234:5678" }, "usb0"],
  [VM, { ...web01, usb0: "spice" }, undefined],
  [VM, { ...web01, serial2: "/dev/ttyS0" }, "serial2"],
  [VM, { ...web01, serial2: "socket" }, undefined],
  [VM, { ...web01, scsi7: "/dev/disk/by-id/ata-1" }, "scsi7"],
  [VM, { ...web01, scsi7: "local-lvm:8" }, undefined],
  [VM, { ...web01, ide2: "none,media=cdrom" }, undefined],
  [VM, { ...web01, skiplock: 1, description: "x" }, "skiplock"],
  [VM, { ...web01, skiplock: 0, description: "x" }, undefined],
  [NEW_VM, { ...fresh, args: "-no-hpet" }, "args"],
  [NEW_VM, { ...fresh, scsi0: "local-lvm:0,import-from=/tmp/a.qcow2" }, "scsi0"],
  [NEW_VM, { ...fresh, cores: 2 }, undefined],
  [NEW_CONTAINER, { ...fresh, ...made, features: "nesting=1" }, undefined],
  [NEW_CONTAINER, { ...fresh, ...made, features: "nesting=0" }, "features"],
  [NEW_CONTAINER, { ...fresh, ...made, features: "keyctl=0" }, "features"],
  [NEW_CONTAINER, { ...fresh, ...made, features: "nesting=1", unprivileged: 0 }, "features"],
  [NEW_CONTAINER, { ...fresh, ...made, mp0: "/srv/data,mp=/data" }, "mp0"],
  [NEW_CONTAINER, { ...fresh, ...made, mp0: "local-lvm:4,mp=/data" }, undefined],
  [NEW_CONTAINER, { ...fresh, ...made, dev0: "/dev/net/tun" }, "dev0"],
  [NEW_CONTAINER, { ...fresh, ...made, hookscript: "local:snippets/a.pl" }, "hookscript"],
  [NEW_CONTAINER, { ...fresh, ...made, entrypoint: "/bin/sh", env: "A=1" }, undefined],
  [NEW_CONTAINER, { ...fresh, ostemplate: "/tmp/a.tar.zst" }, "ostemplate"],
  [CONTAINER, { ...dns01, entrypoint: "/bin/sh", env: "A=1" }, undefined],
  [CONTAINER, { ...dns01, features: "nesting=1,keyctl=1" }, "features"],
  [CONTAINER, { ...dns01, features: "nesting=1" }, undefined],
  [CONTAINER, { ...dns01, mp5: "/srv/data,mp=/data" }, "mp5"],
  [CONTAINER, { ...dns01, mp5: "/dev/sdb1,mp=/data" }, "mp5"],
  [CONTAINER, { ...dns01, mp5: "local-lvm:4,mp=/data" }, undefined],
  [CONTAINER, { ...dns01, dev0: "/dev/net/tun" }, "dev0"],
  [CONTAINER, { ...dns01, hookscript: "local:snippets/a.pl" }, "hookscript"],
  [START, { ...web01, skiplock: 1 }, "skiplock"],
  ["POST /nodes/{node}/vzdump", { node: "pve1", vmid: "100", dumpdir: "/tmp" }, "dumpdir"],
  ["POST /nodes/{node}/vzdump", { node: "pve1", vmid: "100" }, undefined],
];

for (const [operation, args, closed] of CASES) {
  Deno.test(`${operation} ${JSON.stringify(args)} is ${closed ?? "not"} closed to tokens, and the embedded Proxmox VE agrees`, async () => {
    const client = new TestClient();
    const { node, vmid, ...form } = args as Record<string, string>;
    const fill = (path: string): string =>
      path.replace("{node}", String(node)).replace("{vmid}", String(vmid));
    const read = decidingRead(operation, args);
    const config = read && configOf(await client.data(fill(read.operation)));
    assertEquals(closedToTokens(operation, args, config)?.what, closed);
    const inForm = operation.includes("{vmid}") ? form : { vmid, ...form };
    const { text } = await client.ask(fill(operation), inForm as Record<string, string>);
    assertEquals(ROOTS_WORDS.test(text), closed !== undefined, text);
  });
}

Deno.test("a value that is there decides as well: what is changed or deleted is root's", () => {
  const config = {
    usb0: "host=1234:5678",
    serial0: "/dev/ttyS0",
    features: "keyctl=1",
    unprivileged: 1,
  };
  const closed = (operation: Operation, args: Args): string | undefined =>
    closedToTokens(operation, args, config)?.what;
  assertEquals(closed(VM, { usb0: "spice" }), "usb0");
  assertEquals(closed(VM, { delete: "usb0" }), "usb0");
  assertEquals(closed(VM, { delete: "serial0" }), "serial0");
  assertEquals(closed(VM, { delete: "usb1" }), undefined);
  assertEquals(closed(CONTAINER, { features: "keyctl=1,nesting=1" }), undefined);
  assertEquals(closed(CONTAINER, { delete: "features" }), "features");
  assertEquals(decidingRead(VM, { cores: 2 }), undefined);
  assertEquals(closedToTokens(CONTAINER, { features: "nesting=1" }, {})?.what, "features");
});

Deno.test("what a copy takes over decides: of a guest, of its snapshot, of a backup", () => {
  const copies: readonly (readonly [Operation, Args, read: Operation | undefined])[] = [
    [CLONE, { ...web01, newid: 9 }, "GET /nodes/{node}/qemu/{vmid}/config"],
    [
      CLONE,
      { ...web01, newid: 9, snapname: "a" },
      "GET /nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config",
    ],
    [NEW_VM, { ...fresh, archive: "nas:backup/a.vma" }, "GET /nodes/{node}/vzdump/extractconfig"],
    [
      NEW_CONTAINER,
      { ...fresh, ostemplate: "nas:backup/a.tar", restore: 1 },
      "GET /nodes/{node}/vzdump/extractconfig",
    ],
    // The mount points of the call are all that it gets.
    [NEW_CONTAINER, { ...fresh, ...made, restore: 1 }, undefined],
    [NEW_CONTAINER, { ...fresh, ostemplate: "local:vztmpl/a.tar" }, undefined],
  ];
  for (const [operation, args, read] of copies) {
    assertEquals(decidingRead(operation, args)?.operation, read);
  }
  const config = configOf("hostpci0: mapping=gpu,romfile=a\nusb1: 1-2\n[before]\nusb3: 1-3\n");
  assertEquals(config, { hostpci0: "mapping=gpu,romfile=a", usb1: "1-2" });
  assertEquals(closedToTokens(CLONE, web01, config)?.what, "usb1");
  assertEquals(closedToTokens(NEW_VM, { archive: "nas:backup/a" }, config)?.what, "usb1");
  assertEquals(closedToTokens(NEW_VM, { archive: "nas:a", usb1: "spice" }, config), undefined);
  const mounts = { mp0: "/srv,mp=/srv" };
  assertEquals(closedToTokens(NEW_CONTAINER, { restore: 1 }, mounts)?.what, "mp0");
  // No feature is there yet, and whether it is privileged is not said.
  const features = { features: "nesting=1", restore: 1 };
  assertEquals(
    closedToTokens(NEW_CONTAINER, features, { features: "keyctl=1", unprivileged: 1 })?.what,
    "features",
  );
});
