/**
 * The order in which a VM tries its devices: made up for a new VM, and kept in step with its
 * drives. Sources: get_default_bootdevices of PVE::QemuServer, PVE::API2::Qemu.
 *
 * @module
 */
import type { Guest, GuestConfig } from "../core/model.ts";
import { failed } from "../core/refusal.ts";
import { isNetKey } from "./config.ts";

const DRIVE = /^(?:ide|scsi|virtio|sata)\d+$/;

/** The boot order of a new VM: its first disk, its first CD drive, its first network card. */
export function defaultBoot(config: GuestConfig): string {
  const keys = Object.keys(config);
  const drives = keys.filter((key) => DRIVE.test(key)).sort();
  const isCdrom = (key: string): boolean => String(config[key]).includes("media=cdrom");
  const order = [
    drives.find((key) => !isCdrom(key)),
    drives.find(isCdrom),
    keys.filter(isNetKey).sort()[0],
  ];
  return print(order.filter((key) => key !== undefined));
}

/** What PVE writes for a VM without any device to boot from. */
const NO_DEVICES = " ";

function print(order: readonly string[]): string {
  return order.length === 0 ? NO_DEVICES : `order=${order.join(";")}`;
}

/** Devices of a boot order; undefined where the VM has none of this form. */
function parse(boot: unknown): string[] | undefined {
  return /(?:^|,)order=([^,]*)/.exec(String(boot ?? ""))?.[1]?.split(/[; ]+/)
    .filter((key) => key !== "");
}

/** Refuses a boot order with a device that is not there after the change. */
export function assertBootable(
  boot: unknown,
  guest: Guest,
  settings: GuestConfig,
  deleted: readonly string[],
): void {
  for (const device of parse(boot) ?? []) {
    const isThere = [guest.config, guest.pending, settings].some((each) =>
      each[device] !== undefined
    );
    if (!isThere || deleted.includes(device)) {
      throw failed(`invalid bootorder: device '${device}' does not exist'`);
    }
  }
}

/**
 * The boot order after a change of drives: without those that go, with the CD drives that come.
 *
 * @returns Undefined when it stays as it is.
 */
export function changedBoot(
  guest: Guest,
  settings: GuestConfig,
  deleted: readonly string[],
): string | undefined {
  const before = parse(guest.config.boot);
  if (!before || before.length === 0 || settings.boot !== undefined) return undefined;
  const order = before.filter((key) => !deleted.includes(key));
  for (const [key, value] of Object.entries(settings)) {
    const isCdrom = DRIVE.test(key) && /media=cdrom/.test(String(value));
    if (isCdrom && !/cloudinit/.test(String(value)) && !order.includes(key)) order.push(key);
  }
  return order.join() === before.join() ? undefined : print(order);
}
