import { GIB } from "../../../src/base/byte_units.ts";
import { bytes } from "../../../src/base/text/units.ts";
import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness } from "../../harness.ts";
import { hooked, type Hooks } from "../../hooked_transport.ts";
import { assertDone, assertFailed, hasContent, hasRow } from "../../outcome.ts";
import { testSteps, walk } from "../steps.ts";

testSteps(
  "proxmox_guest_migrate moves VMs live, and asks before it copies disks",
  "proxmox_guest_migrate",
  [
    {
      call: { vmid: "db01", target: "pve3", restart: true },
      says: ["db01 (102) is on pve3", '"restart" was not sent: a VM moves as it runs'],
      data: { status: "running" },
      sends: "POST /nodes/pve2/qemu/102/migrate target=pve3&online=1",
    },
    {
      call: { vmid: "gitlab", target: "pve2" },
      fails: true,
      says: [
        `has local disks: scsi0 local-lvm:vm-104-disk-0 (${bytes(120 * GIB)})`,
        "with-local-disks=true",
      ],
      sends: "",
    },
    {
      call: {
        vmid: "gitlab",
        target: "pve2",
        "with-local-disks": true,
        "with-local-storage": true,
        targetstorage: "local-lvm",
      },
      says: ["gitlab (104) is on pve2", '"with-local-storage" was not used'],
      sends:
        "POST /nodes/pve3/qemu/104/migrate target=pve2&with-local-disks=1&targetstorage=local-lvm&online=1",
    },
    {
      call: { vmid: "gitlab", target: "pve9" },
      fails: true,
      says: ['There is no node "pve9"', "Other nodes that are online: pve1, pve3"],
      sends: "",
    },
    {
      call: { vmid: "win11-test", target: "pve3" },
      fails: true,
      says: ["It is there already", "Other nodes that are online: pve1, pve2"],
      sends: "",
    },
  ],
);

testSteps(
  "proxmox_guest_migrate restarts a running container only when told",
  "proxmox_guest_migrate",
  [
    {
      call: { vmid: "dns01", target: "pve2" },
      fails: true,
      says: ["containers cannot move live", "restart=true stops it"],
      sends: "",
    },
    {
      call: { vmid: "dns01", target: "pve2", online: true },
      fails: true,
      says: ["containers cannot move live", "restart=true stops it"],
      sends: "",
    },
    {
      call: { vmid: "dns01", target: "pve2", online: true, restart: false },
      fails: true,
      says: ["containers cannot move live", "restart=true stops it"],
      sends: "",
    },
    {
      call: { vmid: "dns01", target: "pve2", online: true, restart: true, force: true },
      says: ["dns01 (200) is on pve2", '"force" was not sent', '"online" was not sent'],
      sends: "POST /nodes/pve1/lxc/200/migrate target=pve2&restart=1",
    },
    {
      call: { vmid: "proxy01", target: "pve3", targetstorage: "local-lvm" },
      says: ["proxy01 (204) is on pve3"],
      data: { status: "stopped" },
      sends: "POST /nodes/pve2/lxc/204/migrate target=pve3&target-storage=local-lvm",
    },
  ],
);

Deno.test("proxmox_guest_migrate waits until HA has moved the guest", async () => {
  await using harness = await connect();
  const answer = await harness.call("proxmox_guest_migrate", {
    vmid: "web01",
    target: "pve3",
    despite_ha_rule: true,
  });
  assertDone(answer, /^web01 \(100\) is on pve3$/);
  assert(hasContent(answer, { task: { type: "hamigrate" } }), answer.text);
});

/** A move that HA does: the snapshot of build01 is on ZFS, and replicated or not. */
const BY_HA = { vmid: "build01", target: "lab2", "with-local-disks": true };

Deno.test("proxmox_guest_migrate follows the task by which HA moves a guest, and tells its failure", async () => {
  await using harness = await connect({ simulator: { site: "lab" } });
  harness.simulator.cluster.table("replication").delete("102-0");
  const planned = await harness.call("proxmox_guest_migrate", { ...BY_HA, dry_run: true });
  assert(hasRow(planned, { verdict: "stops it", what: "snapshots of local scsi0 on fast" }));
  const answer = await harness.call("proxmox_guest_migrate", BY_HA);
  assertFailed(answer, /^Task qmigrate failed$/);
  assert(answer.text.includes("if non-replicated snapshot exists"), answer.text);
  assert(answer.text.includes("build01 (102) is running on lab1"), answer.text);
  assert(answer.text.includes("It may be why: snapshots of local scsi0 on fast"), answer.text);
});

Deno.test("snapshots that are replicated to the target stand against no move", async () => {
  await using harness = await connect({ simulator: { site: "lab" } });
  const planned = await harness.call("proxmox_guest_migrate", { ...BY_HA, dry_run: true });
  assert(!planned.text.includes("stops it |"), planned.text);
  assertDone(await harness.call("proxmox_guest_migrate", BY_HA), /^build01 \(102\) is on lab2$/);
});

Deno.test("snapshots on LVM stand against a move though their volumes are qcow2", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  cluster.storages.definitions.get("local-lvm")!.type = "lvm";
  const guest = cluster.guests.get(107)!;
  for (const { config } of [guest, ...guest.snapshots.values()]) {
    config.scsi0 = "local-lvm:vm-107-disk-0.qcow2,size=64G";
  }
  const planned = await harness.call("proxmox_guest_migrate", {
    ...{ vmid: 107, target: "pve2", dry_run: true },
  });
  assert(hasRow(planned, { verdict: "stops it", what: "snapshots of local scsi0 on local-lvm" }));
});

Deno.test("a disk that no snapshot has stands against no move of a stopped VM", async () => {
  await using harness = await connect();
  const { snapshots } = harness.simulator.cluster.guests.get(107)!;
  for (const { config } of snapshots.values()) delete config.scsi0;
  const planned = await harness.call("proxmox_guest_migrate", {
    ...{ vmid: 107, target: "pve2", dry_run: true },
  });
  assert(!planned.text.includes("snapshots of local"), planned.text);
});

Deno.test("proxmox_guest_migrate says where a guest is after a failed move", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({
    kind: "task-fails",
    message: "migration aborted",
    type: "qmigrate",
  });
  const { text } = await harness.call("proxmox_guest_migrate", { vmid: "db01", target: "pve3" });
  assert(text.includes("migration aborted"), text);
  assert(text.includes("db01 (102) is running on pve2"), text);
});

/** Puts a setting into the configuration of a VM: 107 is stopped on pve3, 102 runs on pve2. */
function configure({ simulator }: Harness, vmid: number, key: string, value: string): void {
  const guest = simulator.cluster.guests.get(vmid);
  assert(guest);
  guest.config[key] = value;
}

/** The snapshots of 107 are on LVM, which keeps them where they are. */
async function withoutSnapshots({ call }: Harness): Promise<void> {
  assertDone(
    await call("proxmox_guest_snapshot", { action: "delete", vmid: 107, snapname: "clean" }),
  );
}

Deno.test("proxmox_guest_migrate moves a VM that nothing speaks against", async () => {
  await using harness = await connect();
  await withoutSnapshots(harness);
  const { data } = await harness.services.pve.request("GET /nodes/{node}/qemu/{vmid}/migrate", {
    node: "pve3",
    vmid: 107,
  });
  const found = data as Readonly<Record<string, unknown>>;
  assertEquals(found.allowed_nodes, ["pve1", "pve2"]);
  assertEquals(found.not_allowed_nodes, { pve1: {}, pve2: {} }, "as a real one lists them");
  await walk(harness, "proxmox_guest_migrate", [
    { call: { vmid: 107, target: "pve2" }, says: ["win11-test (107) is on pve2"] },
  ]);
});

Deno.test("proxmox_guest_migrate refuses a node without a storage of the VM, unless another is named", async () => {
  await using harness = await connect();
  await withoutSnapshots(harness);
  await harness.services.pve.request("PUT /storage/{storage}", {
    storage: "local-lvm",
    nodes: "pve2,pve3",
  });
  await walk(harness, "proxmox_guest_migrate", [
    {
      call: { vmid: 107, target: "pve1" },
      fails: true,
      says: ['pve1 may not take the VM: {"unavailable_storages":["local-lvm"]}', "targetstorage"],
      sends: "",
    },
    {
      call: { vmid: 107, target: "pve1", targetstorage: "nas" },
      says: ["win11-test (107) is on pve1"],
    },
  ]);
});

Deno.test("proxmox_guest_migrate leaves no device behind, and takes mapped ones along", async () => {
  await using harness = await connect();
  await withoutSnapshots(harness);
  configure(harness, 107, "usb0", "host=1234:5678");
  await walk(harness, "proxmox_guest_migrate", [
    {
      call: { vmid: 107, target: "pve2" },
      fails: true,
      says: ["It uses what only pve3 has: usb0", "a mapped device can go along"],
      sends: "",
    },
  ]);
  const map = ["node=pve2,id=1234:5678", "node=pve3,id=1234:5678"];
  harness.simulator.cluster.table("mapping.usb").set("key", { type: "usb", map });
  configure(harness, 107, "usb0", "mapping=key");
  configure(harness, 102, "usb0", "mapping=key");
  await walk(harness, "proxmox_guest_migrate", [
    {
      call: { vmid: 107, target: "pve1", targetstorage: "local-lvm" },
      fails: true,
      says: ['pve1 may not take the VM: {"unavailable-resources":["usb0"]}', "Another node"],
      sends: "",
    },
    { call: { vmid: 107, target: "pve2" }, says: ["win11-test (107) is on pve2"] },
    {
      call: { vmid: 102, target: "pve3" },
      fails: true,
      says: ["It uses what only pve2 has: usb0"],
      sends: "",
    },
  ]);
});

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What is read before a move, and Proxmox VE itself does not refuse for. */
const HARMLESS: Readonly<Record<string, NonNullable<Hooks["answers"]>>> = {
  "a node of which the statistics are missing": (line, data) =>
    line === "GET /nodes"
      ? (data as Rows).map((row) => row.node === "pve2" ? { ...row, status: "unknown" } : row)
      : undefined,
  "a reason that it may have from some release on": (line, data) =>
    line.startsWith("GET /nodes/pve3/qemu/107/migrate")
      ? { ...data as Rows[number], not_allowed_nodes: { pve2: { "blocking-moon": ["full"] } } }
      : undefined,
  "no reasons and no lists at all": (line) =>
    line.startsWith("GET /nodes/pve3/qemu/107/migrate") ? { running: 0 } : undefined,
};

for (const [what, answers] of Object.entries(HARMLESS)) {
  Deno.test(`proxmox_guest_migrate leaves it to Proxmox VE to judge by ${what}`, async () => {
    await using harness = await connect({
      transport: (simulator) => hooked(simulator, { answers }),
    });
    await withoutSnapshots(harness);
    await walk(harness, "proxmox_guest_migrate", [{
      call: { vmid: 107, target: "pve2" },
      says: ["win11-test (107) is on pve2"],
      sends: "POST /nodes/pve3/qemu/107/migrate target=pve2&online=0",
    }]);
  });
}

Deno.test("proxmox_guest_migrate leaves disks to Proxmox VE where it does not tell which are attached", async () => {
  const unattached: Hooks["answers"] = (line, data) => {
    if (!line.startsWith("GET /nodes/pve3/qemu/104/migrate")) return undefined;
    const found = data as { readonly local_disks: Rows };
    const local_disks = found.local_disks.map(({ is_attached: _untold, ...disk }) => disk);
    return { ...found, local_disks };
  };
  await using harness = await connect({
    transport: (simulator) => hooked(simulator, { answers: unattached }),
  });
  await walk(harness, "proxmox_guest_migrate", [{
    call: { vmid: 104, target: "pve2" },
    fails: true,
    says: ["with-local-disks", "with-local-disks=true copies them"],
    sends: "POST /nodes/pve3/qemu/104/migrate target=pve2&online=1",
  }]);
});
