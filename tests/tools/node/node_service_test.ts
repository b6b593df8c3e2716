import { testSteps } from "../steps.ts";

testSteps("proxmox_node_service lists services and controls one", "proxmox_node_service", [
  {
    call: { action: "list", node: "pve1", filter: "service=pveproxy" },
    says: ["Node services of pve1: 1"],
    rows: [{ service: "pveproxy", state: "running" }],
  },
  {
    call: { action: "control", node: "pve1", service: "cron", command: "restart" },
    says: ["cron on pve1: restart done"],
    content: { task: { type: "srvrestart", node: "pve1", exitstatus: "OK" } },
    sends: "POST /nodes/pve1/services/cron/restart",
  },
  {
    call: { action: "control", node: "pve1", service: "cron", command: "stop" },
    sends: "POST /nodes/pve1/services/cron/stop",
  },
  {
    call: { action: "list", node: "pve1", filter: "service=cron" },
    rows: [{ service: "cron", state: "dead" }],
  },
  {
    call: { action: "control", node: "pve1", service: "cron", command: "kill" },
    fails: true,
    says: ["command: ", "start, stop, restart, reload"],
    sends: "",
  },
  {
    call: { action: "control", node: "pve1", service: "cron" },
    fails: true,
    says: ["command: is missing"],
    sends: "",
  },
  {
    call: { action: "control", node: "pve1", service: "apache2", command: "start" },
    fails: true,
    says: ["service: "],
    sends: "",
  },
]);

testSteps("proxmox_node_service needs the elevated tier to control", "proxmox_node_service", [
  {
    call: { action: "control", node: "pve1", service: "cron", command: "stop" },
    fails: true,
    says: ["PROXMOX_ALLOW_ELEVATED=true"],
    sends: "",
  },
], { elevated: false });
