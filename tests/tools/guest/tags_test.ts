import { testSteps } from "../steps.ts";

testSteps("single tags are added and taken away, the others stay", "proxmox_guest_config_update", [
  {
    call: { vmid: "win11-test", tags: "blue;green" },
    sends: "POST /nodes/pve3/qemu/107/config tags=blue;green",
  },
  {
    call: { vmid: "win11-test", add_tags: "red" },
    says: ["Changed the configuration of win11-test (107)"],
    sends: "POST /nodes/pve3/qemu/107/config tags=blue;green;red&digest=…",
  },
  {
    call: { vmid: "win11-test", remove_tags: ["Green", "pink"], add_tags: ["blue", "gold"] },
    says: ["win11-test (107) has no tag pink"],
    sends: "POST /nodes/pve3/qemu/107/config tags=blue;red;gold&digest=…",
  },
  {
    call: { vmid: "win11-test", add_tags: "gold" },
    fails: true,
    says: ["Nothing to change", "The tags of win11-test (107) are as asked for"],
    sends: "",
  },
  {
    call: { vmid: "win11-test", remove_tags: "blue,red,gold" },
    sends: "POST /nodes/pve3/qemu/107/config delete=tags&digest=…",
  },
  {
    call: { vmid: "dns01", config: { onboot: true }, add_tags: "lan" },
    says: ["Changed the configuration of dns01 (200)"],
  },
  { call: { vmid: "dns01", add_tags: "no tag!" }, fails: true, says: ["add_tags: "], sends: "" },
]);
