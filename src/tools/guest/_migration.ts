/**
 * What a migration needs that the caller did not say, and why it cannot be done: asked of PVE
 * before anything moves.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import { ToolError } from "../../tool/answer.ts";
import type { CallContext } from "../../tool/context.ts";
import { bytes } from "../../tool/units.ts";
import { placeArgs, stateOf } from "./_state.ts";

interface LocalDisk {
  readonly volid: string;
  readonly size?: number;
  readonly cdrom?: number;
  readonly drivename?: string;
  readonly is_cloudinit?: number;
  readonly is_unused?: number;
  /** 0: only a snapshot has it. Not told before 9.0. */
  readonly is_attached?: number;
}

/** What PVE says of moving a VM, as far as it is read here. */
interface Preconditions {
  readonly running?: number;
  readonly local_disks?: readonly LocalDisk[];
  readonly local_resources?: readonly string[];
  readonly not_allowed_nodes?: Readonly<Record<string, unknown>>;
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
 * @throws {ToolError} When the guest is there already, or it is no node that runs.
 */
export async function checkTarget(
  context: CallContext,
  guest: Guest,
  { target }: Args,
): Promise<void> {
  const nodes = (await context.request("GET /nodes", {})).data as readonly {
    readonly node: string;
    readonly status?: string;
  }[];
  const others = nodes.filter(({ node, status }) => node !== guest.node && status === "online");
  const reason = target === guest.node
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
    !disk.cdrom && !disk.is_cloudinit && !disk.is_unused && disk.is_attached !== 0
  );
}

function diskWords({ drivename, volid, size }: LocalDisk): string {
  return `${drivename ?? "unused"} ${volid}${size === undefined ? "" : ` (${bytes(size)})`}`;
}

/** Refuses to move what only this node has, or to where something that the VM uses is missing. */
function checkPreconditions(
  guest: Guest,
  found: Preconditions,
  { target, force, targetstorage }: Args,
): void {
  const resources = found.local_resources ?? [];
  if (resources.length > 0 && !force) {
    throw refuse(
      guest,
      target,
      `It uses what only ${guest.node} has: ${resources.join(", ")}`,
      "Take it out of the configuration first, or use a mapped device",
    );
  }
  const refused = found.not_allowed_nodes?.[String(target)];
  if (refused !== undefined && targetstorage === undefined) {
    throw refuse(
      guest,
      target,
      `${target} lacks what the VM uses: ${JSON.stringify(refused)}`,
      "targetstorage names a storage that the target has",
    );
  }
}

/**
 * The arguments for a VM: live when it runs, as the web interface does it.
 *
 * @throws {ToolError} When local disks would have to be copied and nobody said so, or the target
 * lacks what the VM uses.
 */
export async function vmMigration(
  context: CallContext,
  guest: Guest,
  { restart: _restart, "target-storage": storage, ...args }: Args,
): Promise<Args> {
  const { target } = args;
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
      `It runs, and has local disks: ${disks.map(diskWords).join("; ")}`,
      "with-local-disks=true copies them while it runs; move them to shared storage to avoid that",
    );
  }
  return { ...args, online, ...(targetstorage === undefined ? {} : { targetstorage }) };
}

/** Parameters of VMs that a container's migration does without, and why. */
const NOT_FOR_CONTAINERS: Readonly<Record<string, string>> = {
  force: "containers have no such check",
  "with-local-disks": "a container's local volumes are always copied",
  online: "containers cannot move live; a running one is stopped and started again",
};

/**
 * The arguments for a container, which moves while it is stopped.
 *
 * @throws {ToolError} When it runs and nobody said that it may be restarted.
 */
export async function containerMigration(
  context: CallContext,
  guest: Guest,
  { targetstorage, ...given }: Args,
): Promise<Args> {
  const args: Record<string, Args[string]> = { ...given };
  const wantsRestart = given.online === true || given.restart === true;
  for (const [name, why] of Object.entries(NOT_FOR_CONTAINERS)) {
    if (args[name] !== undefined) context.notes.push(`"${name}" was not sent: ${why}`);
    delete args[name];
  }
  const storage = args["target-storage"] ?? targetstorage;
  const { status } = await stateOf(context, guest);
  if (status === "running" && !wantsRestart) {
    throw refuse(
      guest,
      args.target,
      "It runs, and containers cannot move live",
      "restart=true stops it, moves it and starts it again",
    );
  }
  return {
    ...args,
    ...(status === "running" ? { restart: true } : {}),
    ...(storage === undefined ? {} : { "target-storage": storage }),
  };
}
