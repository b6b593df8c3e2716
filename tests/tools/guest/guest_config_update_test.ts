import { assert, assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_config_update takes any key, as object, as JSON or by its name",
  "proxmox_guest_config_update",
  [
    {
      call: {
        vmid: "win11-test",
        config: { onboot: true, net1: { model: "virtio", bridge: "vmbr0" }, description: "" },
        tags: ["a", "b"],
      },
      says: ["Changed the configuration of win11-test (107)"],
      content: { task: { type: "qmconfig" } },
      sends:
        "POST /nodes/pve3/qemu/107/config onboot=1&net1=virtio,bridge=vmbr0&tags=a,b&delete=description",
    },
    {
      call: { vmid: "dns01", config: '{"memory":"1G","hostname":"ns1"}', delete: "description" },
      says: ["Changed the configuration of dns01 (200)"],
      sends: "PUT /nodes/pve1/lxc/200/config memory=1024&hostname=ns1&delete=description",
    },
    {
      call: { vmid: "win11-test", sshkeys: "ssh-ed25519 AAAA joe@home" },
      says: ["Changed the configuration"],
      sends: "POST /nodes/pve3/qemu/107/config sshkeys=ssh-ed25519%20AAAA%20joe%40home",
    },
    {
      call: { vmid: "web02", config: { memory: 2048 } },
      says: ["Written, in effect from the next start of web02 (101): memory", "memory 8192 → 2048"],
    },
    {
      call: { vmid: 200, config: { sshkeys: "ssh-ed25519 AAAA" } },
      fails: true,
      says: ["sshkeys: not for containers"],
      sends: "",
    },
    {
      call: { vmid: 200, config: { memry: 1 } },
      fails: true,
      says: ['Did you mean "memory"?'],
    },
    { call: { vmid: 200, config: "no" }, fails: true, says: ["config: "] },
    { call: { vmid: 200 }, fails: true, says: ["Nothing to change"], sends: "" },
    {
      call: { vmid: 200, delete: "mp7,net9" },
      fails: true,
      says: ["Nothing to change", "The config of ns1 (200) has no mp7, net9"],
      sends: "",
    },
    {
      call: { vmid: 200, delete: "mp7", cores: 2 },
      says: ["Changed the configuration", "The config of ns1 (200) has no mp7"],
    },
  ],
);

Deno.test("proxmox_guest_config_update reads back what a failed change has written", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({
    kind: "task-fails",
    message: "unable to generate cloud-init image",
    type: "qmconfig",
  });
  const call = { vmid: "win11-test", config: { cores: 3, cipassword: "geheim123" } };
  const { text, isError } = await harness.call("proxmox_guest_config_update", call);
  assertEquals(isError, true);
  assert(text.includes("After the failure, in the config of win11-test (107): cores is "), text);
  assert(!text.includes("geheim123"), text);
});

testSteps(
  "proxmox_guest_config_update deletes no data of a protected guest",
  "proxmox_guest_config_update",
  [
    {
      call: { vmid: "legacy-erp", delete: "scsi0" },
      fails: "denied",
      says: ["protected"],
      sends: "",
    },
    {
      call: { vmid: "legacy-erp", delete: "cores\tscsi0" },
      fails: "denied",
      says: ["protected"],
      sends: "",
    },
    { call: { vmid: "legacy-erp", config: { cores: 3 } }, says: ["Changed the configuration"] },
  ],
);

testSteps(
  "proxmox_guest_config_update reads a key as the guest's kind has it",
  "proxmox_guest_config_update",
  [
    {
      call: { vmid: "dns01", config: { net1: "name=eth1,bridge=vmbr0,ip=dhcp" } },
      says: ["Changed the configuration of dns01 (200)"],
      sends: "PUT /nodes/pve1/lxc/200/config net1=name=eth1,bridge=vmbr0,ip=dhcp",
    },
    {
      call: { vmid: "dns01", config: { net2: { name: "eth2", bridge: "vmbr0" } } },
      says: ["Changed the configuration of dns01 (200)"],
      sends: "PUT /nodes/pve1/lxc/200/config net2=name=eth2,bridge=vmbr0",
    },
    {
      call: { vmid: 105, config: { net1: { model: "virtio", brigde: "vmbr0" } } },
      fails: true,
      says: ['for VMs: there is no key "brigde". Did you mean "bridge"?; for containers: '],
      sends: "",
    },
    {
      call: { vmid: 105, config: { hostname: "ci" } },
      fails: true,
      says: ['hostname: not for VMs: there it is "name"'],
      sends: "",
    },
    {
      call: { vmid: "dns01", name: "ns1" },
      fails: true,
      says: ['name: not for containers: there it is "hostname"'],
      sends: "",
    },
  ],
);
