/**
 * All that stands against a migration to another cluster, asked of both before anything moves.
 * Sources: PVE::API2::Qemu, PVE::QemuMigrate, PVE::LXC::Migrate.
 *
 * @module
 */
import { bytes } from "../../base/text/units.ts";
import { type Drive, drivesOf, driveText, isCloudInit } from "../../pve/effects/drives.ts";
import type { Args } from "../../pve/encode.ts";
import { PveError } from "../../pve/errors.ts";
import type { Guest } from "../../pve/guests.ts";
import { parseSize } from "../../pve/size.ts";
import { splitList } from "../../pve/split_list.ts";
import type { Row } from "../../tool/answer.ts";
import type { OtherCluster, ReadContext } from "../../tool/context.ts";
import { opens } from "../../tool/server_rights.ts";
import { mapped, type NameMap } from "./_remote_map.ts";
import type { RemoteNode } from "./_remote_node.ts";
import { nodesThere } from "./_remote_target.ts";
import { type GuestState, placeArgs } from "./_state.ts";
import type { GuestConfig } from "./_volumes.ts";

/** All that is known of a guest before it moves. */
export interface Departure {
  readonly context: ReadContext;
  readonly guest: Guest;
  readonly state: GuestState;
  readonly config: GuestConfig;
  /** Volumes that are copied. */
  readonly drives: readonly Drive[];
  readonly target: RemoteNode;
  readonly args: Args;
}

/** What a request answers, or nothing where the token may not ask. */
async function asked<T>(read: () => Promise<{ readonly data: unknown }>): Promise<T | undefined> {
  try {
    return (await read()).data as T;
  } catch (error) {
    if (error instanceof PveError && error.status === 403) return undefined;
    throw error;
  }
}

/** True for a folder of the node that a container has, which is on no storage. */
function isFolder({ volume = "" }: Drive): boolean {
  return volume.startsWith("/");
}

/** The storage that a drive is on. */
function storageOf({ volume = "" }: Drive): string {
  return volume.slice(0, volume.indexOf(":"));
}

/** The storages that drives are on. */
export function storagesOf(drives: readonly Drive[]): Set<string> {
  return new Set(drives.filter((drive) => !isFolder(drive)).map(storageOf));
}

function sizeOf({ properties: { size } }: Drive): number {
  try {
    return size === undefined ? 0 : parseSize(size);
  } catch {
    return 0;
  }
}

/** Images in CD drives are not copied, and the move does not begin while one is in. */
export function isImage({ volume = "", properties }: Drive): boolean {
  return properties.media === "cdrom" && !isCloudInit(volume);
}

const TARGET_STORAGES = "GET /nodes/{node}/storage";
const TARGET_BRIDGES = "GET /nodes/{node}/network";

/** Whether this server may change anything there. */
function permitProblems({ target: { cluster } }: Departure): string[] {
  const { name, config } = cluster;
  if (config.readOnly) return [`PROXMOX_READ_ONLY holds for ${name}: nothing is made there`];
  return config.allowElevated ? [] : [`${name} allows no changes: ${opens("change", config)}`];
}

/** Whether the node is there and up. */
async function nodeProblems({ target: { cluster, node } }: Departure): Promise<string[]> {
  const nodes = await nodesThere(cluster);
  const row = nodes.find(({ name }) => name === node);
  if (row) return row.online === 1 ? [] : [`${node} is not online`];
  return [`${cluster.name} has no node "${node}": ${nodes.map(({ name }) => name).join(", ")}`];
}

/** Whether the number is free there. */
async function numberProblems(
  { guest, target: { cluster }, args }: Departure,
): Promise<string[]> {
  const vmid = Number(args["target-vmid"] ?? guest.vmid);
  try {
    await cluster.request("GET /cluster/nextid", { vmid });
    return [];
  } catch (error) {
    if (!(error instanceof PveError) || error.status !== 400) throw error;
  }
  const free = (await cluster.request("GET /cluster/nextid", {})).data;
  return [`The number ${vmid} is taken in ${cluster.name}: target-vmid=${free} is free`];
}

/** Whether the storages there are, take such volumes and have the room. */
async function storageProblems(
  { guest, drives, target: { cluster, node } }: Departure,
  map: NameMap,
): Promise<string[]> {
  const rows = await asked<readonly Row[]>(() => cluster.request(TARGET_STORAGES, { node }));
  if (!rows) return [];
  const content = guest.type === "lxc" ? "rootdir" : "images";
  const needed = new Map<string, number>();
  for (const drive of drives.filter((each) => !isFolder(each))) {
    const storage = mapped(map, storageOf(drive));
    needed.set(storage, (needed.get(storage) ?? 0) + sizeOf(drive));
  }
  const usable = rows.filter((row) => splitList(row.content).includes(content) && row.active === 1)
    .map(({ storage }) => String(storage));
  return [...needed].flatMap(([storage, size]) => {
    const row = rows.find((each) => each.storage === storage);
    const instead = `target-storage names another: ${usable.join(", ") || "none"}`;
    if (!row) return [`${node} has no storage "${storage}"; ${instead}`];
    if (!splitList(row.content).includes(content)) {
      return [`The storage ${storage} of ${node} takes no ${content}; ${instead}`];
    }
    if (Number(row.active ?? 1) !== 1) return [`The storage ${storage} of ${node} is not active`];
    const free = Number(row.avail ?? Infinity);
    return free >= size
      ? []
      : [`The storage ${storage} of ${node} has ${bytes(free)} free, and ${bytes(size)} come`];
  });
}

/** Bridges that the cards of a guest are plugged into. */
function bridgesOf(config: GuestConfig): string[] {
  const found = Object.entries(config).filter(([key]) => /^net\d+$/.test(key))
    .flatMap(([, card]) => /(?:^|,)bridge=([^,]+)/.exec(String(card))?.[1] ?? []);
  return [...new Set(found)];
}

/** Whether the bridges there are. */
async function bridgeProblems(
  { config, target: { cluster, node } }: Departure,
  map: NameMap,
): Promise<string[]> {
  const rows = await asked<readonly Row[]>(() =>
    cluster.request(TARGET_BRIDGES, { node, type: "any_bridge" })
  );
  if (!rows) return [];
  const there = rows.map(({ iface }) => String(iface));
  const wanted = new Set(bridgesOf(config).map((bridge) => mapped(map, bridge)));
  return [...wanted].filter((bridge) => !there.includes(bridge)).map((bridge) =>
    `${node} has no bridge "${bridge}"; target-bridge names another: ${there.join(", ") || "none"}`
  );
}

/** `[9, 2]` of `9.2.11` */
async function releaseOf(request: OtherCluster["request"]): Promise<[number, number]> {
  const { version } = (await request("GET /version", {})).data as { readonly version: string };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return [major, minor];
}

/** A VM that runs needs a QEMU that is not older, and a CPU that is there, too. */
async function liveProblems(
  { context, guest, state, target: { cluster } }: Departure,
): Promise<string[]> {
  const [[major, minor], [otherMajor, otherMinor]] = await Promise.all([
    releaseOf(context.request),
    releaseOf(cluster.request),
  ]);
  const isLive = guest.type === "qemu" && state.status === "running";
  const isOlder = otherMajor < major || (otherMajor === major && otherMinor < minor);
  // Before 7.3 there is nothing to migrate to.
  if (otherMajor < 7 || (otherMajor === 7 && otherMinor < 3)) {
    return [`${cluster.name} has ${otherMajor}.${otherMinor}, and takes guests from 7.3 on`];
  }
  return isLive && isOlder
    ? [
      `It runs on ${major}.${minor}, and ${cluster.name} has ${otherMajor}.${otherMinor}: a VM moves live to no older release; shut down it moves`,
    ]
    : [];
}

/** What ties the guest to where it is. */
async function tieProblems(
  { context, guest, state, drives, config }: Departure,
): Promise<string[]> {
  const { vmid } = guest;
  const jobs = await asked<readonly Row[]>(() => context.request("GET /cluster/replication", {}));
  const job = jobs?.find((row) => Number(row.guest) === vmid);
  const { managed } = state.ha as { readonly managed?: number } | undefined ?? {};
  const snapshots = await asked<readonly Row[]>(() =>
    context.request(`GET /nodes/{node}/${guest.type}/{vmid}/snapshot`, placeArgs(guest))
  );
  const names = snapshots?.map(({ name }) => name).filter((name) => name !== "current") ?? [];
  const images = drivesOf(guest.type, config).filter(isImage);
  const clones = drives.filter(({ volume = "" }) => /:(?:\d+\/)?base-[^/]*\/./.test(volume));
  return [
    ...(managed ? ["HA manages it: proxmox_ha_resource action=delete lets go of it first"] : []),
    ...(job ? [`The replication job ${job.id} is for it: delete the job first`] : []),
    ...(names.length > 0
      ? [`It has snapshots, which do not move to another cluster: ${names.join(", ")}`]
      : []),
    ...images.map((drive) => `${driveText(drive)} is in a CD drive: eject it first`),
    ...clones.map((drive) => `${driveText(drive)} is a linked clone: make it a full one first`),
  ];
}

/** Devices, mount points and storages that keep it from moving. */
async function deviceProblems(departure: Departure): Promise<string[]> {
  const { context, guest, drives } = departure;
  if (guest.type === "qemu") {
    const found = await context.request("GET /nodes/{node}/qemu/{vmid}/migrate", placeArgs(guest));
    const { local_resources = [], "mapped-resources": mappedOnes = [] } = found.data as {
      readonly local_resources?: readonly string[];
      readonly "mapped-resources"?: readonly string[];
    };
    const bound = [...new Set([...local_resources, ...mappedOnes])];
    return bound.length === 0
      ? []
      : [`It uses what only its node has: ${bound.join(", ")}; take it out of the configuration`];
  }
  const host = drives.filter((drive) => isFolder(drive) && drive.properties.shared !== "1");
  const rows = await asked<readonly Row[]>(() =>
    context.request(TARGET_STORAGES, { node: guest.node })
  );
  const typeOf = (drive: Drive): unknown =>
    rows?.find(({ storage }) => storage === storageOf(drive))?.type;
  const kept = drives.filter((drive) => {
    const type = typeOf(drive);
    return type !== undefined && !/^(?:dir|zfspool|lvmthin|lvm|btrfs|cifs|nfs)$/.test(String(type));
  });
  return [
    ...host.map((drive) => `${driveText(drive)} is a folder of its node`),
    ...kept.map((drive) =>
      `${driveText(drive)} is on a storage of the type ${
        typeOf(drive)
      }, which containers do not leave; move it to another storage first`
    ),
  ];
}

/** A container stops on its way, which somebody must have said; a VM does not. */
function runProblems({ guest, state, args }: Departure): string[] {
  if (state.status !== "running") return [];
  if (guest.type === "qemu") {
    return args.online === false ? ["It runs, and moves live alone: shut it down first"] : [];
  }
  if (args.restart === true) return [];
  return ["It runs, and containers cannot move live: restart=true stops it and starts it there"];
}

/** Why nothing can move there at all. */
export async function placeProblems(departure: Departure): Promise<string[]> {
  return [...permitProblems(departure), ...await nodeProblems(departure)];
}

/** Why this guest cannot move there, all reasons at once. */
export async function moveProblems(
  departure: Departure,
  storages: NameMap,
  bridges: NameMap,
): Promise<string[]> {
  const problems = await Promise.all([
    numberProblems(departure),
    storageProblems(departure, storages),
    bridgeProblems(departure, bridges),
    liveProblems(departure),
    tieProblems(departure),
    deviceProblems(departure),
    runProblems(departure),
  ]);
  return problems.flat();
}
