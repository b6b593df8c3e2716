import { testSteps } from "../steps.ts";

testSteps(
  "proxmox_guest_template follows the task, a container's hidden one too",
  "proxmox_guest_template",
  [
    {
      call: { vmid: "proxy01" },
      says: ["proxy01 (204) is a template", "task vztemplate on pve2: OK"],
    },
    {
      call: { vmid: "win11-test" },
      fails: true,
      says: ["unable to create template, because VM contains snapshots"],
    },
    {
      call: { vmid: "dns01" },
      fails: true,
      says: ["you can't convert a CT to template if the CT is running"],
    },
  ],
);

testSteps("proxmox_guest_template makes a VM a template", "proxmox_guest_template", [
  { call: { vmid: "legacy-erp" }, says: ["legacy-erp (106) is a template", "task qmtemplate"] },
  { call: { vmid: "legacy-erp" }, fails: true, says: ["template"] },
]);
