/**
 * Options of a guest's configuration: the privilege that each needs, and which of them take effect
 * while the guest runs. Sources: PVE::API2::Qemu, PVE::QemuServer, PVE::LXC.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestType } from "../core/model.ts";
import { isDiskKey } from "./config.ts";
import { assertPrivilege } from "./find.ts";
import { assertNotRootsAlone } from "./root_options.ts";

/** Options by area, by which `VM.Config.AREA` lets set them; all of `net0`, `net1`… are `net[n]`. */
const AREAS: Readonly<Record<GuestType, ReadonlyMap<string, string>>> = {
  qemu: byOption({
    CPU: "cores cpu cpulimit cpuunits numa numa[n] smp sockets vcpus",
    Memory: "memory balloon shares allow-ksm",
    Disk: "boot bootdisk vmstatestorage unused[n]",
    Network: "net[n]",
    Cloudinit: "cicustom cipassword citype ciupgrade ciuser nameserver searchdomain sshkeys " +
      "ipconfig[n]",
    HWType:
      "acpi audio[n] hotplug kvm machine scsihw tablet vga watchdog rng[n] serial[n] usb[n] " +
      "hostpci[n] virtiofs[n] smbios[n] keyboard",
  }),
  lxc: byOption({
    CPU: "cores cpulimit cpuunits",
    Memory: "memory swap",
    Disk: "rootfs mp[n] unused[n]",
    Network: "net[n] nameserver searchdomain hostname",
  }),
};

/** VM options that take effect at once whatever is plugged where. */
const QEMU_FAST = new Set(
  ("lock name onboot shares startup description protection vmstatestorage hookscript tags " +
    "unused[n]").split(" "),
);
/** VM options that the default of `hotplug` covers: network, disk, usb. */
const QEMU_HOTPLUG = /^(?:net|scsi|virtio|usb|ide|sata)\d+$/;
/** Container options that wait for the next start. */
const LXC_COLD = new Set(
  ("features unprivileged arch ostype timezone console cmode tty hookscript rootfs dev[n] debug " +
    "entrypoint env").split(" "),
);

function byOption(areas: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const entries = Object.entries(areas);
  return new Map(entries.flatMap(([area, names]) => names.split(" ").map((name) => [name, area])));
}

/** `net[n]` for `net0`. */
function optionKind(option: string): string {
  return option.replace(/\d+$/, "[n]");
}

/** Refuses options that the caller may not set or delete. */
export function assertOptionsPermitted(
  cluster: Cluster,
  guest: Pick<Guest, "vmid" | "type" | "config">,
  call: Call,
  options: readonly string[],
): void {
  if (call.user !== "root@pam") assertNotRootsAlone(guest, call, options);
  for (const option of options) {
    const area = AREAS[guest.type].get(optionKind(option)) ??
      (isDiskKey(guest.type, option) ? diskArea(guest, call, option) : "Options");
    assertPrivilege(cluster, call, `/vms/${guest.vmid}`, `VM.Config.${area}`);
  }
}

function diskArea(guest: Pick<Guest, "config">, call: Call, option: string): string {
  const value = String(call.params[option] ?? guest.config[option] ?? "");
  return value.includes("media=cdrom") && !value.includes("cloudinit") ? "CDROM" : "Disk";
}

/** True when a change of the option has to wait until the guest is down. */
export function isCold(guest: Guest, option: string): boolean {
  if (guest.status !== "running") return false;
  if (guest.type === "lxc") {
    return LXC_COLD.has(optionKind(option)) ||
      (/^mp\d+$/.test(option) && guest.config[option] !== undefined);
  }
  if (QEMU_FAST.has(optionKind(option))) return false;
  const hotplug = String(guest.config.hotplug ?? "network,disk,usb");
  if (hotplug === "0" || !QEMU_HOTPLUG.test(option)) return true;
  if (option.startsWith("net")) return !hotplug.includes("network");
  if (option.startsWith("usb")) return !hotplug.includes("usb");
  if (/^(?:ide|sata)/.test(option)) {
    return !String(guest.config[option] ?? "").includes("media=cdrom");
  }
  return !hotplug.includes("disk");
}
