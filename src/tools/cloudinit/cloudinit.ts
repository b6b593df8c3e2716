import { guestOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, type Outcome, read, write } from "../../tool/define.ts";
import { nameOf } from "../../pve/guests.ts";
import { configOf } from "../guest/_volumes.ts";

/** As PVE::QemuServer::Drive knows a drive with cloud-init's files, `local-lvm:vm-100-cloudinit`. */
const DRIVE = /^[^,]*[:/](?:vm-\d+-)?cloudinit(?:\.\w+)?(?:,|$)/;

/** Proxmox VE writes nothing, and says so to nobody, where there is no such drive. */
async function whetherWritten(context: ReadContext): Promise<Outcome> {
  const guest = guestOf(context);
  const values = Object.values(await configOf(context, guest));
  if (values.some((value) => DRIVE.test(String(value)))) return {};
  return {
    title: `Nothing was written: ${nameOf(guest)} has no cloud-init drive`,
    notes: ['proxmox_guest_config_update config={"ide2":"STORAGE:cloudinit"} adds one'],
  };
}

export default defineTool({
  name: "proxmox_cloudinit",
  title: "Cloud-init",
  description: "A VM's cloud-init settings and files.",
  actions: {
    get: read("GET /nodes/{node}/qemu/{vmid}/cloudinit", {
      columns: ["key", "value", "pending", "delete"],
    }),
    dump: read("GET /nodes/{node}/qemu/{vmid}/cloudinit/dump", {
      params: ["type"],
    }),
    regenerate: write("PUT /nodes/{node}/qemu/{vmid}/cloudinit", {
      outcome: whetherWritten,
      uses: ["GET /nodes/{node}/qemu/{vmid}/config"],
      successMessage:
        "Wrote the cloud-init drive of {guest} anew; the guest reads it at its next boot",
    }),
  },
});
