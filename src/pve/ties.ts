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
/** Storages on which a qcow2 volume is one of a chain, a volume for each snapshot. */
const CHAINS_SNAPSHOTS = "lvm";
/** Storages that can be replicated. */
const REPLICATES = "zfspool";

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

/** A local volume that snapshots have. */
export interface SnapshotVolume extends Pick<LocalVolume, "key" | "storage"> {
  /** They go along when it is copied while the guest is stopped. */
  readonly carried: boolean;
  /** A replication job has it on its target already. */
  readonly replicated: boolean;
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
  /** Local volumes that its snapshots have. */
  readonly snapshots: readonly SnapshotVolume[];
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

/** How a storage keeps the snapshots of a volume. */
function keeping(
  volume: string,
  kind: StorageKind | undefined,
): Pick<SnapshotVolume, "carried" | "replicated"> {
  const { type } = kind ?? { type: "" };
  return {
    carried: CARRIES_SNAPSHOTS.test(type) ||
      (volume.endsWith(".qcow2") && type !== CHAINS_SNAPSHOTS),
    replicated: type === REPLICATES,
  };
}

/**
 * What ties a guest of this configuration.
 *
 * @param inSnapshots The volumes that its snapshots have; without them, all that it has, where it
 * has a snapshot.
 */
export function tiesOf(
  type: GuestType,
  config: Config,
  storages: ReadonlyMap<string, StorageKind>,
  inSnapshots?: readonly string[],
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
      isReplicated: properties.replicate !== "0",
    };
  });
  const local = held.filter(({ isVolume, isShared, isUnseen }) =>
    isVolume && !isShared && !isUnseen
  );
  const volumes = local.filter(({ isImage, volume }) => !isImage && !isCloudInit(volume));
  const devices = devicesOf(config);
  const kept = volumes.map(({ key, volume, storage, kind, isReplicated }) => {
    const { carried, replicated } = keeping(volume, kind);
    return { key, volume, storage, carried, replicated: replicated && isReplicated };
  });
  const gone = (inSnapshots ?? []).filter((volume) => held.every((each) => each.volume !== volume))
    .map((volume) => ({ volume, storage: volume.split(":")[0] ?? "" }))
    .filter(({ storage }) => storages.get(storage)?.shared === false)
    .map(({ volume, storage }) => ({
      ...{ key: volume, volume, storage, ...keeping(volume, storages.get(storage)) },
      replicated: false,
    }));
  return {
    volumes: volumes.map(({ key, storage, size }) => ({ key, storage, size })),
    images: local.filter(({ isImage }) => isImage).map(({ volume }) => volume),
    devices: devices.filter(([, value]) => !isMapped(value)).map(([key]) => key),
    mapped: devices.filter(([, value]) => isMapped(value)).map(([key]) => key),
    mounts: held.filter(({ isVolume, isShared }) => !isVolume && !isShared).map(({ key }) => key),
    snapshots: [...kept, ...gone].filter(({ volume }) =>
      inSnapshots?.includes(volume) ?? config.parent !== undefined
    ),
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
