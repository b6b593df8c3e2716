/**
 * Options of a guest's configuration: the privilege that each needs, and which of them take effect
 * while the guest runs. Sources: PVE::API2::Qemu, PVE::QemuServer, PVE::LXC.
 *
 * @module
 */
import { ROOT_ONLY_CONFIG } from "../../pve/root_only.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestType } from "../core/model.ts";
import { failed, forbidden } from "../core/refusal.ts";
import { isDiskKey } from "./config.ts";
import { assertPrivilege } from "./find.ts";

/** Options by area, by which `VM.Config.AREA` lets set them; all of `net0`, `net1`… are `net[n]`. */
const AREAS: Readonly<Record<GuestType, ReadonlyMap<string, string>>> = {
  qemu: byOption({
    CPU: "cores cpu cpulimit cpuunits numa numa[n] smp sockets vcpus",
    Memory: "memory balloon shares hugepages allow-ksm",
    Disk: "boot bootdisk vmstatestorage unused[n]",
    Network: "net[n]",
    Cloudinit: "cicustom cipassword citype ciupgrade ciuser nameserver searchdomain sshkeys " +
      "ipconfig[n]",
    HWType:
      "acpi audio[n] hotplug kvm machine scsihw tablet vga watchdog rng[n] serial[n] usb[n] " +
      "hostpci[n] parallel[n] virtiofs[n] ivshmem arch smbios[n] vmgenid keyboard " +
      "spice_enhancements",
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
  const path = `/vms/${guest.vmid}`;
  for (const option of options) {
    if (ROOT_ONLY_CONFIG[guest.type].test(option) && call.user !== "root@pam") {
      throw failed(`only root can set '${option}' config`);
    }
    if (call.user !== "root@pam") {
      if (guest.type === "qemu") assertNoHostDevice(guest, call, option);
      else assertNoHostAccess(guest, call, option);
    }
    const area = AREAS[guest.type].get(optionKind(option)) ??
      (isDiskKey(guest.type, option) ? diskArea(guest, call, option) : "Options");
    assertPrivilege(cluster, call, path, `VM.Config.${area}`);
  }
}

/** Refuses devices of the host, which only root@pam hands through: set, replaced or taken away. */
function assertNoHostDevice(guest: Pick<Guest, "config">, call: Call, option: string): void {
  const value = String(call.params[option] ?? guest.config[option] ?? "");
  if (/^hostpci\d+$/.test(option) && !value.includes("mapping=")) {
    throw failed(`only root can set '${option}' config for non-mapped devices`);
  }
  if (/^usb\d+$/.test(option) && !/spice|mapping=/.test(value)) {
    throw failed(`only root can set '${option}' config for real devices`);
  }
  if (/^serial\d+$/.test(option) && value !== "socket") {
    throw failed(`only root can modify '${option}' config for real devices`);
  }
  if (/^parallel\d+$/.test(option)) throw failed(`only root can set '${option}' config`);
}

/** What of a container reaches out of it, which only root@pam sets. */
const HOST_ACCESS: readonly (readonly [option: RegExp, value: RegExp, what: string])[] = [
  [/^hookscript$/, /^/, "changing the hookscript"],
  [/^dev\d+$/, /^/, "configuring device passthrough"],
  [/^mp\d+$/, /^\/dev\//, "mount point type device"],
  [/^mp\d+$/, /^\//, "mount point type bind"],
  [
    /^features$/,
    /(?:^|,)(?:fuse|mount|mknod|keyctl|force_rw_sys)=(?!0)/,
    "changing feature flags (except nesting)",
  ],
];

/** Refuses what of a container reaches out of it; a privileged one's features altogether. */
function assertNoHostAccess(
  guest: Pick<Guest, "config">,
  call: Call,
  option: string,
): void {
  const value = call.params[option];
  if (value === undefined) return;
  const unprivileged = call.params.unprivileged ?? guest.config.unprivileged ?? 1;
  if (option === "features" && !Number(unprivileged)) {
    throw forbidden(
      "changing feature flags for privileged container is only allowed for root@pam",
    );
  }
  const [, , what] =
    HOST_ACCESS.find(([name, text]) =>
      name.test(option) && text.test(String(value).replace(/^volume=/, ""))
    ) ?? [];
  if (what !== undefined) throw forbidden(`${what} is only allowed for root@pam`);
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
