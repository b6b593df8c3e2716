/**
 * Options of a guest's configuration: who may set them, and which of them take effect while the guest
 * runs. Sources: PVE::QemuServer, PVE::LXC.
 *
 * @module
 */
import { areaOf, optionKind } from "../../pve/option_areas.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest } from "../core/model.ts";
import { assertPrivilege } from "./find.ts";
import { assertNotRootsAlone } from "./root_options.ts";

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

/** Refuses options that the caller may not set or delete. */
export function assertOptionsPermitted(
  cluster: Cluster,
  guest: Pick<Guest, "vmid" | "type" | "config">,
  call: Call,
  options: readonly string[],
): void {
  if (call.user !== "root@pam") assertNotRootsAlone(guest, call, options);
  for (const option of options) {
    const value = String(call.params[option] ?? guest.config[option] ?? "");
    const area = areaOf(guest.type, option, value);
    assertPrivilege(cluster, call, `/vms/${guest.vmid}`, `VM.Config.${area}`);
  }
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
