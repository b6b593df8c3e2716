/**
 * What a new guest is like, and what is left to do before it is of use.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import type { ReadContext } from "../../tool/context.ts";
import { protectedNames, protection } from "../../tool/protection.ts";
import type { Outcome } from "../../tool/define.ts";
import { bridgeNotes } from "../_bridges.ts";
import { configNotes } from "./_config_notes.ts";
import { configAndPending } from "./_pending.ts";
import { type Started, startedState, startNotes } from "./_started.ts";
import { type GuestState, lockNotes, type Place, stateOf, stateWord } from "./_state.ts";

type Config = Readonly<Record<string, unknown>>;

/** What a new guest was given: its disks with their volumes, its cards with their MAC addresses. */
const HARDWARE =
  /^((net|mp|ide|sata|scsi|virtio|efidisk|tpmstate)\d+|rootfs|cores|sockets|memory)$/;
/** What cloud-init is told in a VM's configuration. */
export const CLOUD_INIT_KEYS = /^(ciuser|cipassword|sshkeys|cicustom|ipconfig\d+)$/;

/** The arguments with the guest's name under PVE's word: a VM's `name` is a container's `hostname`. */
export function named(type: "qemu" | "lxc", { name, hostname, ...args }: Args): Args {
  const word = name ?? hostname;
  if (word === undefined) return args;
  return { ...args, [type === "lxc" ? "hostname" : "name"]: word };
}

/** Entries of a config whose keys are those of a numbered kind. */
function entriesOf(config: Config, kinds: RegExp): [string, string][] {
  return Object.entries(config).filter(([key]) => kinds.test(key))
    .map(([key, value]) => [key, String(value)]);
}

/** True for a drive whose image cloud-init reads. */
export function isCloudInit(value: unknown): boolean {
  return /cloudinit/.test(String(value).split(",")[0] ?? "");
}

/** Fixed addresses, by the key that holds them. */
function fixedAddresses(config: Config): string[] {
  return entriesOf(config, /^(net|ipconfig)\d+$/).flatMap(([key, value]) =>
    [...value.matchAll(/\bip6?=([^,=/]*\/\d+)/g)].map((match) => `${key} ${match[1]}`)
  );
}

function cloudInitNotes(config: Config): string[] {
  const drives = entriesOf(config, /^(ide|sata|scsi|virtio)\d+$/);
  const set = Object.keys(config).filter((key) => CLOUD_INIT_KEYS.test(key)).sort();
  const hasDrive = drives.some(([, value]) => isCloudInit(value));
  if (hasDrive && set.length === 0) {
    return [
      "Cloud-init has no user, key or address yet: set ciuser, sshkeys, ipconfig0 with proxmox_guest_config_update",
    ];
  }
  if (!hasDrive && set.length > 0) {
    return [`No cloud-init drive, so ${set.join(", ")} have no effect: add ide2=STORAGE:cloudinit`];
  }
  return hasDrive ? [`Cloud-init gives it at first start: ${set.join(", ")}`] : [];
}

/** What is to be known of a guest that does not run. */
function stoppedNotes(state: GuestState, guest: Place, template: boolean): string[] {
  if (template) return ["It is a template: it can be cloned, not started"];
  return state.status === "stopped"
    ? [`It is stopped: proxmox_guest_start vmid=${guest.vmid} starts it`]
    : [];
}

/** That nothing may be destroyed on it, and so it cannot be deleted either. */
function protectionNotes(
  { config: { protect } }: ReadContext,
  { vmid, node }: Place,
  config: Config,
  pool: unknown,
): string[] {
  const why = protection({
    ...{ vmid, node, name: String(config.name ?? config.hostname ?? vmid) },
    tags: splitList(config.tags),
    pool: pool === undefined ? undefined : String(pool),
  }, protectedNames(protect));
  return why === undefined ? [] : [`It is protected from loss and deletion: ${why}`];
}

/**
 * The state of a new guest and what is left to do.
 *
 * @param how `copied`: it has the settings of another guest, its addresses included; `starts`: it
 * is started after its creation; `pool`: the one that it was put into.
 */
export async function newGuestOutcome(
  context: ReadContext,
  guest: Place,
  { copied = false, starts = false, pool }: {
    readonly copied?: boolean;
    readonly starts?: boolean;
    readonly pool?: unknown;
  },
): Promise<Outcome> {
  const look = async (): Promise<Started> => ({ state: await stateOf(context, guest) });
  const [started, { config, pending }] = await Promise.all([
    starts ? startedState(context, guest) : look(),
    configAndPending(context, guest),
  ]);
  const { state } = started;
  const bridges = await bridgeNotes(context, guest.node, config);
  const addresses = copied ? fixedAddresses(config) : [];
  return {
    object: {
      vmid: guest.vmid,
      name: state.name ?? config.name ?? config.hostname ?? String(guest.vmid),
      node: guest.node,
      status: stateWord(state),
      ...Object.fromEntries(entriesOf(config, HARDWARE).sort()),
      ...defined({ pending }),
    },
    notes: [
      ...(addresses.length === 0 ? [] : [
        `It has the fixed addresses of the original: ${
          addresses.join(", ")
        }. Change them before both run`,
      ]),
      ...protectionNotes(context, guest, config, pool),
      ...bridges,
      ...cloudInitNotes(config),
      ...configNotes(guest.type, config, Object.keys(config)),
      ...(starts ? startNotes(started) : []),
      ...stoppedNotes(state, guest, Number(config.template ?? 0) === 1),
      ...lockNotes(state),
    ],
  };
}
