/**
 * The area that an option of a guest's configuration belongs to, by which `VM.Config.AREA` lets set
 * it. Sources: PVE::API2::Qemu, PVE::LXC.
 *
 * @module
 */
import { isDriveKey } from "./effects/drives.ts";
import type { GuestType } from "./effects/guest_operations.ts";

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

function byOption(areas: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const entries = Object.entries(areas);
  return new Map(entries.flatMap(([area, names]) => names.split(" ").map((name) => [name, area])));
}

/** `net[n]` for `net0`. */
export function optionKind(option: string): string {
  return option.replace(/(?<!\d)\d+$/, "[n]");
}

/**
 * The area of an option: `Network`, `Disk`, `Options`.
 *
 * @param value What it is set to, or what it is.
 */
export function areaOf(type: GuestType, option: string, value: string): string {
  const area = AREAS[type].get(optionKind(option));
  if (area !== undefined) return area;
  if (!isDriveKey(option)) return "Options";
  return value.includes("media=cdrom") && !value.includes("cloudinit") ? "CDROM" : "Disk";
}
