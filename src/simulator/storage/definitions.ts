/**
 * `/storage`: which storages there are. Source: PVE::API2::Storage::Config.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import { maySeeStorage } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import { digestOf } from "../core/digest.ts";
import type { Handlers } from "../core/handler.ts";
import { fields, text } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { storageKind } from "./kinds.ts";
import { hasProperty, requiredProperties } from "./properties.ts";

/** Properties that are kept apart and never shown. */
const SECRET = ["password", "encryption-key", "master-pubkey", "keyring"];

/** Parameters that are no property of a definition. */
const NO_PROPERTY = ["storage", "type", "digest", "delete"];

const storages = collection({
  table: "storage",
  base: "/storage",
  key: "storage",
  missing: (name) => failed(`storage '${name}' does not exist`),
  exists: (name) => failed(`storage ID '${name}' already defined`),
  steps: {
    POST: "create storage failed",
    PUT: "update storage failed",
    DELETE: "delete storage failed",
  },
  check: (_cluster, call) => assertComplete(fields(call)),
  prepare: (entry, _cluster, call, before) => check(entry, call, before),
  release: (name, cluster) => assertNoBase(name, cluster.table("storage")),
  answer: (storage, _cluster, entry) => ({ storage, type: entry.type }),
  transient: SECRET,
});

/** Refuses a definition without what its type needs. */
function assertComplete(entry: Entry): void {
  for (const name of requiredProperties(String(entry.type))) {
    if (entry[name] === undefined) throw failed(`missing value for required option '${name}'`);
  }
}

function check(entry: Entry, call: Call, before: Entry | undefined): void {
  const type = String(entry.type ?? before?.type);
  entry.type = type;
  for (const name of Object.keys(fields(call, NO_PROPERTY))) {
    if (!hasProperty(type, name)) throw failed(`unexpected property '${name}'`);
  }
  const kind = storageKind(type);
  for (const content of splitList(entry.content)) {
    if (content === "none" || kind.content.includes(content)) continue;
    throw failed(`storage does not support content type '${content}'`);
  }
  if (entry.content === undefined && before === undefined) {
    entry.content = kind.defaultContent.join(",");
  }
}

function assertNoBase(name: string, definitions: ReadonlyMap<string, Entry>): void {
  for (const definition of definitions.values()) {
    if (String(definition.base ?? "").startsWith(`${name}:`)) {
      throw failed("can't remove storage - storage is used as base of another storage");
    }
  }
}

function list(cluster: Cluster, call: Call): Entry[] {
  const type = text(call, "type");
  const { definitions } = cluster.storages;
  const digest = digestOf([...definitions]);
  return [...definitions]
    .filter(([, definition]) => type === undefined || definition.type === type)
    .filter(([name]) => maySeeStorage(cluster, call.user, name))
    .map(([storage, definition]) => ({ storage, ...definition, digest }));
}

/** Handlers of storage definitions. */
export const handlers: Handlers = {
  ...storages,
  "GET /storage": list,
};
