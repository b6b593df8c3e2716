import { testSteps } from "../steps.ts";

const NO_AGENT = { vmid: "gitlab" };

testSteps("proxmox_agent_power waits for what it asked the agent for", "proxmox_agent_power", [
  { call: { operation: "shutdown", vmid: "web02" }, says: ["web02 (101) is stopped"] },
  { call: { operation: "suspend_disk", vmid: "db01" }, says: ["db01 (102) is stopped"] },
  { call: { operation: "suspend_ram", vmid: "web01" }, says: ["web01 (100) is suspended"] },
  { call: { operation: "suspend_hybrid", vmid: "db02" }, says: ["db02 (103) is suspended"] },
  ...["shutdown", "suspend_disk", "suspend_ram", "suspend_hybrid"].map((operation) => ({
    call: { operation, ...NO_AGENT },
    fails: true as const,
    says: ["QEMU guest agent is not running"],
  })),
]);

testSteps("proxmox_agent_user sets a password and does not repeat it", "proxmox_agent_user", [
  {
    call: { operation: "set_password", vmid: "db02", username: "joe", password: "geheim123" },
    says: ["Set the password of joe in db02 (103)"],
    hides: ["geheim123"],
  },
  {
    call: { operation: "set_password", vmid: "db02", username: "joe", password: "x" },
    fails: true,
    says: ["password: "],
    sends: "",
  },
  {
    call: { operation: "set_password", ...NO_AGENT, username: "joe", password: "geheim123" },
    fails: true,
    says: ["QEMU guest agent is not running"],
    hides: ["geheim123"],
  },
]);
