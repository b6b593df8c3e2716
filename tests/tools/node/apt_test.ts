import { testSteps } from "../steps.ts";

testSteps("proxmox_apt refreshes, lists versions, and says what cannot be done", "proxmox_apt", [
  {
    call: { action: "update", node: "pve1" },
    says: ["The package index of pve1 is up to date"],
    content: { task: { type: "aptupdate" } },
    sends: "POST /nodes/pve1/apt/update",
  },
  {
    call: { action: "list", node: "pve1" },
    says: ["Packages that can be upgraded on pve1: 3"],
    rows: [{ Package: "pve-manager", OldVersion: "9.2.11", Version: "9.2.12" }],
  },
  {
    call: { action: "upgrade", node: "pve1" },
    fails: true,
    says: ["Nothing was upgraded on pve1", "3 packages can be upgraded", "apt full-upgrade"],
    rows: [{ Package: "pve-manager", OldVersion: "9.2.11", Version: "9.2.12" }],
    sends: "",
  },
  {
    call: { action: "versions", node: "pve1", package: "qemu-server" },
    says: ["Node packages of pve1: 1"],
    rows: [{ Package: "qemu-server", CurrentState: "Installed", OldVersion: "9.2.6" }],
  },
  { call: { action: "versions", node: "pve1", package: "corosy" }, says: ["corosync"] },
  {
    call: { action: "versions", node: "pve1", package: "emacs" },
    says: ["Node packages of pve1: 0"],
  },
  {
    call: { action: "update", node: "pve9" },
    fails: true,
    says: ["hostname lookup 'pve9' failed"],
  },
]);

testSteps("proxmox_apt tells which privilege it takes", "proxmox_apt", [
  { call: { action: "upgrade", node: "pve1" }, fails: true, says: ["Sys.Modify on /nodes/pve1"] },
], { token: "limited" });
