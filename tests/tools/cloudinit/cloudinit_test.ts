import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

testSteps(
  "proxmox_cloudinit shows settings, files, and writes the drive anew",
  "proxmox_cloudinit",
  [
    {
      call: { action: "get", vmid: 900 },
      says: ["Cloud-init of debian13-template (900): 1"],
      rows: [{ key: "ciuser", value: "admin" }],
    },
    {
      call: { action: "dump", vmid: 900, dump_type: "user" },
      says: ["#cloud-config", "hostname: debian13-template"],
    },
    { call: { action: "dump", vmid: 900, dump_type: "network" }, says: ["version: "] },
    { call: { action: "dump", vmid: 900 }, fails: true, says: ["dump_type: is missing"] },
    {
      call: { action: "dump", vmid: 900, dump_type: "all" },
      fails: true,
      says: ["user, network, meta"],
    },
    {
      call: { action: "regenerate", vmid: 900 },
      says: [
        "Nothing was written: debian13-template (900) has no cloud-init drive",
        "STORAGE:cloudinit",
      ],
      sends: "PUT /nodes/pve1/qemu/900/cloudinit",
    },
    { call: { action: "get", vmid: "dns01" }, fails: true, says: ["It works on VMs only"] },
    { call: { action: "regenerate", vmid: 999 }, fails: true, says: ['There is no guest "999"'] },
  ],
);

Deno.test("proxmox_cloudinit regenerate writes the drive that there is", async () => {
  await using harness = await connect();
  await walk(harness, "proxmox_guest_config_update", [
    { call: { vmid: 107, config: { ide2: "local-lvm:cloudinit" } } },
  ]);
  await walk(harness, "proxmox_cloudinit", [
    {
      call: { action: "regenerate", vmid: 107 },
      says: ["Wrote the cloud-init drive of win11-test"],
    },
  ]);
});
