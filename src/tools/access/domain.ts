import { defineTool, destroy, read, write } from "../../tool/define.ts";

const COMMON = [
  "realm",
  "comment",
  "default",
  "server1",
  "server2",
  "port",
  "mode",
  "base_dn",
  "user_attr",
  "bind_dn",
] as const;

export default defineTool({
  name: "proxmox_domain",
  title: "Authentication realms",
  description: "Realms that users log in with: PAM, PVE, LDAP, AD, OpenID.",
  words: { bind_password: "of bind_dn" },
  actions: {
    list: read("GET /access/domains", { columns: ["realm", "type", "default", "tfa", "comment"] }),
    get: read("GET /access/domains/{realm}"),
    create: write("POST /access/domains", {
      params: ["realm", "type", ...COMMON, "password", "domain", "issuer-url", "client-id"],
      aliases: { bind_password: "password" },
      done: 'Realm "{realm}" is created',
    }),
    update: write("PUT /access/domains/{realm}", {
      params: [...COMMON, "password"],
      aliases: { bind_password: "password" },
      ignored: { type: "a realm keeps its type" },
      done: 'Realm "{realm}" is updated',
    }),
    sync: destroy("POST /access/domains/{realm}/sync", {
      params: ["realm", "scope", "remove-vanished", "dry-run"],
      done: 'Realm "{realm}" is synchronised',
    }),
    delete: destroy("DELETE /access/domains/{realm}", { done: 'Realm "{realm}" is deleted' }),
  },
});
