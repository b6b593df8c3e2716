/**
 * Firewall aliases and IP sets of the cluster and of guests.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { byName } from "../core/by_name.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { assertUnmodified, digestOf } from "../core/digest.ts";
import { type Handlers, knownOperations } from "../core/handler.ts";
import { flag, named, text } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { AddressSet, Entry } from "../core/tables.ts";
import { aliasesOf, type Scope, SCOPES_WITH_SETS, setsOf } from "./scope.ts";

function aliasOf(call: Call, name: string): Entry {
  const cidr = named(call, "cidr");
  const comment = text(call, "comment") || undefined;
  return defined({ name, cidr, ipversion: cidr.includes(":") ? 6 : 4, comment });
}

function sortedAliases(cluster: Cluster, place: string): Entry[] {
  return [...aliasesOf(cluster, place)].sort(byName).map(([, alias]) => alias);
}

function foundAlias(cluster: Cluster, place: string, call: Call): Entry {
  const alias = aliasesOf(cluster, place).get(named(call, "name").toLowerCase());
  if (!alias) throw invalid({ name: "no such alias" });
  return alias;
}

function assertNameFree(aliases: ReadonlyMap<string, Entry>, name: string): void {
  if (aliases.has(name.toLowerCase())) throw invalid({ name: `alias '${name}' already exists` });
}

function updateAlias(cluster: Cluster, place: string, call: Call): null {
  const aliases = aliasesOf(cluster, place);
  assertUnmodified(digestOf(sortedAliases(cluster, place)), text(call, "digest"));
  foundAlias(cluster, place, call);
  const before = named(call, "name");
  const name = text(call, "rename") ?? before;
  const renamed = name.toLowerCase() !== before.toLowerCase();
  if (renamed) {
    assertNameFree(aliases, name);
    aliases.delete(before.toLowerCase());
  }
  aliases.set(name.toLowerCase(), aliasOf(call, name));
  return null;
}

function aliasHandlers(scope: Scope): Handlers {
  const base = `${scope.base}/aliases`;
  return knownOperations({
    [`GET ${base}`]: (cluster, call) => {
      const aliases = sortedAliases(cluster, scope.of(call));
      const digest = digestOf(aliases);
      return aliases.map((alias) => ({ ...alias, digest }));
    },
    [`GET ${base}/{name}`]: (cluster, call) => foundAlias(cluster, scope.of(call), call),
    [`POST ${base}`]: (cluster, call) => {
      const name = named(call, "name");
      const aliases = aliasesOf(cluster, scope.of(call));
      assertNameFree(aliases, name);
      aliases.set(name.toLowerCase(), aliasOf(call, name));
      return null;
    },
    [`PUT ${base}/{name}`]: (cluster, call) => updateAlias(cluster, scope.of(call), call),
    [`DELETE ${base}/{name}`]: (cluster, call) => {
      const place = scope.of(call);
      assertUnmodified(digestOf(sortedAliases(cluster, place)), text(call, "digest"));
      aliasesOf(cluster, place).delete(named(call, "name").toLowerCase());
      return null;
    },
  });
}

function foundSet(cluster: Cluster, place: string, call: Call): AddressSet {
  const set = setsOf(cluster, place).get(named(call, "name"));
  if (!set) throw failed(`no such IPSet '${named(call, "name")}'`);
  return set;
}

/** An address as PVE compares it: a single host has no prefix length. */
function plainCidr(cidr: string): string {
  return cidr.replace(/^(\d+\.\d+\.\d+\.\d+)\/32$/, "$1").replace(/^(.*:.*)\/128$/, "$1");
}

function foundEntry(set: AddressSet, call: Call): Entry {
  const cidr = plainCidr(named(call, "cidr"));
  const entry = set.entries.find((each) => plainCidr(String(each.cidr)) === cidr);
  if (!entry) throw invalid({ cidr: "no such IP/Network" });
  return entry;
}

function setsDigest(cluster: Cluster, place: string): string {
  return digestOf([...setsOf(cluster, place)].map(([name, { comment }]) => [name, comment]));
}

function createSet(cluster: Cluster, place: string, call: Call): null {
  const sets = setsOf(cluster, place);
  const name = named(call, "name");
  const rename = text(call, "rename");
  assertUnmodified(setsDigest(cluster, place), text(call, "digest"));
  if (rename === undefined) {
    if (sets.has(name)) throw invalid({ name: `IPSet '${name}' already exists` });
    const comment = text(call, "comment") || undefined;
    sets.set(name, defined({ comment, entries: [] }));
    return null;
  }
  const before = sets.get(rename);
  if (!before) throw invalid({ name: `IPSet '${rename}' does not exists` });
  if (name !== rename && sets.has(name)) throw invalid({ name: `IPSet '${name}' already exists` });
  sets.delete(rename);
  const comment = (text(call, "comment") ?? before.comment) || undefined;
  sets.set(name, defined({ entries: before.entries, comment }));
  return null;
}

function addEntry(cluster: Cluster, place: string, call: Call): null {
  const set = foundSet(cluster, place, call);
  const cidr = plainCidr(named(call, "cidr"));
  if (set.entries.some((each) => plainCidr(String(each.cidr)) === cidr)) {
    throw invalid({ cidr: `address '${cidr}' already exists` });
  }
  const alias = /^(?:(?:dc|guest)\/)?([A-Za-z][A-Za-z0-9\-_]+)$/.exec(cidr)?.[1]?.toLowerCase();
  if (alias && ![place, "cluster"].some((at) => aliasesOf(cluster, at).has(alias))) {
    throw failed(`no such alias '${cidr}'`);
  }
  if (/\/0$/.test(cidr)) throw failed("can't add address with prefix length 0");
  const comment = text(call, "comment") || undefined;
  const nomatch = flag(call, "nomatch") ? 1 : undefined;
  set.entries.unshift(defined({ cidr, nomatch, comment }));
  return null;
}

function updateEntry(cluster: Cluster, place: string, call: Call): null {
  const set = foundSet(cluster, place, call);
  assertUnmodified(digestOf(set.entries), text(call, "digest"));
  const entry = foundEntry(set, call);
  // What is not given is taken away.
  if (flag(call, "nomatch")) entry.nomatch = 1;
  else delete entry.nomatch;
  entry.comment = text(call, "comment");
  return null;
}

function removeEntry(cluster: Cluster, place: string, call: Call): null {
  const set = foundSet(cluster, place, call);
  assertUnmodified(digestOf(set.entries), text(call, "digest"));
  // One that is not there is no mistake.
  const cidr = plainCidr(named(call, "cidr"));
  set.entries = set.entries.filter((entry) => plainCidr(String(entry.cidr)) !== cidr);
  return null;
}

function removeSet(cluster: Cluster, place: string, call: Call): null {
  const set = foundSet(cluster, place, call);
  const name = named(call, "name");
  if (set.entries.length > 0 && !flag(call, "force")) {
    throw failed(`IPSet '${name}' is not empty`);
  }
  setsOf(cluster, place).delete(name);
  return null;
}

function setHandlers(scope: Scope): Handlers {
  const base = `${scope.base}/ipset`;
  return knownOperations({
    [`GET ${base}`]: (cluster, call) => {
      const digest = setsDigest(cluster, scope.of(call));
      return [...setsOf(cluster, scope.of(call))]
        .map(([name, { entries: _, ...set }]) => ({ name, ...set, digest }));
    },
    [`POST ${base}`]: (cluster, call) => createSet(cluster, scope.of(call), call),
    [`DELETE ${base}/{name}`]: (cluster, call) => removeSet(cluster, scope.of(call), call),
    [`GET ${base}/{name}`]: (cluster, call) => {
      const { entries } = foundSet(cluster, scope.of(call), call);
      const digest = digestOf(entries);
      return entries.map((entry) => ({ ...entry, digest }));
    },
    [`POST ${base}/{name}`]: (cluster, call) => addEntry(cluster, scope.of(call), call),
    [`GET ${base}/{name}/{cidr}`]: (cluster, call) => {
      const set = foundSet(cluster, scope.of(call), call);
      return { ...foundEntry(set, call), digest: digestOf(set.entries) };
    },
    [`PUT ${base}/{name}/{cidr}`]: (cluster, call) => updateEntry(cluster, scope.of(call), call),
    [`DELETE ${base}/{name}/{cidr}`]: (cluster, call) => removeEntry(cluster, scope.of(call), call),
  });
}

/** Handlers of aliases and IP sets. */
export const handlers: Handlers = Object.assign(
  {},
  ...SCOPES_WITH_SETS.flatMap((scope) => [aliasHandlers(scope), setHandlers(scope)]),
);
