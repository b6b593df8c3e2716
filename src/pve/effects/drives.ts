/**
 * Disks, mount points and CD drives of a guest's configuration.
 *
 * @module
 */
import type { GuestType } from "./guest_operations.ts";
import { type Properties, propertiesOf } from "./properties.ts";
import { valueText } from "./words.ts";

const DRIVE = /^(?:(?:ide|sata|scsi|virtio|mp|unused)\d+|efidisk0|tpmstate0|rootfs)$/;

/** A key that can hold a volume, with what it holds. */
export interface Drive {
  readonly key: string;
  /** A volume id or a path; undefined when the drive is empty. */
  readonly volume: string | undefined;
  readonly properties: Properties;
}

/** True for the keys of drives: `scsi1`, `rootfs`, `mp0`, `unused3`. */
export function isDriveKey(key: string): boolean {
  return DRIVE.test(key);
}

/** The drive of a key and its value. */
export function driveOf(type: GuestType, key: string, text: string): Drive {
  const properties = propertiesOf(type, key, text);
  const source = properties.file ?? properties.volume;
  const volume = source === "none" || source === "cdrom" || source === "" ? undefined : source;
  return { key, volume, properties };
}

/** The drives of a configuration that hold something. */
export function drivesOf(type: GuestType, config: Readonly<Record<string, unknown>>): Drive[] {
  return Object.entries(config)
    .filter(([key]) => isDriveKey(key))
    .map(([key, value]) => driveOf(type, key, valueText(value) ?? ""))
    .filter(({ volume }) => volume !== undefined);
}

/** True for the volume of a cloud-init drive, which PVE deletes and makes as it likes. */
export function isCloudInit(volume: string): boolean {
  return /\bvm-\d+-cloudinit\b/.test(volume);
}

/** `scsi1 (local-lvm:vm-100-disk-1, 32G)` */
export function driveText({ key, volume, properties }: Drive): string {
  const parts = [volume ?? "empty", properties.size].filter((part) => part !== undefined);
  return `${key} (${parts.join(", ")})`;
}
