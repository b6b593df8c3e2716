import type { Args, ArgValue } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, write } from "../../tool/define.ts";
import { gibibytes } from "../../pve/size.ts";
import { CLOUD_INIT_KEYS, isCloudInit } from "../guest/_new_guest.ts";
import { SSH_KEYS, withEncodedKeys } from "../guest/_ssh_keys.ts";
import { freeSlot } from "../guest/_volumes.ts";
import {
  CONFIG,
  createdOutcome,
  CREATION_READS,
  DISK,
  ownDisks,
  refuseRestore,
  vmidOf,
} from "./_created.ts";
import { checkGrowth, growImported, importedDisk, VOLUME } from "./_imported.ts";
import { checkVolume, defaultStorage } from "./_storage.ts";

/** The first slot of an IDE drive that nothing uses: CDs are there by custom, from ide2 on. */
function freeIde(args: Args): string {
  const slot = ["ide2", "ide3", "ide0", "ide1"].find((key) => args[key] === undefined);
  return slot ?? freeSlot(args, "sata");
}

/** The keys of a VM out of the tool's own parameters. */
async function prepare(input: Args, context: ReadContext): Promise<Args> {
  refuseRestore(input, "archive");
  const { iso, disk_size: size, storage, ...rest } = withEncodedKeys(input);
  const args: Record<string, ArgValue | undefined> = { ...rest };
  const imported = importedDisk(args);
  const needsDisk = ownDisks(args).length === 0 || (size !== undefined && imported === undefined);
  if (size !== undefined && imported !== undefined) {
    await checkGrowth(context, imported, input);
    delete args.start;
  }
  const needsCloudInit = Object.keys(args).some((key) => CLOUD_INIT_KEYS.test(key)) &&
    !Object.values(args).some(isCloudInit);
  const place = needsDisk || needsCloudInit
    ? String(storage ?? await defaultStorage(context, "images"))
    : "";
  if (needsDisk) {
    args[freeSlot(args, "scsi")] = `${place}:${gibibytes(String(size ?? "8G"))}`;
    args.scsihw ??= "virtio-scsi-single";
  }
  if (iso !== undefined) {
    checkVolume("iso", iso, "iso");
    args[freeIde(args)] = `${iso},media=cdrom`;
  }
  if (needsCloudInit) args[freeIde(args)] = `${place}:cloudinit`;
  return { ...args, vmid: await vmidOf(args, context) };
}

async function outcome(context: ReadContext, args: Args, end: CallResult): Promise<Outcome> {
  const created = await createdOutcome("qemu")(context, args, end);
  const values = Object.entries(args).filter(([key]) => DISK.test(key)).map(([, value]) => value);
  const bootable = values.some((value) => /media=cdrom|import-from/.test(String(value))) ||
    args.cdrom !== undefined;
  if (end.state !== "done" || bootable) return created;
  const note = "Its disk is empty and no ISO is in it: iso=STORAGE:iso/FILE installs a system";
  return { ...created, notes: [note, ...(created.notes ?? [])] };
}

export default defineTool({
  name: "proxmox_create_vm",
  title: "Create a VM",
  description:
    "Create a VM. Cloud image: scsi0=STORAGE:0,import-from=VOLUME with ciuser, sshkeys, ipconfig0.",
  parameterDescriptions: {
    iso: "volume, local:iso/…",
    net0: "default virtio,bridge=vmbr0",
  },
  actions: {
    default: write("POST /nodes/{node}/qemu", {
      extraParams: {
        memory: { type: "memory" },
        disk_size: { type: "size", description: "default 8G" },
        iso: { type: "string" },
        storage: { type: "string", description: "default local-lvm" },
        config: CONFIG,
        sshkeys: SSH_KEYS,
      },
      params: ["vmid", "name", "cores", "net0", "bios", "efidisk0", "agent", "onboot", "start"],
      suppliedByPrepare: ["vmid"],
      defaults: { memory: "512", ostype: "l26", net0: "virtio,bridge=vmbr0" },
      successMessage: "Created VM {vmid} on {node}",
      prepare,
      after: growImported,
      outcome,
      uses: [
        ...CREATION_READS,
        "PUT /nodes/{node}/qemu/{vmid}/resize",
        "POST /nodes/{node}/qemu/{vmid}/status/start",
      ],
      alsoReads: [VOLUME],
    }),
  },
});
