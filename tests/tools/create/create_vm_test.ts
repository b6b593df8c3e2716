import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

testSteps(
  "proxmox_create_vm makes a VM with exact sizes, and says what is left to do",
  "proxmox_create_vm",
  [
    {
      call: {
        node: "pve1",
        name: "app01",
        disk_size: "512M",
        memory: "2G",
        iso: "local:iso/debian-13.2.0-amd64-netinst.iso",
      },
      says: ["Created VM 109 on pve1", "proxmox_guest_start vmid=109 starts it"],
      data: { name: "app01", status: "stopped" },
      hides: ["disk is empty"],
      sends:
        "POST /nodes/pve1/qemu name=app01&memory=2048&ostype=l26&net0=virtio,bridge=vmbr0&scsi0=local-lvm:0.5&scsihw=virtio-scsi-single&ide2=local:iso/debian-13.2.0-amd64-netinst.iso,media=cdrom&vmid=109",
    },
    {
      call: { node: "pve1", iso: "debian.iso" },
      fails: true,
      says: [
        "iso: expected a volume with its storage, such as local:iso/debian.iso",
        "proxmox_storage_content action=list storage=local content=iso",
      ],
      sends: "",
    },
    {
      call: { node: "pve1", scsi0: "nope:8" },
      fails: true,
      says: ["storage 'nope' does not exist", "proxmox_storage_config action=cluster_usage"],
    },
    {
      call: {
        node: "pve1",
        vmid: 500,
        storage: "ceph-vm",
        disk_size: "1.5T",
        config: { ciuser: "joe", ipconfig0: "ip=dhcp" },
        start: true,
      },
      says: [
        "Created VM 500 on pve1",
        "Its disk is empty",
        "Cloud-init gives it at first start: ciuser, ipconfig0",
      ],
      data: { status: "running" },
      sends:
        "POST /nodes/pve1/qemu vmid=500&ciuser=joe&ipconfig0=ip=dhcp&start=1&memory=512&ostype=l26&net0=virtio,bridge=vmbr0&scsi0=ceph-vm:1536&scsihw=virtio-scsi-single&ide2=ceph-vm:cloudinit",
    },
    {
      call: { node: "pve1", vmid: 502, net0: "virtio,bridge=vmbr9", start: true },
      says: [
        "Created VM 502 on pve1",
        "status: stopped",
        "It could not be started: bridge 'vmbr9' does not exist",
        "proxmox_guest_start vmid=502 starts it",
      ],
    },
    {
      call: { node: "pve1", vmid: 501, virtio0: "tank:8", net0: "e1000,bridge=vmbr0" },
      says: ["Created VM 501"],
      sends:
        "POST /nodes/pve1/qemu vmid=501&virtio0=tank:8&net0=e1000,bridge=vmbr0&memory=512&ostype=l26",
    },
    {
      call: { node: "pve1", vmid: 503, scsi0: "tank:8", scsi1: "tank:9", disk_size: "4G" },
      says: ["Created VM 503"],
      sends:
        "POST /nodes/pve1/qemu vmid=503&scsi0=tank:8&scsi1=tank:9&memory=512&ostype=l26&net0=virtio,bridge=vmbr0&scsi2=local-lvm:4&scsihw=virtio-scsi-single",
    },
    {
      call: { node: "pve1", vmid: 100 },
      fails: true,
      says: ["Another guest has the number 100", "proxmox_get_next_vmid"],
      sends: "",
    },
    { call: { name: "x" }, fails: true, says: ['without "node"', "pve1, pve2, pve3"], sends: "" },
    { call: { node: "pve1", disk_size: "12X" }, fails: true, says: ['got "12X"'], sends: "" },
    {
      call: { node: "pve1", archive: "nas:backup/vzdump-qemu-100-2026_01_14-02_00_00.vma.zst" },
      fails: true,
      says: ["proxmox_backup action=restore"],
      sends: "",
    },
  ],
);

async function disable(harness: Harness, ...storages: string[]): Promise<void> {
  for (const storage of storages) {
    await harness.services.pve.request("PUT /storage/{storage}", { storage, disable: true });
  }
}

Deno.test("proxmox_create_vm takes the storage with most room where there is no local-lvm", async () => {
  await using harness = await connect();
  await disable(harness, "local-lvm");
  const { text } = await harness.call("proxmox_create_vm", { node: "pve1" });
  assert(text.includes("Created VM 109"), text);
  const { body } = harness.simulator.requests.findLast((each) => each.method === "POST")!;
  assertEquals(new URLSearchParams(body).get("scsi0")?.split(":")[0], "nas");
});

Deno.test("proxmox_create_vm asks for a storage where there is none for disks", async () => {
  await using harness = await connect();
  await disable(harness, "local-lvm", "ceph-vm", "nas", "tank");
  await walk(harness, "proxmox_create_vm", [{
    call: { node: "pve1" },
    fails: true,
    says: ['Cannot choose a storage; give "storage"', "none on pve1 that takes images"],
    sends: "",
  }]);
});
