/**
 * What a request does to guests that protection forbids: it destroys, takes down, takes a volume
 * away, or would leave the guest without its protection. Found from the operation and its arguments
 * alone, whichever tool sends it.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import type { Guest } from "../guests.ts";
import { splitList } from "../split_list.ts";

/** Guests by number, all, all on a node, with a volume on a storage, or with a backup to prune. */
export type AffectedGuests =
  | readonly number[]
  | "all"
  | { readonly node: string }
  | { readonly storage: string }
  | { readonly prune: Args };

/** Guests that a request is about, and what becomes of them. */
export interface Impact {
  readonly guests: AffectedGuests;
  /** It is one only for guests that run. */
  readonly running?: true;
  /** The guest as it is then; without it, something of the guest is lost. */
  readonly after?: (guest: Guest) => Guest;
}

/** Numbers of the guests that own the volumes in a text: `local-lvm:vm-100-disk-0`, backups too. */
export function volumeOwners(text: string): number[] {
  const names =
    /\b(?:vm|base|subvol|basevol|vzdump-(?:qemu|lxc))-(\d{3,9})-|\bbackup\/(?:vm|ct)\/(\d{3,9})\//g;
  return [...text.matchAll(names)].map((match) => Number(match[1] ?? match[2]));
}

/** The guest of an HA resource (`vm:100`, `100`) or a replication job (`100-0`). */
export function numberOf(id: unknown): number[] {
  const number = /^(?:(?:vm|ct):)?(\d{3,9})(?:-\d+)?$/.exec(String(id ?? ""))?.[1];
  return number === undefined ? [] : [Number(number)];
}

const numbers = (list: unknown): number[] => splitList(list).map(Number);
const isTrue = (value: unknown): boolean => value === true || value === 1 || value === "1";

function target({ vmid }: Args): Impact {
  return { guests: [Number(vmid)] };
}

/** The named guests, or all of the node or cluster, as far as they run. */
function sweep({ vms, node }: Args): Impact {
  const every = node === undefined ? "all" as const : { node: String(node) };
  return { guests: vms === undefined ? every : numbers(vms), running: true };
}

function moved(guests: AffectedGuests, node: unknown): Impact {
  return { guests, after: (guest) => ({ ...guest, node: String(node) }) };
}

/** Volumes of other guests in a configuration: two guests would write to one disk. */
function foreignVolumes(args: Args): Impact | undefined {
  const texts = Object.values(args).filter((value) => typeof value === "string");
  const owners = texts.filter((text) => !/\bimport-from=/.test(text)).flatMap(volumeOwners);
  const others = owners.filter((owner) => owner !== Number(args.vmid));
  return others.length > 0 ? { guests: others } : undefined;
}

function configured(args: Args): Impact | undefined {
  const { tags, name, hostname } = args;
  const gone = splitList(args.delete);
  if (gone.some((key) => key.startsWith("unused")) || (isTrue(args.force) && gone.length > 0)) {
    return target(args);
  }
  const foreign = foreignVolumes(args);
  if (foreign) return foreign;
  const named = name ?? hostname;
  const untagged = gone.includes("tags");
  if (tags === undefined && !untagged && named === undefined) return undefined;
  return {
    guests: [Number(args.vmid)],
    after: (guest) => ({
      ...guest,
      ...(tags === undefined && !untagged ? {} : { tags: splitList(tags) }),
      ...(named === undefined ? {} : { name: String(named) }),
    }),
  };
}

/** A restore over a guest that exists; a new one may take no volume of another. */
function created(args: Args): Impact | undefined {
  if (isTrue(args.force)) return target(args);
  const { archive: _from, ostemplate: _too, ...rest } = args;
  return foreignVolumes(rest);
}

function unlinked(args: Args): Impact | undefined {
  return configured({ vmid: args.vmid, delete: args.idlist, force: args.force });
}

function diskMoved(args: Args): Impact | undefined {
  const to = args["target-vmid"];
  return to === undefined || Number(to) === Number(args.vmid) ? undefined : target(args);
}

function underHa({ sid, state }: Args): Impact | undefined {
  return state === "stopped" || state === "disabled" ? { guests: numberOf(sid) } : undefined;
}

function pooled({ vms, poolid, delete: leave, "allow-move": move }: Args): Impact | undefined {
  if (vms === undefined || (!isTrue(leave) && !isTrue(move))) return undefined;
  const pool = isTrue(leave) ? undefined : String(poolid);
  return { guests: numbers(vms), after: (guest) => ({ ...guest, pool }) };
}

const GUEST = String.raw`/nodes/\{node\}/(?:qemu|lxc)/\{vmid\}`;
const DOWN = "status/(?:stop|shutdown|reset|suspend)|agent/(?:shutdown|suspend-\\w+)";

/** The first whose pattern fits `METHOD /path` decides. */
const IMPACTS: readonly (readonly [RegExp, (args: Args) => Impact | undefined])[] = [
  [new RegExp(String.raw`^DELETE ${GUEST}(?:/snapshot/\{snapname\})?$`), target],
  [
    new RegExp(
      String
        .raw`^POST ${GUEST}/(?:${DOWN}|snapshot/\{snapname\}/rollback|template|monitor|remote_migrate)$`,
    ),
    target,
  ],
  [
    new RegExp(`^POST ${GUEST}/agent$`),
    (args) => /^(?:shutdown|suspend-)/.test(String(args.command)) ? target(args) : undefined,
  ],
  [new RegExp(`^(?:POST|PUT) ${GUEST}/config$`), configured],
  [new RegExp(`^PUT ${GUEST}/unlink$`), unlinked],
  [new RegExp(`^POST ${GUEST}/move_(?:disk|volume)$`), diskMoved],
  [new RegExp(`^POST ${GUEST}/migrate$`), (args) => moved([Number(args.vmid)], args.target)],
  [/^POST \/nodes\/\{node\}\/(?:qemu|lxc)$/, created],
  [/^POST \/nodes\/\{node\}\/(?:status|stopall|suspendall)$/, sweep],
  [/^POST \/cluster\/bulk-action\/guest\/(?:shutdown|suspend)$/, sweep],
  [
    /^POST (?:\/nodes\/\{node\}\/migrateall|\/cluster\/bulk-action\/guest\/migrate)$/,
    (args) => moved(sweep(args).guests, args.target),
  ],
  [/^(?:POST|PUT) \/cluster\/ha\/resources(?:\/\{sid\})?$/, underHa],
  [
    /^POST \/cluster\/ha\/resources\/\{sid\}\/(?:migrate|relocate)$/,
    ({ sid, node }) => moved(numberOf(sid), node),
  ],
  [/^DELETE \/cluster\/replication\/\{id\}$/, ({ id }) => ({ guests: numberOf(id) })],
  [/^PUT \/pools(?:\/\{poolid\})?$/, pooled],
  [
    /^DELETE \/nodes\/\{node\}\/storage\/\{storage\}\/content\/\{volume\}$/,
    ({ volume }) => ({ guests: volumeOwners(String(volume)) }),
  ],
  [
    /^DELETE \/nodes\/\{node\}\/storage\/\{storage\}\/prunebackups$/,
    (args) => ({ guests: { prune: args } }),
  ],
  [/^DELETE \/storage\/\{storage\}$/, ({ storage }) => ({ guests: { storage: String(storage) } })],
];

/** What a request does to guests that protection forbids, or undefined. */
export function impactOf(operation: string, args: Args): Impact | undefined {
  return IMPACTS.find(([pattern]) => pattern.test(operation))?.[1](args);
}
