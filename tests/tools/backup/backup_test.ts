import { connect, rowsOf } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

const TOOL = "proxmox_backup";
const ARCHIVE = "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst";
const CT_ARCHIVE = "nas:backup/vzdump-lxc-202-2026_01_14-09_30_00.tar.zst";

testSteps("proxmox_backup backs up a guest wherever it is", TOOL, [
  {
    call: {
      action: "create",
      type: "vm",
      node: "pve3",
      vmid: "web01",
      storage: "nas",
      compress: "none",
      "notes-template": "{{guestname}}",
      protected: true,
    },
    says: ["Backed up web01 (100) to nas", "the given node was corrected"],
    content: { task: { exitstatus: "OK" } },
    sends:
      "POST /nodes/pve1/vzdump storage=nas&notes-template={{guestname}}&protected=1&mode=snapshot&compress=0&vmid=100",
  },
  { call: { action: "list", vmid: "100", storage: "nas" }, says: ["Backups on nas", "web01"] },
  {
    call: { action: "create", vmid: 202, "keep-last": 3 },
    says: ["(202) to local"],
    sends:
      "POST /nodes/pve1/vzdump storage=local&mode=snapshot&prune-backups=keep-last=3&compress=zstd&vmid=202",
  },
  { call: { action: "create", vmid: 999 }, fails: true, says: ['no guest "999"'], sends: "" },
  { call: { action: "create", vmid: 100, storage: "tank" }, fails: true, says: ["tank"] },
]);

Deno.test("proxmox_backup follows a guest that moved, and says when nothing was backed up", async () => {
  await using harness = await connect();
  const { cluster, faults } = harness.simulator;
  await harness.services.guests.list();
  cluster.moveQuietly(100, "pve2");
  const call = { action: "create", vmid: 100, storage: "nas" };
  await walk(harness, TOOL, [{
    call,
    says: ["Backed up web01 (100) to nas", "It had moved from pve1 to pve2"],
    sends: "POST /nodes/pve2/vzdump storage=nas&mode=snapshot&compress=zstd&vmid=100",
  }]);
  faults.add({ kind: "body", text: '{"data":"OK"}', match: { path: /vzdump$/ } });
  await walk(harness, TOOL, [{
    call,
    fails: true,
    says: ["Nothing was done: POST /nodes/pve2/vzdump", 'answered "OK"', "No guest that is meant"],
  }]);
});

testSteps("proxmox_backup lists the backups of all storages, newest first", TOOL, [
  {
    call: { action: "list" },
    says: ["Backups on local, nas, pbs, newest first: 7", ARCHIVE],
  },
  { call: { action: "list", vmid: "web01" }, says: [": 2"], hides: ["vzdump-lxc"] },
  { call: { action: "list", node: "pve2", storage: "local" }, says: [": 0"] },
  { call: { action: "list", vmid: "web" }, fails: true, says: ['There is no guest "web"'] },
  {
    call: { action: "list", storage: "ceph-vm" },
    fails: true,
    says: ['There is no storage "ceph-vm" for backups', "are local, nas, pbs, on pve1, pve2, pve3"],
  },
  {
    call: { action: "list", node: "pve9" },
    fails: true,
    says: ["There is no storage for backups on pve9"],
  },
]);

Deno.test("proxmox_backup says which storage is not available, shared ones from any node", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "node-offline", node: "pve2" });
  await walk(harness, TOOL, [
    {
      call: { action: "list" },
      says: ["on local, nas, pbs", ": 7", "Skipped: local on pve2 (not available)"],
      hides: ["nas (not"],
    },
    {
      call: { action: "list", storage: "local", node: "pve2" },
      says: ["No storage for backups can be asked", "Skipped: local on pve2 (not available)"],
    },
  ]);
});

Deno.test("proxmox_backup lists what it can when a storage cannot be read", async () => {
  await using harness = await connect();
  const { faults } = harness.simulator;
  faults.add({ kind: "status", status: 500, message: "mount error", match: { path: "/nas/" } });
  await walk(harness, TOOL, [
    { call: { action: "list" }, says: ["nas on pve1 could not be read: mount error", "pbs:"] },
    { call: { action: "list", storage: "nas" }, fails: true, says: ["mount error"] },
  ]);
});

testSteps("proxmox_backup restores a VM and a container under new numbers", TOOL, [
  {
    call: {
      action: "restore",
      type: "vm",
      node: "pve2",
      vmid: 990,
      archive: ARCHIVE,
      storage: "ceph-vm",
      unique: true,
    },
    says: ["VM 990 is restored on pve2"],
    content: { task: { exitstatus: "OK" } },
    sends: `POST /nodes/pve2/qemu vmid=990&storage=ceph-vm&unique=1&archive=${ARCHIVE}`,
  },
  {
    call: { action: "restore", node: "pve1", vmid: 991, archive: CT_ARCHIVE, storage: "tank" },
    says: ["Container 991 is restored on pve1"],
    sends: `POST /nodes/pve1/lxc vmid=991&storage=tank&ostemplate=${CT_ARCHIVE}&restore=1`,
  },
  {
    call: { action: "restore", node: "pve1", vmid: 993, archive: CT_ARCHIVE, hostname: "mail02" },
    says: ["Container 993 is restored on pve1"],
    sends: `POST /nodes/pve1/lxc vmid=993&hostname=mail02&ostemplate=${CT_ARCHIVE}&restore=1`,
  },
  {
    call: { action: "restore", node: "pve1", vmid: 994, archive: ARCHIVE, hostname: "web09" },
    says: ["VM 994 is restored on pve1"],
    sends: `POST /nodes/pve1/qemu vmid=994&name=web09&archive=${ARCHIVE}`,
  },
  {
    call: { action: "restore", type: "lxc", vmid: 992, archive: ARCHIVE },
    fails: true,
    says: ["as lxc", "It is the backup of a VM"],
    sends: "",
  },
  {
    call: { action: "restore", vmid: 992, archive: "yesterday" },
    fails: true,
    says: ["type: is missing: vm or lxc", "proxmox_backup action=list"],
    sends: "",
  },
  {
    call: { action: "restore", vmid: 992, archive: ARCHIVE },
    fails: true,
    says: ['"nas" is on pve1, pve2, pve3', "node: is missing"],
    sends: "",
  },
  {
    call: { action: "restore", vmid: 992, archive: "nas:iso/x.iso" },
    fails: true,
    says: ["type: is missing: vm or lxc"],
    sends: "",
  },
  {
    call: { action: "restore", node: "pve1", vmid: 992, archive: `${ARCHIVE}.x` },
    fails: true,
  },
  {
    call: { action: "restore", node: "pve1" },
    fails: true,
    says: ["vmid: is missing", "archive: is missing"],
    sends: "",
  },
]);

testSteps("proxmox_backup restores over a guest only when it is told to", TOOL, [
  {
    call: { action: "restore", vmid: 100, archive: ARCHIVE },
    fails: true,
    says: ["web01 (100, VM on pve1", "force=true overwrites it", "Nothing was done"],
    sends: "",
  },
  {
    call: { action: "restore", vmid: 100, archive: CT_ARCHIVE, force: true },
    fails: true,
    says: ["a guest of the other type"],
    sends: "",
  },
]);

testSteps("proxmox_backup keeps protected guests from being overwritten", TOOL, [
  {
    call: { action: "restore", vmid: 100, archive: ARCHIVE, force: true },
    fails: true,
    says: ["is protected"],
    sends: "",
  },
  {
    call: { action: "restore", vmid: 990, node: "pve1", archive: ARCHIVE, storage: "ceph-vm" },
    says: ["VM 990 is restored on pve1"],
  },
  {
    call: { action: "delete", node: "pve1", storage: "nas", volume: ARCHIVE },
    fails: true,
    says: ["is protected"],
    sends: "",
  },
], { settings: { PROTECT: "100" } });

Deno.test("proxmox_backup restores over a stopped guest on its node", async () => {
  await using harness = await connect();
  await harness.call("proxmox_guest_stop", { vmid: 100 });
  await walk(harness, TOOL, [{
    call: {
      action: "restore",
      vmid: 100,
      node: "pve2",
      archive: ARCHIVE,
      force: true,
      start: true,
    },
    says: [
      "VM 100 is restored on pve1",
      "over what was there",
      "status: running",
      "the given node was corrected",
    ],
    sends: `POST /nodes/pve1/qemu vmid=100&force=1&start=1&archive=${ARCHIVE}`,
  }]);
});

testSteps("proxmox_backup deletes a backup", TOOL, [
  {
    call: { action: "delete", node: "pve1", storage: "nas", volume: ARCHIVE },
    says: [`${ARCHIVE} is deleted`],
    sends: `DELETE /nodes/pve1/storage/nas/content/${ARCHIVE}`,
  },
  { call: { action: "delete", storage: "nas", volume: ARCHIVE }, says: ["nothing was deleted"] },
  { call: { action: "delete", storage: "nas" }, fails: true, says: ["volume: is missing"] },
  {
    call: { action: "delete", storage: "ceph-vm", volume: "ceph-vm:vm-101-disk-0" },
    fails: true,
    says: ["is no backup", "proxmox_storage_content"],
    sends: "",
  },
]);

testSteps("proxmox_backup reads without the elevated tier", TOOL, [
  { call: { action: "list" }, says: ["Backups on"] },
  { call: { action: "create", vmid: 100 }, fails: "denied", sends: "" },
], { elevated: false });

Deno.test("proxmox_backup says what a failed restore leaves, and how it goes on", async () => {
  await using harness = await connect();
  const [row] = rowsOf(await harness.call(TOOL, { action: "list", vmid: 100 }));
  const call = { action: "restore", archive: row?.volid, vmid: 950, node: "pve1" };
  await walk(harness, TOOL, [
    {
      call: { ...call, storage: "nosuch" },
      fails: true,
      says: ["storage 'nosuch' does not exist", "proxmox_guest_delete vmid=950 removes it"],
    },
    { call, fails: true, says: ["has that number", "force=true"] },
    { call: { ...call, force: true }, says: ["VM 950 is restored on pve1"] },
  ]);
  harness.simulator.faults.add({ kind: "task-fails", message: "no space", type: "vzrestore" });
  const [container] = rowsOf(await harness.call(TOOL, { action: "list", vmid: 202 }));
  await walk(harness, TOOL, [{
    call: { ...call, archive: container?.volid, vmid: 951 },
    fails: true,
    says: ["no space"],
    hides: ["What is left"],
  }]);
});
