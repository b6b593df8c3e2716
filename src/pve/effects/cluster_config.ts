/**
 * Effects on the cluster itself: its nodes, its options, and what it does by itself.
 *
 * @module
 */
import { splitList } from "../split_list.ts";
import { taken } from "./creation.ts";
import { deletion } from "./deletion.ts";
import {
  type ChangeOperation,
  type Effect,
  type EffectTable,
  type GuestsOf,
  isOff,
  isOn,
} from "./effect.ts";
import { readRows } from "./read.ts";
import { vanished } from "./realm_sync.ts";
import {
  clearableSettings,
  cleared,
  replaced,
  type Rule,
  shortened,
  turnedOff,
  turnedOn,
} from "./settings.ts";
import { UNREAD } from "./words.ts";

const guestsOfNode: GuestsOf = async ({ node }, state) =>
  (await state.guests()).filter((guest) => guest.node === node).map(({ vmid }) => vmid);

/** All configuration of a node that joins; guests only with force, PVE refuses them without. */
const joined: Effect<"force"> = {
  takes:
    "the node's own users, storages and jobs, with force its guests too: the cluster's replace them",
  by: ["force"],
  judge: async ({ force }, state) => [{
    what: `the node's own users, storages and jobs${isOn(force) ? ", and its guests" : ""}: ` +
      "those of the cluster take their place",
    guests: isOn(force) ? (await state.guests()).map(({ vmid }) => vmid) : [],
  }],
};

/** A node that is in the cluster already, and is added again by force. */
const addedAgain: Effect<"force"> = {
  takes: "with force, the present entry of a node of that name",
  by: ["force"],
  ofGuests: false,
  judge: async ({ node, force }, state) => {
    if (!isOn(force)) return [];
    const rows = await readRows(state, "GET /cluster/config/nodes", {});
    if (rows !== undefined && !rows.some((row) => row.node === node || row.name === node)) {
      return [];
    }
    const known = rows === undefined ? `, ${UNREAD}` : "";
    return [{ what: `the present entry of node ${node}${known}`, guests: [] }];
  },
};

/** `rp=…,origin=…`, whether PVE answers it as a text or as an object. */
function keys(text: string | undefined): string[] {
  return (text ?? "").replace(/[{}"]/g, "").replace(/(?<=^|,)(\w+):/g, "$1=").split(",")
    .filter((part) => part !== "");
}

const secondFactors = shortened("second factors that are registered for it", { split: keys });

/** Migrations that were encrypted. */
const migration: Rule = ({ before, after, known: seen }) =>
  /insecure/.test(after ?? "") && !(seen && /insecure/.test(before ?? ""))
    ? "encryption of migrations"
    : undefined;

/** More goes of those that vanished than until now. */
const removedMore: Rule = ({ before, after, known: seen }) => {
  const removedOf = (value: string | undefined): string[] =>
    splitList(value).filter((word) => word !== "none");
  const had = seen ? removedOf(before) : [];
  const more = removedOf(after).filter((word) => !had.includes(word));
  return more.length === 0
    ? undefined
    : `${more.join(", ")} of users and groups that the directory no longer has, at each run`;
};

const ELSEWHERE = replaced("where metrics go now");
const ACME_PLUGIN = "GET /cluster/acme/plugins/{id}";

/** Effects on nodes, options and services of the cluster. */
export const clusterConfigEffects = {
  "POST /cluster/config": { nothing: "the node keeps what it has" },
  "POST /cluster/config/join": [joined],
  "POST /cluster/config/nodes/{node}": [addedAgain],
  "DELETE /cluster/config/nodes/{node}": [deletion({
    what: "node {node}",
    loses: "the cluster no longer knows it nor its guests",
    guests: guestsOfNode,
  })],

  "PUT /cluster/options": [clearableSettings({
    of: "options of the datacenter",
    now: "GET /cluster/options",
    trivial: ["console", "email_from", "keyboard", "language", "consent-text", "location"],
    rules: {
      webauthn: secondFactors,
      u2f: secondFactors,
      migration,
      migration_unsecure: turnedOn("encryption of migrations"),
      http_proxy: replaced("the nodes' way out"),
      "registered-tags": shortened("tags that only administrators set"),
    },
  })],

  "POST /cluster/acme/account": { nothing: "a new account; PVE refuses the name of another" },
  "PUT /cluster/acme/account/{name}": { nothing: "other addresses for the same account" },
  "DELETE /cluster/acme/account/{name}": [deletion({
    what: "ACME account {name}",
    loses: "it is deactivated, certificates are no longer renewed with it",
    now: "GET /cluster/acme/account/{name}",
    shows: ["directory", "location"],
  })],
  "POST /cluster/acme/plugins": [taken("ACME plugin", "GET /cluster/acme/plugins", "id", "plugin")],
  "PUT /cluster/acme/plugins/{id}": [clearableSettings({
    of: "ACME plugin {id}",
    now: ACME_PLUGIN,
    trivial: ["validation-delay"],
    rules: {
      api: replaced("how it proves that a domain is ours"),
      data: replaced("credentials that it has now"),
      disable: turnedOn("off, certificates are no longer renewed with it"),
      nodes: shortened("nodes", { emptyIsAll: true }),
    },
  })],
  "DELETE /cluster/acme/plugins/{id}": [deletion({
    what: "ACME plugin {id}",
    loses: "certificates are no longer renewed with it",
    now: ACME_PLUGIN,
    shows: ["type", "api"],
  })],

  "POST /cluster/metrics/server/{id}": { nothing: "a new server; PVE refuses the name of another" },
  "PUT /cluster/metrics/server/{id}": [clearableSettings({
    of: "metric server {id}",
    now: "GET /cluster/metrics/server/{id}",
    trivial: ["mtu", "timeout", "max-body-size"],
    rules: {
      disable: turnedOn("off, no metrics go there"),
      server: ELSEWHERE,
      port: ELSEWHERE,
      path: ELSEWHERE,
      bucket: ELSEWHERE,
      organization: ELSEWHERE,
      influxdbproto: ELSEWHERE,
      proto: ELSEWHERE,
      token: cleared("token to send with"),
      "verify-certificate": turnedOff("check of the server's certificate", true),
      "otel-verify-ssl": turnedOff("check of the server's certificate", true),
    },
  })],
  "DELETE /cluster/metrics/server/{id}": [deletion({
    what: "metric server {id}",
    loses: "no metrics go there",
    now: "GET /cluster/metrics/server/{id}",
    shows: ["type", "server", "port"],
  })],

  "POST /cluster/jobs/realm-sync/{id}": [vanished({
    realm: ({ realm }) => realm,
    idle: ({ enabled }) => isOff(enabled),
  })],
  "PUT /cluster/jobs/realm-sync/{id}": [clearableSettings({
    of: "synchronisation job {id}",
    now: "GET /cluster/jobs/realm-sync/{id}",
    trivial: ["enable-new", "scope"],
    rules: {
      enabled: turnedOff("off, nothing is synchronised", true),
      "remove-vanished": removedMore,
    },
  })],
  "DELETE /cluster/jobs/realm-sync/{id}": [deletion({
    what: "synchronisation job {id}",
    loses: "nothing is synchronised by it",
    now: "GET /cluster/jobs/realm-sync/{id}",
    shows: ["realm", "schedule"],
  })],
} satisfies EffectTable<
  Extract<
    ChangeOperation,
    `${string} /cluster/${"config" | "options" | "acme" | "metrics" | "jobs"}${string}`
  >
>;
