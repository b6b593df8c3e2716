import { testSteps } from "../steps.ts";

testSteps("proxmox_node_power shuts down, reboots and wakes", "proxmox_node_power", [
  {
    call: { action: "wakeonlan", node: "pve3" },
    fails: true,
    says: ["No wake on LAN MAC address defined for 'pve3'", "somebody has to switch it on"],
  },
  {
    call: { action: "reboot", node: "pve3" },
    says: ["pve3 is rebooting"],
    sends: "POST /nodes/pve3/status command=reboot",
  },
  {
    call: { action: "shutdown", node: "pve2" },
    says: ["pve2 is shutting down"],
    sends: "POST /nodes/pve2/status command=shutdown",
  },
  { call: { action: "shutdown", node: "pve2", command: "reboot" }, fails: true, says: ["command"] },
  {
    call: { action: "shutdown", node: "pve2" },
    fails: true,
    says: ["106 (106, VM on pve2, unknown) is protected"], // It may run, as far as anybody knows.
    sends: "",
  },
  {
    call: { action: "shutdown", node: "pve3" },
    fails: true,
    says: ["pve3 is offline or cut off"],
  },
]);

testSteps("proxmox_node_power needs the elevated tier", "proxmox_node_power", [
  { call: { action: "reboot", node: "pve3" }, fails: "denied", sends: "" },
], { elevated: false });
