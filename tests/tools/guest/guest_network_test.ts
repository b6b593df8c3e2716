import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

const TOOL = "proxmox_guest_network";

testSteps("proxmox_guest_network writes a VM's cards and keeps what it does not name", TOOL, [
  {
    call: {
      action: "add",
      vmid: "win11-test",
      net: "net1",
      bridge: "vnet1",
      vlan: 5,
      firewall: true,
    },
    says: ["Added net1 to win11-test (107)"],
  },
  { call: { action: "update", vmid: "win11-test", net: "net1", vlan: "" }, says: ["Changed net1"] },
  {
    call: {
      action: "update",
      vmid: "win11-test",
      net: "net1",
      model: "e1000",
      macaddr: "BC:24:11:00:00:01",
    },
    says: ["Changed net1"],
  },
  {
    call: { action: "add", vmid: "win11-test", net: "net1", bridge: "vmbr0" },
    fails: true,
    says: ["holds e1000=BC:24:11:00:00:01,bridge=vnet1,firewall=1; net2 is free"],
    sends: "",
  },
  {
    call: { action: "update", vmid: "win11-test", net: "net1", bridge: "x,firewall=0" },
    fails: true,
    says: ["bridge: holds a comma"],
    sends: "",
  },
  {
    call: { action: "update", vmid: "win11-test", net: "net1", ip: "dhcp" },
    fails: true,
    says: ["ip: not for VMs", "ipconfig0"],
    sends: "",
  },
  {
    call: { action: "update", vmid: "win11-test", net: "net1" },
    fails: true,
    says: ["Nothing to change"],
  },
  {
    call: { action: "remove", vmid: "win11-test", net: "net1" },
    says: ["Removed net1 from win11-test (107)"],
  },
  {
    call: { action: "remove", vmid: "win11-test", net: "net7" },
    fails: true,
    says: ["There is no net7", "the config has net0"],
    sends: "",
  },
]);

testSteps("proxmox_guest_network writes a container's cards", TOOL, [
  {
    call: {
      action: "add",
      vmid: "proxy01",
      net: "net1",
      bridge: "vmbr0",
      ip: "10.0.0.5/24",
      vlan: 7,
    },
    says: ["Added net1 to proxy01 (204)"],
  },
  {
    call: {
      action: "update",
      vmid: "proxy01",
      net: "net1",
      gw: "10.0.0.1",
      macaddr: "BC:24:11:00:00:02",
    },
    says: ["Changed net1"],
  },
  {
    call: { action: "add", vmid: "proxy01", net: "net1", bridge: "vmbr0" },
    fails: true,
    says: [
      "name=eth1,bridge=vmbr0,gw=10.0.0.1,hwaddr=BC:24:11:00:00:02,ip=10.0.0.5/24,tag=7,type=veth",
    ],
  },
  {
    call: { action: "update", vmid: "proxy01", net: "net1", ip: "nonsense" },
    fails: true,
    says: ["net1.ip"],
    sends: "",
  },
  {
    call: { action: "update", vmid: "proxy01", net: "net1", model: "virtio" },
    fails: true,
    says: ["model: not for containers"],
  },
  {
    call: { action: "remove", vmid: "proxy01", net: "net1" },
    says: ["Removed net1 from proxy01 (204)"],
  },
]);

Deno.test("proxmox_guest_network sends the digest of what it read, or the caller's", async () => {
  await using harness = await connect();
  const { data } = await harness.services.pve.request("GET /nodes/{node}/qemu/{vmid}/config", {
    node: "pve3",
    vmid: 107,
  });
  const { digest } = data as { readonly digest: string };
  const call = { action: "add", vmid: "win11-test", net: "net1", bridge: "vmbr0" };
  await walk(harness, TOOL, [
    { call: { ...call, digest: "0".repeat(40) }, fails: true, says: ["read it again"] },
    { call, sends: `PUT /nodes/pve3/qemu/107/config net1=virtio,bridge=vmbr0&digest=${digest}` },
  ]);
});
