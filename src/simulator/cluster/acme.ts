/**
 * /cluster/acme: accounts at certificate authorities, and plugins that answer their challenges.
 *
 * @module
 */
import { splitList } from "../../pve/split_list.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import type { Handlers, Seed } from "../core/handler.ts";
import { named, text } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { Account } from "../core/tables.ts";

const PRODUCTION = "https://acme-v02.api.letsencrypt.org/directory";
const STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory";
const TERMS = "https://letsencrypt.org/documents/LE-SA-v1.5-February-24-2025.pdf";

/** Challenge plugins with the fields of their credentials; PVE knows many more. */
const CHALLENGES: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  acmedns: ["acme-dns", [
    "ACMEDNS_PASSWORD",
    "ACMEDNS_SUBDOMAIN",
    "ACMEDNS_UPDATE_URL",
    "ACMEDNS_USERNAME",
  ]],
  cf: ["Cloudflare Managed DNS", ["CF_Account_ID", "CF_Email", "CF_Key", "CF_Token", "CF_Zone_ID"]],
  desec: ["deSEC.io", ["DEDYN_TOKEN"]],
  hetzner: ["Hetzner", ["HETZNER_Token"]],
  ovh: ["OVH", ["OVH_AK", "OVH_AS", "OVH_CK", "OVH_END_POINT"]],
  pdns: ["PowerDNS", ["PDNS_ServerId", "PDNS_Token", "PDNS_Ttl", "PDNS_Url"]],
};

function accounts(cluster: Cluster): Map<string, Account> {
  return cluster.table("acme.accounts");
}

function accountName(call: Call): string {
  return text(call, "name") ?? "default";
}

function foundAccount(cluster: Cluster, call: Call): Account {
  const account = accounts(cluster).get(accountName(call));
  if (!account) throw invalid({ name: "ACME account config file does not exist" });
  return account;
}

function contacts(call: Call): string[] {
  return splitList(named(call, "contact")).map((mail) => `mailto:${mail}`);
}

function task(
  cluster: Cluster,
  call: Call,
  type: string,
  log: readonly string[],
  finish: () => void,
): string {
  const node = cluster.nodeNames()[0] ?? "";
  return cluster.startTask({
    node,
    type,
    id: accountName(call),
    user: call.user,
    ms: 3000,
    log,
    finish,
  });
}

function register(cluster: Cluster, call: Call): string {
  const name = accountName(call);
  if (accounts(cluster).has(name)) {
    throw invalid({ name: `ACME account config file already exists` });
  }
  const directory = text(call, "directory") ?? PRODUCTION;
  const log = ["Generating ACME account key..", "Registering ACME account.."];
  return task(cluster, call, "acmeregister", log, () => {
    accounts(cluster).set(name, {
      directory,
      location: `${new URL(directory).origin}/acme/acct/${accounts(cluster).size + 1}`,
      tos: text(call, "tos_url") ?? "",
      account: { contact: contacts(call), status: "valid" },
    });
  });
}

/** PVE's parameter is `id`, while its answers say `plugin`. */
const plugins = collection({
  table: "acme.plugins",
  base: "/cluster/acme/plugins",
  key: "id",
  missing: (id, method) =>
    method === "DELETE" ? undefined : failed(`ACME plugin '${id}' not defined`),
  exists: (id) => failed(`ACME plugin ID '${id}' already exists`),
  prepare: (entry) => {
    if (entry.type === "dns" && entry.api === undefined) {
      throw failed("missing value for required option 'api'");
    }
  },
  visible: (_id, _cluster, call, { type }) => (text(call, "type") ?? type) === type,
  shape: ({ id, ...row }) => ({ plugin: id, ...row }),
});

/** Handlers of /cluster/acme. */
export const handlers: Handlers = {
  ...plugins,
  "GET /cluster/acme/account": (cluster) => [...accounts(cluster).keys()].map((name) => ({ name })),
  "GET /cluster/acme/account/{name}": foundAccount,
  "POST /cluster/acme/account": register,
  "PUT /cluster/acme/account/{name}": (cluster, call) => {
    const account = foundAccount(cluster, call);
    return task(cluster, call, "acmeupdate", ["Updating ACME account.."], () => {
      if (text(call, "contact") !== undefined) {
        account.account = { ...account.account, contact: contacts(call) };
      }
    });
  },
  "DELETE /cluster/acme/account/{name}": (cluster, call) => {
    foundAccount(cluster, call);
    const log = ["Deactivating ACME account.."];
    return task(cluster, call, "acmedeactivate", log, () => {
      accounts(cluster).delete(accountName(call));
    });
  },
  "GET /cluster/acme/directories": () => [
    { name: "Let's Encrypt V2", url: PRODUCTION },
    { name: "Let's Encrypt V2 Staging", url: STAGING },
  ],
  "GET /cluster/acme/tos": () => TERMS,
  "GET /cluster/acme/meta": () => ({
    termsOfService: TERMS,
    website: "https://letsencrypt.org",
    caaIdentities: ["letsencrypt.org"],
  }),
  "GET /cluster/acme/challenge-schema": () =>
    Object.entries(CHALLENGES).map(([id, [name, names]]) => ({
      id,
      name,
      type: "dns",
      schema: {
        name,
        fields: Object.fromEntries(
          names.map((field) => [field, { type: "string", description: "" }]),
        ),
      },
    })),
};

/** An account, and a plugin with credentials. */
export const seed: Seed = (cluster) => {
  accounts(cluster).set("default", {
    directory: PRODUCTION,
    location: "https://acme-v02.api.letsencrypt.org/acme/acct/1",
    tos: TERMS,
    account: { contact: ["mailto:admins@example.com"], status: "valid" },
  });
  cluster.table("acme.plugins").set("standalone", { type: "standalone" });
  cluster.table("acme.plugins").set("cloudflare", {
    type: "dns",
    api: "cf",
    data: "Q0ZfVG9rZW49ZGVtby10b2tlbg==",
  });
};
