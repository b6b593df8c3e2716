import { defineTool, destroy, read, write } from "../../tool/define.ts";

const COMMON = ["realm", "default"] as const;

export default defineTool({
  name: "proxmox_domain",
  title: "Authentication realms",
  description: "Realms that users log in with.",
  words: {
    type:
      "ldap, ad: server1, base_dn, user_attr, bind_dn, bind_password, mode; openid: issuer-url, client-id; pam and pve are there",
  },
  actions: {
    list: read("GET /access/domains", { columns: ["realm", "type", "default", "tfa", "comment"] }),
    get: read("GET /access/domains/{realm}", { done: 'Realm "{realm}"' }),
    create: write("POST /access/domains", {
      params: ["type", ...COMMON],
      aliases: { bind_password: "password" },
      done: 'Realm "{realm}" is created',
    }),
    update: write("PUT /access/domains/{realm}", {
      params: COMMON,
      aliases: { bind_password: "password" },
      ignored: { type: "a realm keeps its type" },
      done: 'Realm "{realm}" is updated',
    }),
    sync: destroy("POST /access/domains/{realm}/sync", {
      loses: "what remove-vanished names of users that the directory no longer has",
      params: ["realm", "scope", "remove-vanished", "dry-run"],
      done: 'Realm "{realm}" is synchronised',
    }),
    delete: destroy("DELETE /access/domains/{realm}", {
      loses: "the realm: its users can no longer log in",
      done: 'Realm "{realm}" is deleted',
    }),
  },
});
