/**
 * What ties a guest to its node, by its configuration: volumes that only this node has, images in
 * CD drives, devices. Sources: PVE::QemuMigrate, PVE::LXC::Migrate.
 *
 * @module
 */
import { drivesOf, isCloudInit } from "../../pve/effects/drives.ts";
import { guestOperation } from "../../pve/api.ts";
import type { Row } from "../../tool/answer.ts";
import type { GuestRow, Readings, StorageRow } from "./_readings.ts";

const DEVICE = /^(?:hostpci|usb|serial|parallel|dev)\d+$/;
/** Storages whose snapshots go along when a stopped guest's volume is copied. */
const CARRIES_SNAPSHOTS = /^(zfspool|btrfs)$/;

/** What holds a guest where it is. */
export interface Ties {
  /** Volumes on storages that only this node has. */
  readonly volumes: readonly { readonly key: string; readonly storage: string }[];
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
}

function isMapped(value: unknown): boolean {
  return /(?:^|,)mapping=/.test(String(value));
}

/** Devices that are part of the node; a socket or a SPICE channel is none. */
function devicesOf(config: Row): [key: string, value: unknown][] {
  return Object.entries(config).filter(([key, value]) =>
    DEVICE.test(key) && value !== "socket" && !/^(?:host=)?spice\b/i.test(String(value))
  );
}

/** What ties a guest of this configuration. */
export function tiesOf(
  { type }: Pick<GuestRow, "type">,
  config: Row,
  storages: ReadonlyMap<string, StorageRow>,
): Ties {
  const drives = drivesOf(type, config).filter(({ key }) => !key.startsWith("unused"));
  const held = drives.flatMap(({ key, volume = "", properties }) => {
    const storage = storages.get(volume.split(":")[0] ?? "");
    return [{
      key,
      volume,
      storage,
      isVolume: !volume.startsWith("/"),
      isImage: properties.media === "cdrom" && !isCloudInit(volume),
      isShared: storage?.shared === true || properties.shared === "1",
    }];
  });
  const local = held.filter(({ isVolume, isShared }) => isVolume && !isShared);
  const volumes = local.filter(({ isImage, volume }) => !isImage && !isCloudInit(volume));
  const devices = devicesOf(config);
  const carries = volumes.every(({ storage, volume }) =>
    CARRIES_SNAPSHOTS.test(storage?.type ?? "") || /\.qcow2$/.test(volume)
  );
  return {
    volumes: volumes.map(({ key, volume }) => ({ key, storage: volume.split(":")[0] ?? "" })),
    images: local.filter(({ isImage }) => isImage).map(({ volume }) => volume),
    devices: devices.filter(([, value]) => !isMapped(value)).map(([key]) => key),
    mapped: devices.filter(([, value]) => isMapped(value)).map(([key]) => key),
    mounts: held.filter(({ isVolume, isShared }) => !isVolume && !isShared).map(({ key }) => key),
    snapshots: config.parent === undefined || volumes.length === 0
      ? "none"
      : carries
      ? "carried"
      : "stuck",
  };
}

/** Configurations that are asked for before it is looked whether there is time for more. */
const WAVE = 250;
/** Seconds that must be left for the rest of a report. */
const RESERVE_SECONDS = 15;

/** The configurations of guests, side by side; those that cannot be read are left out. */
export async function configsOf(
  readings: Readings,
  guests: readonly GuestRow[],
): Promise<Map<number, Row>> {
  const configs = new Map<number, Row>();
  for (let from = 0; from < guests.length; from += WAVE) {
    if (from > 0 && readings.context.budget.requestSeconds < RESERVE_SECONDS) {
      readings.note(`No time was left for the configurations of ${guests.length - from} guests`);
      break;
    }
    await Promise.all(
      guests.slice(from, from + WAVE).map(async ({ vmid, type, node }) => {
        const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/config", type);
        const what = `configuration of ${vmid}`;
        const config = await readings.read<Row>(operation, { node, vmid }, what);
        if (config !== undefined) configs.set(vmid, config);
      }),
    );
  }
  return configs;
}

/** Why a guest that is started elsewhere does not come up; undefined when nothing is against it. */
export function missingElsewhere(
  ties: Ties,
  replicated: boolean,
  hasImage: (volume: string) => boolean,
): string | undefined {
  const { volumes, images, devices, mounts } = ties;
  const [volume] = volumes;
  if (volume && !replicated) return `local disk ${volume.key} on ${volume.storage}`;
  const image = images.find((each) => !hasImage(each));
  if (image !== undefined) return `local CD image ${image}`;
  const held = [...devices, ...mounts];
  return held.length > 0 ? `device of the node: ${held.join(", ")}` : undefined;
}
