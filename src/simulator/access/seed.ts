/**
 * The people of the company: users, groups, what they may do, and their tokens.
 *
 * @module
 */
import type { Seed } from "../core/handler.ts";
import type { Entry, GroupEntry } from "../core/tables.ts";
import { passwordAt, secretAt } from "../seed/site.ts";
import { grant } from "./acl.ts";

const USERS: Readonly<Record<string, Entry>> = {
  "root@pam": { email: "root@example.com" },
  "alice@pve": { firstname: "Alice", lastname: "Berger", email: "alice@example.com" },
  "bob@pve": { firstname: "Bob", lastname: "Lindqvist", email: "bob@example.com" },
  "carol@pve": { firstname: "Carol", lastname: "Okafor", email: "carol@example.com" },
  "monitoring@pve": { comment: "Metrics exporter" },
  "backup@pve": { comment: "Backup automation" },
  "mallory@pve": { enable: 0, comment: "Left the company" },
};

const GROUPS: Readonly<Record<string, GroupEntry>> = {
  admins: { users: ["alice@pve"], comment: "System administrators" },
  developers: { users: ["bob@pve"], comment: "Software developers" },
  helpdesk: { users: ["carol@pve"], comment: "First-level support" },
};

/** Tokens of the company; the secrets are public, since so is the company. */
const TOKENS: Readonly<Record<string, Entry>> = {
  "root@pam!mcp": {
    secret: "d3b07384-d113-4ec4-9f1e-5a3c1d9e0001",
    privsep: 0,
    comment: "proxmox-mcp",
  },
  "alice@pve!automation": { secret: "d3b07384-d113-4ec4-9f1e-5a3c1d9e0002", privsep: 0 },
  "bob@pve!ci": {
    secret: "d3b07384-d113-4ec4-9f1e-5a3c1d9e0003",
    privsep: 1,
    comment: "CI runner",
  },
  "monitoring@pve!exporter": { secret: "d3b07384-d113-4ec4-9f1e-5a3c1d9e0004", privsep: 1 },
  "backup@pve!unused": { secret: "d3b07384-d113-4ec4-9f1e-5a3c1d9e0005", privsep: 1 },
  "alice@pve!expired": {
    secret: "d3b07384-d113-4ec4-9f1e-5a3c1d9e0006",
    privsep: 0,
    expire: 1_700_000_000,
  },
};

/** Fills users, groups, tokens and the ACL. */
export const seed: Seed = (cluster) => {
  for (const [userid, user] of Object.entries(USERS)) {
    cluster.table("access.users").set(userid, { enable: 1, expire: 0, ...user });
  }
  for (const [name, group] of Object.entries(GROUPS)) {
    cluster.table("access.groups").set(name, { ...group, users: [...group.users] });
  }
  for (const [id, token] of Object.entries(TOKENS)) {
    const [userid, tokenid] = id.split("!");
    const secret = secretAt(cluster.site, String(token.secret));
    cluster.table("access.tokens").set(id, { userid, tokenid, expire: 0, ...token, secret });
  }
  cluster.table("access.shadow").set("root@pam", { password: passwordAt(cluster.site) });
  cluster.table("access.tfa").set("alice@pve", {
    entries: [{
      id: "totp-1",
      type: "totp",
      description: "Phone",
      created: 1_735_689_600,
      enable: 1,
    }],
  });
  grant(cluster, "/", "groups", "admins", "Administrator");
  grant(cluster, "/pool/development", "groups", "developers", "PVEVMAdmin");
  grant(cluster, "/storage/local", "groups", "developers", "PVEDatastoreUser");
  grant(cluster, "/vms", "groups", "helpdesk", "GuestOperator");
  grant(cluster, "/", "users", "monitoring@pve", "PVEAuditor");
  grant(cluster, "/", "tokens", "monitoring@pve!exporter", "PVEAuditor");
  grant(cluster, "/pool/development", "tokens", "bob@pve!ci", "PVEVMUser");
  grant(cluster, "/storage", "users", "backup@pve", "PVEDatastoreAdmin");
};
