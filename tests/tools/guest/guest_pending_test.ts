import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

testSteps("proxmox_guest_pending shows only what differs", "proxmox_guest_pending", [
  {
    call: { vmid: "gitlab" },
    says: ["Pending changes of gitlab (104): 1"],
    rows: [{ key: "memory", value: "16384", pending: "24576" }],
    hides: ["scsi0"],
  },
  { call: { vmid: "dns01", type: "lxc" }, says: ["Pending changes of dns01 (200): 0"] },
  { call: { vmid: 999 }, fails: true, says: ['There is no guest "999"'] },
]);

Deno.test("proxmox_guest_pending says of a key that it goes away", async () => {
  await using harness = await connect();
  await walk(harness, "proxmox_guest_config_update", [{ call: { vmid: "gitlab", delete: "cpu" } }]);
  await walk(harness, "proxmox_guest_pending", [{
    call: { vmid: "gitlab" },
    rows: [{ key: "cpu", value: "x86-64-v2-AES", pending: null, delete: true }],
  }]);
});
