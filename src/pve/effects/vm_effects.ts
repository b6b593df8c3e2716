/**
 * What the operations take away that only VMs have, or that differ for them.
 *
 * @module
 */
import { always, type ChangeOperation, type Effect, type EffectTable, theGuest } from "./effect.ts";
import { configEffects, drivesEffect, takingEffect } from "./guest_config.ts";
import type { guestEffects } from "./guest_effects.ts";
import { moves, whileRunning } from "./guest_power.ts";
import { givesDisk, overwrites } from "./guest_volumes.ts";

/** Operations of VMs that stand in no other table. */
type VmOperation = Exclude<
  Extract<ChangeOperation, `${string} /nodes/{node}/qemu${string}`>,
  keyof typeof guestEffects | `${string}/firewall/${string}`
>;

const DRIVES = [
  ...["ide[n]", "sata[n]", "scsi[n]", "virtio[n]"] as const,
  ...["efidisk0", "tpmstate0", "unused[n]", "cdrom"] as const,
] as const;

const CONFIG = configEffects("qemu", {
  drives: DRIVES,
  devices: ["hostpci[n]", "usb[n]", "virtiofs[n]", "serial[n]", "parallel[n]"],
  name: "name",
  deletes: ["delete", "force"],
});

const FREEZE = "what runs in the VM: it stands still where it writes, until it is thawed";
const SHUTDOWN = "the running VM, until it is started";
const SUSPEND = "the running VM, until it wakes up";

/** What the agent's commands take, by name; the others only read, or free what is unused. */
const COMMANDS: Readonly<Record<string, string>> = {
  "fsfreeze-freeze": FREEZE,
  shutdown: SHUTDOWN,
  "suspend-disk": SUSPEND,
  "suspend-hybrid": SUSPEND,
  "suspend-ram": SUSPEND,
};

const agentCommand: Effect<"command"> = {
  takes: "the running VM, where the command freezes, suspends or shuts it down",
  by: ["command"],
  judge: async (args, state) => {
    const takes = COMMANDS[String(args.command)];
    return takes === undefined ? [] : await whileRunning("qemu", takes).judge(args, state);
  },
};

/** Effects of operations of VMs. */
export const vmEffects = {
  "POST /nodes/{node}/qemu": [overwrites, takingEffect("qemu", DRIVES)],
  "POST /nodes/{node}/qemu/{vmid}/config": CONFIG,
  "PUT /nodes/{node}/qemu/{vmid}/config": CONFIG,
  "PUT /nodes/{node}/qemu/{vmid}/unlink": [drivesEffect("qemu", ["idlist", "force"])],
  "POST /nodes/{node}/qemu/{vmid}/move_disk": [givesDisk("qemu", "disk")],
  "POST /nodes/{node}/qemu/{vmid}/migrate": [moves],
  "POST /nodes/{node}/qemu/{vmid}/status/reset": [
    whileRunning("qemu", "what the running VM has not written to disk"),
  ],
  "POST /nodes/{node}/qemu/{vmid}/monitor": [
    always("whatever the command of the monitor takes", theGuest),
  ],
  "POST /nodes/{node}/qemu/{vmid}/agent": [agentCommand],
  "POST /nodes/{node}/qemu/{vmid}/agent/shutdown": [whileRunning("qemu", SHUTDOWN)],
  "POST /nodes/{node}/qemu/{vmid}/agent/suspend-disk": [whileRunning("qemu", SUSPEND)],
  "POST /nodes/{node}/qemu/{vmid}/agent/suspend-hybrid": [whileRunning("qemu", SUSPEND)],
  "POST /nodes/{node}/qemu/{vmid}/agent/suspend-ram": [whileRunning("qemu", SUSPEND)],
  "POST /nodes/{node}/qemu/{vmid}/agent/fsfreeze-freeze": [whileRunning("qemu", FREEZE)],
  "POST /nodes/{node}/qemu/{vmid}/agent/fsfreeze-status": { nothing: "only reads" },
  "POST /nodes/{node}/qemu/{vmid}/agent/fsfreeze-thaw": { nothing: "what was frozen goes on" },
  "POST /nodes/{node}/qemu/{vmid}/agent/fstrim": { nothing: "frees blocks that hold no file" },
  "POST /nodes/{node}/qemu/{vmid}/agent/ping": { nothing: "only asks whether the agent answers" },
  "POST /nodes/{node}/qemu/{vmid}/agent/set-user-password": [
    {
      takes: "the present password of the user in the VM",
      by: ["username"],
      judge: ({ vmid, username }) => [
        { what: `the present password of ${username} in the VM`, guests: [Number(vmid)] },
      ],
    },
  ],
  "POST /nodes/{node}/qemu/{vmid}/agent/exec": { mayTake: "whatever the command takes in the VM" },
  "POST /nodes/{node}/qemu/{vmid}/agent/file-write": {
    mayTake: "what a file of that name holds in the VM",
  },
  "PUT /nodes/{node}/qemu/{vmid}/sendkey": {
    mayTake: "what the keys do in the VM: ctrl-alt-delete starts it anew",
  },
  "PUT /nodes/{node}/qemu/{vmid}/cloudinit": {
    nothing: "writes the cloud-init drive anew from the settings that there are",
  },
  "POST /nodes/{node}/qemu/{vmid}/dbus-vmstate": { nothing: "what a migration speaks through" },
} as const satisfies EffectTable<VmOperation>;
