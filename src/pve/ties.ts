/**
 * What ties a guest to its node, by its configuration: volumes that only this node has, images in
 * CD drives, devices. Sources: PVE::QemuMigrate, PVE::LXC::Migrate.
 *
 * @module
 */
import { drivesOf, isCloudInit } from "./effects/drives.ts";
import type { GuestType } from "./effects/guest_operations.ts";

const DEVICE = /^(?:hostpci|usb|serial|parallel|dev)\d+$/;
/** Storages whose snapshots go along when a stopped guest's volume is copied. */
const CARRIES_SNAPSHOTS = /^(?:zfspool|btrfs)$/;

type Config = Readonly<Record<string, unknown>>;

/** What decides of a storage: whether all nodes see the same, and how it keeps snapshots. */
export interface StorageKind {
  readonly shared: boolean;
  readonly type: string;
}

/** A volume that only its node has. */
export interface LocalVolume {
  readonly key: string;
  readonly storage: string;
  /** As the configuration says it: `32G`. */
  readonly size: string | undefined;
}

/** What holds a guest where it is. */
export interface Ties {
  /** Volumes on storages that only this node has. */
  readonly volumes: readonly LocalVolume[];
  /** Images in CD drives on such storages, by volume. */
  readonly images: readonly string[];
  /** Devices of this node. */
  readonly devices: readonly string[];
  /** Devices by a mapping, which another node may have, too. */
  readonly mapped: readonly string[];
  /** Bind mounts and device mounts of a container, which PVE does not move. */
  readonly mounts: readonly string[];
  /** Whether it has snapshots of local volumes, which some storages carry along while it is stopped. */
  readonly snapshots: "none" | "carried" | "stuck";
  /** Storages that a node must have to take the guest as it is. */
  readonly storages: readonly string[];
  /** Storages of which nobody can see whether only this node has them. */
  readonly unseen: readonly string[];
}

function isMapped(value: unknown): boolean {
  return /(?:^|,)mapping=/.test(String(value));
}

/** Devices that are part of the node; a socket or a SPICE channel is none. */
function devicesOf(config: Config): [key: string, value: unknown][] {
  return Object.entries(config).filter(([key, value]) =>
    DEVICE.test(key) && value !== "socket" && !/^(?:host=)?spice\b/i.test(String(value))
  );
}

/** What ties a guest of this configuration. */
export function tiesOf(
  type: GuestType,
  config: Config,
  storages: ReadonlyMap<string, StorageKind>,
): Ties {
  const drives = drivesOf(type, config).filter(({ key }) => !key.startsWith("unused"));
  const held = drives.map(({ key, volume = "", properties }) => {
    const storage = volume.split(":")[0] ?? "";
    const kind = storages.get(storage);
    return {
      ...{ key, volume, storage, size: properties.size, kind },
      isVolume: !volume.startsWith("/"),
      isImage: properties.media === "cdrom" && !isCloudInit(volume),
      isShared: kind?.shared === true || properties.shared === "1",
      isUnseen: !volume.startsWith("/") && kind === undefined,
    };
  });
  const local = held.filter(({ isVolume, isShared, isUnseen }) =>
    isVolume && !isShared && !isUnseen
  );
  const volumes = local.filter(({ isImage, volume }) => !isImage && !isCloudInit(volume));
  const devices = devicesOf(config);
  const carries = volumes.every(({ kind, volume }) =>
    CARRIES_SNAPSHOTS.test(kind?.type ?? "") || /\.qcow2$/.test(volume)
  );
  return {
    volumes: volumes.map(({ key, storage, size }) => ({ key, storage, size })),
    images: local.filter(({ isImage }) => isImage).map(({ volume }) => volume),
    devices: devices.filter(([, value]) => !isMapped(value)).map(([key]) => key),
    mapped: devices.filter(([, value]) => isMapped(value)).map(([key]) => key),
    mounts: held.filter(({ isVolume, isShared }) => !isVolume && !isShared).map(({ key }) => key),
    snapshots: config.parent === undefined || volumes.length === 0
      ? "none"
      : carries
      ? "carried"
      : "stuck",
    unseen: [
      ...new Set(
        held.filter(({ isUnseen, isShared }) => isUnseen && !isShared).map(({ storage }) =>
          storage
        ),
      ),
    ],
    storages: [
      ...new Set(
        held.filter(({ isVolume, isImage }) => isVolume && !isImage).map(({ storage }) => storage),
      ),
    ],
  };
}
