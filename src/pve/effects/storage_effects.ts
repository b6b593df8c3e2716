/**
 * What changes of storages take away: the storage on a node, a kind of content, the place where
 * its volumes are, a key, backups that a stricter retention removes.
 *
 * @module
 */
import type { Args } from "../encode.ts";
import type { Guest } from "../guests.ts";
import { splitList } from "../split_list.ts";
import {
  type ChangeOperation,
  type CurrentState,
  type Effect,
  type EffectTable,
  isOn,
  type Loss,
} from "./effect.ts";
import { listText, missing } from "./lists.ts";
import { keepsLess, nodesOfBackups, prunedNow, retentionOf, retentionText } from "./pruning.ts";
import { readRow, readRows, type Row } from "./read.ts";
import { numbersOf, usesOfStorage, useText } from "./volumes.ts";

type StorageOperation = Extract<ChangeOperation, `${string} /storage${string}`>;

/** Where the volumes of a storage are, by its type. */
const PLACE = [
  ...["server", "pool", "data-pool", "namespace", "subdir", "fs-name", "domain"] as const,
  ...["mountpoint", "zfs-base-path", "content-dirs", "tagged_only"] as const,
] as const;
const SECRETS = ["password", "username", "keyring", "fingerprint"] as const;
const KEYS = ["encryption-key", "master-pubkey"] as const;

/** What a request makes of one property: the new value, undefined for what it leaves. */
function afterOf(args: Args, name: string): string | undefined {
  if (splitList(args.delete).includes(name)) return "";
  return args[name] === undefined ? undefined : String(args[name]);
}

async function definition({ storage }: Args, state: CurrentState): Promise<Row | undefined> {
  return await readRow(state, "GET /storage/{storage}", { storage });
}

/** What guests lose that have volumes on the storage; of none, the words alone. */
async function ofUsers(
  what: string,
  { storage }: Args,
  state: CurrentState,
  isMeant?: (guest: Guest) => boolean,
): Promise<Loss> {
  const found = await usesOfStorage(String(storage), state, isMeant);
  const text = useText(found);
  return { what: text === "" ? what : `${what}: ${text}`, guests: numbersOf(found) };
}

/** Nodes that have a storage; undefined when they could not be read. */
async function hostsOf(
  storage: Row | undefined,
  state: CurrentState,
): Promise<readonly string[] | undefined> {
  const named = splitList(storage?.nodes);
  if (!storage || named.length > 0) return storage && named;
  const rows = await readRows(state, "GET /nodes", {});
  return rows?.map(({ node }) => String(node));
}

/** The storage, on nodes that no longer have it. */
async function unavailable(args: Args, state: CurrentState): Promise<Loss[]> {
  const off = isOn(afterOf(args, "disable"));
  const left = off ? [] : splitList(afterOf(args, "nodes"));
  if (!off && left.length === 0) return [];
  const before = await definition(args, state);
  if (before && isOn(before.disable)) return [];
  const hosts = await hostsOf(before, state);
  const gone = hosts && missing(hosts, left);
  if (gone?.length === 0) return [];
  const others = left.length === 0 ? "" : ` but ${listText(left)}`;
  const where = gone ? `on ${listText(gone)}` : `on all nodes${others}, which could not be read`;
  const isMeant = ({ node }: Guest): boolean => gone ? gone.includes(node) : !left.includes(node);
  return [await ofUsers(`storage ${args.storage} ${where}`, args, state, isMeant)];
}

/** Kinds of content that the storage no longer takes; guests with disks there cannot start. */
async function contentLost(args: Args, state: CurrentState): Promise<Loss[]> {
  const content = afterOf(args, "content");
  if (content === undefined) return [];
  const before = await definition(args, state);
  const kinds = splitList(before?.content);
  const lost = before ? missing(kinds, splitList(content)) : ["what could not be read"];
  if (lost.length === 0) return [];
  const what = `content of storage ${args.storage}: ${lost.join(", ")}`;
  const disks = !before || lost.includes("images") || lost.includes("rootdir");
  return [disks ? await ofUsers(what, args, state) : { what, guests: [] }];
}

function isSame(before: unknown, after: string): boolean {
  return String(before ?? "") === after || isOn(before) && isOn(after);
}

/** Properties that a request changes or clears, among those that the storage has. */
function changed(
  args: Args,
  before: Row | undefined,
  names: readonly string[],
): readonly (readonly [name: string, before: string])[] {
  return names.flatMap((name) => {
    const after = afterOf(args, name);
    if (after === undefined || (before && isSame(before[name], after))) return [];
    if (!before) return [[name, "which could not be read"] as const];
    const first = name === "tagged_only" ? "0" : undefined;
    const old = before[name] ?? first;
    return old === undefined ? [] : [[name, String(old)] as const];
  });
}

/** The volumes where they are, once the storage is elsewhere. */
async function placeLost(args: Args, state: CurrentState): Promise<Loss[]> {
  if (PLACE.every((name) => afterOf(args, name) === undefined)) return [];
  const lost = changed(args, await definition(args, state), PLACE);
  if (lost.length === 0) return [];
  const text = lost.map(([name, before]) => `${name}=${before}`).join(", ");
  return [await ofUsers(`what storage ${args.storage} has at ${text}`, args, state)];
}

/** Keys of backups, and what the storage is reached with. */
async function secretsLost(args: Args, state: CurrentState): Promise<Loss[]> {
  const cleared = SECRETS.filter((name) => afterOf(args, name) === "");
  const keyed = KEYS.some((name) => afterOf(args, name) !== undefined);
  if (cleared.length === 0 && !keyed) return [];
  const before = await definition(args, state);
  const keys = changed(args, before, KEYS).map(([name]) => name);
  return [
    ...(keys.length === 0 ? [] : [{
      what: `the ${keys.join(" and ")} of storage ${args.storage}: what was made with it needs it`,
      guests: [],
    }]),
    ...(cleared.length === 0
      ? []
      : [await ofUsers(`access to storage ${args.storage}: ${cleared.join(", ")}`, args, state)]),
  ];
}

/** Backups that a stricter retention of the storage does not keep when the next one is made. */
async function retentionLost(args: Args, state: CurrentState): Promise<Loss[]> {
  const retention = retentionOf(afterOf(args, "prune-backups"));
  if (!retention) return [];
  const before = await definition(args, state);
  if (before && !keepsLess(retention, retentionOf(before["prune-backups"]))) return [];
  const storage = String(args.storage);
  const nodes = await nodesOfBackups(storage, await hostsOf(before ?? {}, state) ?? [], state);
  const now = await prunedNow({ nodes, storage }, { retention }, state);
  if (now.length > 0) return now;
  const what = `later, backups on ${storage} that ${retentionText(retention)} does not keep`;
  return [{ what, guests: [] }];
}

const changes: readonly Effect<
  | ("disable" | "nodes" | "content" | "delete" | "prune-backups")
  | (typeof PLACE | typeof SECRETS | typeof KEYS)[number]
>[] = [
  {
    takes: "the storage on nodes that are left out: guests with disks there cannot start",
    by: ["disable", "nodes", "delete"],
    judge: unavailable,
  },
  {
    takes: "kinds of content: guests with disks of a kind that is left out cannot start",
    by: ["content", "delete"],
    judge: contentLost,
  },
  {
    takes: "volumes that are where the storage was",
    by: [...PLACE, "delete"],
    judge: placeLost,
  },
  {
    takes: "keys of backups, and what the storage is reached with",
    by: [...SECRETS, ...KEYS, "delete"],
    judge: secretsLost,
  },
  {
    takes: "backups that a stricter retention does not keep, when the next one is made",
    by: ["prune-backups"],
    judge: retentionLost,
  },
];

/** Effects of the definitions of storages. */
export const storageEffects = {
  // It has `content` and `nodes` of a storage that is new; only a base volume holds something.
  "POST /storage": [
    {
      takes: "what is on the base volume, which becomes an empty volume group",
      by: ["base"],
      ofGuests: false,
      judge: ({ base }) =>
        base === undefined
          ? []
          : [{ what: `what is on ${base}, which becomes an empty volume group`, guests: [] }],
    },
  ],
  "PUT /storage/{storage}": changes,
  "DELETE /storage/{storage}": [
    {
      takes: "the definition: guests with disks on it cannot start; the data stays",
      judge: async (args, state) => [
        await ofUsers(`storage ${args.storage}; its data stays`, args, state),
      ],
    },
  ],
} as const satisfies EffectTable<StorageOperation>;
