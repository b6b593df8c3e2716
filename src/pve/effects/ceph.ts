/**
 * Effects on Ceph: its data, its services, and the flags that stop what it does.
 *
 * @module
 */
import { PveError } from "../errors.ts";
import { deletion } from "./deletion.ts";
import {
  always,
  type ChangeOperation,
  type CurrentState,
  type Effect,
  type EffectTable,
  type GuestsOf,
  isOn,
} from "./effect.ts";
import { guestsOnStorages } from "./guests_of.ts";
import { diskTaken } from "./disks.ts";
import { readRows, type Row } from "./read.ts";
import { altered, lowered, settings } from "./settings.ts";
import { propertyText, UNREAD, valueText } from "./words.ts";

/** What a flag stops; those that only put off tidying up, `noout` for instance, stop nothing. */
const STOPS = {
  pause: "all reads and writes: guests on Ceph stand still",
  nodown: "OSDs that fail are not marked down: what is on them stands still",
  noup: "OSDs that start do not join",
  norecover: "lost copies are not made again",
  nobackfill: "lost copies are not made again",
} as const;
type Flag = keyof typeof STOPS;
const FLAGS = Object.keys(STOPS) as readonly Flag[];

function isOurs({ type, monhost }: Row): boolean {
  return (type === "rbd" || type === "cephfs") && valueText(monhost) === undefined;
}

/** A node to look from, as the cluster's own requests name none. */
async function anyNode(state: CurrentState): Promise<string> {
  const nodes = await readRows(state, "GET /nodes", {});
  const online = nodes?.find(({ status }) => status === "online");
  return valueText(online?.node) ?? "";
}

async function onCeph(state: CurrentState): Promise<number[]> {
  return await guestsOnStorages(state, await anyNode(state), isOurs);
}

async function flagsSet(
  flags: readonly Flag[],
  state: CurrentState,
): Promise<{ what: string; guests: readonly number[] }[]> {
  if (flags.length === 0) return [];
  const rows = await readRows(state, "GET /cluster/ceph/flags", {});
  const isNew = (flag: Flag): boolean =>
    !rows?.some(({ name, value }) => name === flag && isOn(value));
  return await Promise.all(
    flags.filter(isNew).map(async (flag) => ({
      what: `Ceph flag ${flag}${rows === undefined ? `, ${UNREAD}` : ""}: ${STOPS[flag]}`,
      guests: flag === "pause" || flag === "nodown" ? await onCeph(state) : [],
    })),
  );
}

const flags: Effect<Flag> = {
  takes: "what the flags stop: with pause all reads and writes",
  by: FLAGS,
  judge: (args, state) => flagsSet(FLAGS.filter((flag) => isOn(args[flag])), state),
};

const oneFlag: Effect<"flag" | "value"> = {
  takes: "what the flag stops: with pause all reads and writes",
  by: ["flag", "value"],
  judge: ({ flag, value }, state) =>
    flagsSet(FLAGS.filter((each) => each === flag && isOn(value)), state),
};

const restart: Effect<"dry-run"> = {
  takes: "the services, while they restart",
  by: ["dry-run"],
  ofGuests: false,
  judge: (args) =>
    isOn(args["dry-run"]) ? [] : [{
      what: `Ceph's ${args["service-type"]} services${
        args.node === undefined ? " on all nodes" : ` on ${args.node}`
      }, while they restart`,
      guests: [],
    }],
};

function service(done: string): Effect<"service"> {
  return {
    takes: `the Ceph service, ${done}; without a name, all of the node`,
    by: ["service"],
    ofGuests: false,
    judge: ({ node, service: name }) => [{
      what: `${valueText(name) ?? "all Ceph services"} on ${node}, ${done}`,
      guests: [],
    }],
  };
}

/** Guests on storages of ours that `test` is true for. */
function on(test: (storage: Row, name: unknown) => boolean): GuestsOf {
  return ({ node, name }, state) =>
    guestsOnStorages(state, String(node), (row) => isOurs(row) && test(row, name));
}

const onPool = on(({ type, pool, "data-pool": data }, name) =>
  type === "rbd" && [pool ?? "rbd", data].includes(name)
);

const onFileSystem = on(({ type, "fs-name": fs }, name) =>
  type === "cephfs" && (fs ?? "cephfs") === name
);

/** Networks of a configuration that is there already. */
const initialized: Effect<"network" | "cluster-network"> = {
  takes: "the present networks of Ceph, should it be configured already",
  by: ["network", "cluster-network"],
  ofGuests: false,
  judge: async (args, state) => {
    if (args.network === undefined && args["cluster-network"] === undefined) return [];
    const what = "the present networks of Ceph";
    try {
      const text = await state.get("GET /nodes/{node}/ceph/cfg/raw", { node: args.node });
      return valueText(text) === undefined ? [] : [{ what, guests: [] }];
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
      // Without a configuration there is nothing to read.
      return error.status === 403 ? [{ what: `${what}, ${UNREAD}`, guests: [] }] : [];
    }
  },
};

function daemon(what: string, loses: string): readonly Effect<never>[] {
  return [deletion({ what, loses })];
}

const NEW = { nothing: "one more; PVE refuses the name of another" } as const;

export const cephEffects = {
  "PUT /cluster/ceph/flags": [flags],
  "PUT /cluster/ceph/flags/{flag}": [oneFlag],
  "POST /cluster/ceph/restart-bulk": [restart],
  "POST /nodes/{node}/ceph/restart-bulk": [restart],
  "POST /nodes/{node}/ceph/restart": [service("while it restarts")],
  "POST /nodes/{node}/ceph/stop": [service("until it is started")],
  "POST /nodes/{node}/ceph/start": { nothing: "starts what is stopped" },
  "POST /nodes/{node}/ceph/init": [initialized],

  "POST /nodes/{node}/ceph/pool": NEW,
  "PUT /nodes/{node}/ceph/pool/{name}": [settings({
    of: "Ceph pool {name}",
    now: "GET /nodes/{node}/ceph/pool/{name}/status",
    rules: {
      size: lowered("copies of its data"),
      min_size: altered("copies without which it stands still"),
      application: altered("use that clients know it by"),
    },
  })],
  "DELETE /nodes/{node}/ceph/pool/{name}": [deletion({
    what: "Ceph pool {name}",
    loses: "all data in it",
    now: "GET /nodes/{node}/ceph/pool/{name}/status",
    shows: ["size", "pg_num", "application"],
    guests: onPool,
  })],
  "POST /nodes/{node}/ceph/fs/{name}": NEW,
  "DELETE /nodes/{node}/ceph/fs/{name}": [deletion({
    what: "CephFS {name}",
    loses: "the file system; with remove-pools all data in it",
    guests: onFileSystem,
  })],

  "POST /nodes/{node}/ceph/osd": [diskTaken(["dev", "db_dev", "wal_dev"])],
  "DELETE /nodes/{node}/ceph/osd/{osdid}": [deletion({
    what: "OSD {osdid}",
    loses: "its copies of the data, with cleanup what is on the disk",
    now: "GET /nodes/{node}/ceph/osd/{osdid}/metadata",
    shows: ({ osd }) =>
      typeof osd === "object" && osd !== null
        ? propertyText(osd as Row, ["hostname", "osd_objectstore"])
        : "",
  })],
  "POST /nodes/{node}/ceph/osd/{osdid}/out": [
    always("redundancy, until the data of OSD {osdid} has moved to others"),
  ],
  "POST /nodes/{node}/ceph/osd/{osdid}/in": { nothing: "data moves to the OSD" },
  "POST /nodes/{node}/ceph/osd/{osdid}/scrub": { nothing: "checks data" },

  "POST /nodes/{node}/ceph/mon/{monid}": NEW,
  "DELETE /nodes/{node}/ceph/mon/{monid}": daemon(
    "Ceph monitor {monid}",
    "fewer may fail before the quorum does",
  ),
  "POST /nodes/{node}/ceph/mgr/{id}": NEW,
  "DELETE /nodes/{node}/ceph/mgr/{id}": daemon(
    "Ceph manager {id}",
    "without another one nothing is managed or measured",
  ),
  "POST /nodes/{node}/ceph/mds/{name}": NEW,
  "DELETE /nodes/{node}/ceph/mds/{name}": daemon(
    "Ceph metadata server {name}",
    "without another one CephFS stands still",
  ),
} satisfies EffectTable<Extract<ChangeOperation, `${string}/ceph/${string}`>>;
