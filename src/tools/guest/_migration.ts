/**
 * What a migration needs that the caller did not say, and why it cannot be done: asked of PVE
 * before anything moves.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import { ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { bytes } from "../../base/text/units.ts";
import { placeArgs, stateOf } from "./_state.ts";

interface LocalDisk {
  readonly volid: string;
  readonly size?: number;
  readonly cdrom?: number;
  readonly drivename?: string;
  readonly is_cloudinit?: number;
  readonly is_unused?: number;
  /** 0: only a snapshot has it. Not told before 9.0: PVE is left to judge there. */
  readonly is_attached?: number;
}

/** What PVE says of moving a VM, as far as it is read here. */
interface Preconditions {
  readonly running?: number;
  readonly local_disks?: readonly LocalDisk[];
  /** Mapped devices too, which can go to where their mapping is. */
  readonly local_resources?: readonly string[];
  /** Before 9.0 the only one to tell of mapped devices. */
  readonly "mapped-resources"?: readonly string[];
  readonly "mapped-resource-info"?: Readonly<
    Record<string, { readonly "live-migration"?: number }>
  >;
  /** Reasons by node; a node that has nothing against it stands here too, with none. */
  readonly not_allowed_nodes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function refuse(guest: Guest, target: unknown, reason: string, next: string): ToolError {
  return new ToolError(`Cannot migrate ${nameOf(guest)} to ${target}`, {
    reason,
    notes: [next, "Nothing was moved"],
  });
}

/**
 * Looks at the target before anything else is said of the move.
 *
 * @throws {ToolError} When the guest is there already, or it is no node that may run.
 */
export async function checkTarget(
  context: ReadContext,
  guest: Guest,
  { target }: Args,
): Promise<void> {
  const nodes = (await context.request("GET /nodes", {})).data as readonly {
    readonly node: string;
    readonly status?: string;
  }[];
  // Of a node whose daemon for statistics stands still, PVE says "unknown": it may well answer.
  const others = nodes.filter(({ node, status }) => node !== guest.node && status !== "offline");
  const [cluster, node] = String(target).split("/");
  const reason = node !== undefined && context.others.size > 0
    ? `There is no cluster "${cluster}", but ${
      [context.cluster ?? [], ...context.others.keys()].flat().sort().join(", ")
    }`
    : target === guest.node
    ? "It is there already"
    : nodes.every(({ node }) => node !== target)
    ? `There is no node "${target}"`
    : others.every(({ node }) => node !== target)
    ? `${target} is not online`
    : undefined;
  if (reason === undefined) return;
  const names = others.map(({ node }) => node).sort().join(", ") || "none";
  throw refuse(guest, target, reason, `Other nodes that are online: ${names}`);
}

/** Disks that only this node has and that a running VM uses: PVE copies them only when told. */
function copiedDisks(disks: readonly LocalDisk[]): LocalDisk[] {
  return disks.filter((disk) =>
    !disk.cdrom && !disk.is_cloudinit && !disk.is_unused && Number(disk.is_attached ?? 0) === 1
  );
}

function diskText({ drivename, volid, size }: LocalDisk): string {
  return `${drivename ?? "unused"} ${volid}${size === undefined ? "" : ` (${bytes(size)})`}`;
}

/** Devices that cannot go along: those without a mapping, and in a running VM most others. */
function boundDevices(found: Preconditions): string[] {
  const info = found["mapped-resource-info"] ?? {};
  const mapped = [...found["mapped-resources"] ?? [], ...Object.keys(info)];
  const runs = Number(found.running ?? 0) === 1;
  return (found.local_resources ?? []).filter((device) =>
    !mapped.includes(device) || (runs && !info[device]?.["live-migration"])
  );
}

/** Reasons for which each release refuses a node itself; it is left to judge by all others. */
const REFUSED = ["unavailable_storages", "unavailable-resources"];

/** What speaks against a node; storages that it lacks do not when others take their place. */
function objections(found: Preconditions, { target, targetstorage }: Args): [string, unknown][] {
  return Object.entries(found.not_allowed_nodes?.[String(target)] ?? {}).filter(([kind, what]) =>
    REFUSED.includes(kind) &&
    !(Array.isArray(what) && what.length === 0) &&
    !(kind === "unavailable_storages" && targetstorage !== undefined)
  );
}

/** Refuses to move what only this node has, or to where something speaks against the VM. */
function checkPreconditions(guest: Guest, found: Preconditions, args: Args): void {
  const { target, force } = args;
  const devices = boundDevices(found);
  if (devices.length > 0 && !force) {
    throw refuse(
      guest,
      target,
      `It uses what only ${guest.node} has: ${devices.join(", ")}`,
      "Take it out of the configuration first; a mapped device can go along while the VM is stopped",
    );
  }
  const against = objections(found, args);
  if (against.length === 0) return;
  throw refuse(
    guest,
    target,
    `${target} may not take the VM: ${JSON.stringify(Object.fromEntries(against))}`,
    against.some(([kind]) => kind === "unavailable_storages")
      ? "targetstorage names a storage that the target has"
      : "Another node may do; proxmox_cluster action=status lists them",
  );
}

/**
 * The arguments for a VM: live when it runs, as the web interface does it.
 *
 * @throws {ToolError} When local disks would have to be copied and nobody said so, or the target
 * lacks what the VM uses.
 */
export async function vmMigration(
  context: ReadContext,
  guest: Guest,
  { restart, "target-storage": storage, ...args }: Args,
): Promise<Args> {
  const { target } = args;
  if (restart === true) context.notes.push('"restart" was not sent: a VM moves as it runs');
  const { data } = await context.request("GET /nodes/{node}/qemu/{vmid}/migrate", {
    ...placeArgs(guest),
    target,
  });
  const found = data as Preconditions;
  const targetstorage = args.targetstorage ?? storage;
  checkPreconditions(guest, found, { ...args, targetstorage });
  const online = args.online ?? Number(found.running ?? 0) === 1;
  const disks = online ? copiedDisks(found.local_disks ?? []) : [];
  if (disks.length > 0 && !args["with-local-disks"]) {
    throw refuse(
      guest,
      target,
      `It runs, and has local disks: ${disks.map(diskText).join("; ")}`,
      "with-local-disks=true copies them while it runs; move them to shared storage to avoid that",
    );
  }
  return { ...args, online, ...defined({ targetstorage }) };
}

/** Parameters of VMs that a container's migration does without, and why. */
const NOT_FOR_CONTAINERS: Readonly<Record<string, string>> = {
  force: "containers have no such check",
  "with-local-disks": "a container's local volumes are always copied",
  online: "containers cannot move live",
};

/**
 * The arguments for a container, which moves while it is stopped. That it is to stay online is no
 * leave to stop it.
 *
 * @throws {ToolError} When it runs and nobody said that it may be restarted.
 */
export async function containerMigration(
  context: ReadContext,
  guest: Guest,
  { targetstorage, ...rest }: Args,
): Promise<Args> {
  const args: Record<string, Args[string]> = { ...rest };
  for (const [name, why] of Object.entries(NOT_FOR_CONTAINERS)) {
    if (args[name] !== undefined) context.notes.push(`"${name}" was not sent: ${why}`);
    delete args[name];
  }
  const storage = args["target-storage"] ?? targetstorage;
  const { status } = await stateOf(context, guest);
  if (status === "running" && rest.restart !== true) {
    throw refuse(
      guest,
      args.target,
      "It runs, and containers cannot move live",
      "restart=true stops it, moves it and starts it again",
    );
  }
  return {
    ...args,
    ...defined({
      restart: status === "running" || undefined,
      "target-storage": storage,
    }),
  };
}
