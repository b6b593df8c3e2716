/** Every change answers with what is true now: what it made, and whether it is in effect. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { connect } from "../harness.ts";
import { hooked } from "../hooked_transport.ts";
import { testSteps } from "./steps.ts";

testSteps(
  "a new backup job is answered with its id and its next run",
  "proxmox_cluster_backup_job",
  [
    {
      call: { action: "create", vmid: "104", storage: "nas", schedule: "sun 01:00" },
      data: {
        id: /^backup-/,
        schedule: "sun 01:00",
        "next-run": "2026-01-18T01:00:00Z",
        enabled: 1,
      },
    },
    {
      call: { action: "update", id: "nightly", schedule: "22:30" },
      data: { id: "nightly", schedule: "22:30", "next-run": "2026-01-15T22:30:00Z" },
    },
  ],
);

testSteps("a rule is answered as it stands, and where it stands", "proxmox_cluster_firewall_rule", [
  {
    call: { action: "create", rule_action: "ACCEPT", type: "in", macro: "Ping", enable: 1 },
    data: { pos: "0", action: "ACCEPT", macro: "Ping", enable: 1 },
  },
  { call: { action: "update", pos: 0, moveto: 2 }, data: { pos: "1", macro: "Ping" } },
  {
    call: {
      action: "create",
      group: "webserver",
      rule_action: "ACCEPT",
      type: "in",
      macro: "DNS",
      enable: 1,
    },
    data: { pos: "0", macro: "DNS" },
  },
]);

testSteps(
  "a new member of an IP set is answered, and an alias by its new name",
  "proxmox_api_call",
  [
    {
      call: {
        operation: "POST /cluster/firewall/ipset/{name}",
        params: { name: "management", cidr: "10.7.0.0/16", comment: "VPN" },
      },
      data: { cidr: "10.7.0.0/16", comment: "VPN" },
    },
    {
      call: {
        operation: "PUT /cluster/firewall/aliases/{name}",
        params: { name: "office", cidr: "10.8.0.0/16", rename: "hq" },
      },
      data: { name: "hq", cidr: "10.8.0.0/16" },
    },
  ],
);

testSteps("a pool is answered with its members, a role with its privileges", "proxmox_api_call", [
  {
    call: { operation: "PUT /pools", params: { poolid: "production", vms: "106" } },
    data: { members: /legacy-erp \(106\)/ },
  },
  {
    call: {
      operation: "PUT /access/roles/{roleid}",
      params: { roleid: "GuestOperator", privs: "VM.Clone", append: true },
    },
    data: { privs: /VM\.Audit.*VM\.Clone/ },
  },
]);

testSteps(
  "a change of a config tells the new lines, and whether they are in effect",
  "proxmox_guest_config_update",
  [
    {
      call: { vmid: "web01", config: { onboot: false, tags: "web;blue" } },
      data: { onboot: "0", tags: "blue;web" },
      says: ["In effect now"],
    },
    {
      call: { vmid: "web01", config: { tags: "web", sockets: 2 } },
      data: { tags: "web", pending: { sockets: "1 → 2" } },
      says: ["in effect from the next start of web01 (100): sockets", "In effect now: tags"],
    },
    {
      call: { vmid: "legacy-erp", config: { cores: 3, cipassword: "secret-1" } },
      data: { cores: "3", cipassword: "[masked]" },
      says: ["It is stopped: in effect from its next start"],
      hides: ["secret-1"],
    },
    { call: { vmid: "legacy-erp", delete: "onboot,cores" }, data: { cores: "not set" } },
    {
      call: { vmid: "legacy-erp", delete: "cipassword" },
      data: { cipassword: "[masked] → removed" },
    },
  ],
);

testSteps("a new card is answered with the MAC address that PVE gave it", "proxmox_guest_network", [
  {
    call: { action: "add", vmid: "web01", bridge: "vmbr1" },
    data: { net1: /^virtio=BC:24:11:[\dA-F:]{8},bridge=vmbr1$/ },
  },
  {
    call: { action: "add", vmid: "proxy01", bridge: "vmbr1", ip: "dhcp" },
    data: { net1: /hwaddr=BC:24:11:[\dA-F:]{8}/ },
  },
]);

testSteps("new guests are answered with their name, disks and cards", "proxmox_create_vm", [
  {
    call: { node: "pve1", vmid: 333, name: "app01", disk_size: "20G" },
    data: {
      name: "app01",
      scsi0: /^local-lvm:vm-333-disk-0,size=20G$/,
      net0: /^virtio=BC:24:11:/,
    },
  },
]);

testSteps("a clone is answered with its own MAC address", "proxmox_guest_clone", [
  {
    call: { vmid: 900, newid: 334, name: "app02" },
    data: { name: "app02", net0: /BC:24:11:/, scsi0: /vm-334/ },
  },
]);

testSteps(
  "a disk that moved is answered with its volume, and what became of the old one",
  "proxmox_guest_disk_move",
  [
    {
      call: { vmid: "web02", disk: "scsi0", storage: "tank" },
      data: { scsi0: /^tank:vm-101-disk-0/ },
      says: ["The old volume ceph-vm:vm-101-disk-0 is deleted"],
    },
    {
      call: { vmid: "web02", disk: "scsi0", storage: "ceph-vm", delete: false },
      data: { scsi0: /^ceph-vm:/, unused0: /^tank:vm-101-disk-0/ },
      says: ["The old volume stays as unused0"],
    },
    {
      call: { vmid: "proxy01", disk: "rootfs", storage: "tank" },
      data: { rootfs: /^tank:/ },
      says: ["The old volume local-lvm:vm-204-disk-0 is deleted"],
    },
  ],
);

testSteps(
  "resizing to the present size says so, and PVE refuses a smaller one",
  "proxmox_guest_disk_resize",
  [
    {
      call: { vmid: "web02", disk: "scsi0", size: "40G" },
      says: ["scsi0 of web02 (101) has that size already: nothing changed"],
      hides: ["has grown", "own system"],
      data: { scsi0: /size=40G/ },
    },
    {
      call: { vmid: "web02", disk: "scsi0", size: "39G" },
      fails: true,
      says: ["shrinking disks is not supported", "size=40G"],
    },
    {
      call: { vmid: "dns01", disk: "rootfs", size: "4G" },
      fails: true,
      says: ["disk is already at specified size", "size=4G"],
    },
  ],
);

testSteps("a backup is answered with its volume and size", "proxmox_backup", [
  {
    call: { action: "create", vmid: "web01", storage: "nas", protected: true },
    data: { volid: /^nas:backup\/vzdump-qemu-100-2026_01_15-/, size: /^\d{6,}$/, protected: 1 },
  },
  {
    call: { action: "create", vmid: "mail01", storage: "pbs" },
    data: { volid: /^pbs:backup\/ct\/202\/2026-01-15T/, size: /^\d{6,}$/ },
  },
]);

testSteps("a service is answered with its state", "proxmox_node_service", [
  {
    call: { action: "control", node: "pve1", service: "cron", command: "stop" },
    data: { state: "dead" },
  },
  {
    call: { action: "control", node: "pve1", service: "cron", command: "start" },
    data: { state: "running" },
  },
]);

const SHA256 = "a".repeat(64);

testSteps(
  "a download is answered with the name it has, and whether its checksum was compared",
  "proxmox_storage_content",
  [
    {
      call: {
        action: "download_url",
        node: "pve1",
        storage: "local",
        content: "iso",
        url: "https://example.com/alpine.iso",
        filename: "Alpine 3 (x86).iso",
      },
      data: { volid: "local:iso/Alpine_3__x86_.iso" },
      says: ["Its content was not verified: no checksum was given"],
    },
    {
      call: {
        action: "download_url",
        node: "pve1",
        storage: "local",
        content: "iso",
        url: "https://example.com/tiny.iso",
        checksum: SHA256,
      },
      data: { volid: "local:iso/tiny.iso" },
      says: ["Its sha256 checksum was verified"],
    },
  ],
);

testSteps(
  "a snapshot is answered with its time, and whether it holds the RAM",
  "proxmox_guest_snapshot",
  [
    {
      call: { action: "create", vmid: "db01", snapname: "now", vmstate: true },
      data: { name: "now", snaptime: /^2026-01-15T09:30/, vmstate: 1 },
    },
  ],
);

Deno.test("a look at what was made that fails takes nothing from the change", async () => {
  await using harness = await connect({
    transport: (simulator) =>
      hooked(simulator, {
        arrives: (line) => {
          if (line === "GET /access/roles") throw new Deno.errors.ConnectionReset("cut off");
        },
      }),
  });
  const answer = await harness.call("proxmox_role", {
    action: "create",
    roleid: "Ops",
    privs: "VM.Audit",
  });
  assertEquals(answer.isError, false, answer.text);
  assertMatch(answer.text, /Role "Ops" is created/);
  assertMatch(answer.text, /What came of it could not be read/);
});

Deno.test("a change costs one read more than before, and only where there is something to see", async () => {
  await using harness = await connect();
  const { requests } = harness.simulator;
  await harness.call("proxmox_user", { action: "update", userid: "bob@pve", comment: "On leave" });
  assertEquals(requests.slice(-2).map(({ method, path }) => `${method} ${path}`), [
    "PUT /api2/json/access/users/bob@pve",
    "GET /api2/json/access/users/bob@pve",
  ]);
  await harness.call("proxmox_cluster_firewall_alias", { action: "delete", name: "office" });
  assert(requests.at(-1)?.path.endsWith("/aliases/office"));
});
