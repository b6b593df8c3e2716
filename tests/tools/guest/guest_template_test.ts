import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

testSteps(
  "proxmox_guest_template follows the task, a container's hidden one too",
  "proxmox_guest_template",
  [
    {
      call: { vmid: "proxy01" },
      says: ["proxy01 (204) is a template"],
      content: { task: { type: "vztemplate", node: "pve2", exitstatus: "OK" } },
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
    {
      call: { vmid: "dns02", disk: "scsi0" },
      fails: true,
      says: ["disk: not for containers"],
      sends: "",
    },
  ],
);

Deno.test("proxmox_guest_template makes a VM a template, though no protected one", async () => {
  await using harness = await connect();
  await harness.call("proxmox_guest_stop", { vmid: "web02" });
  await walk(harness, "proxmox_guest_template", [
    {
      call: { vmid: "web02" },
      says: ["web02 (101) is a template"],
      content: { task: { type: "qmtemplate" } },
    },
    { call: { vmid: "web02" }, fails: true, says: ["template"] },
    { call: { vmid: "legacy-erp" }, fails: true, says: ["is protected"], sends: "" },
  ]);
});
