import { defineTool, read, write } from "../../tool/define.ts";

const COMMON = ["realm", "default"] as const;

export default defineTool({
  name: "proxmox_domain",
  title: "Realms",
  description: "Realms for login.",
  parameterDescriptions: {
    type:
      "ldap, ad: server1, base_dn, user_attr, bind_dn, bind_password, mode; openid: issuer-url, client-id; pam and pve are there",
  },
  actions: {
    list: read("GET /access/domains", { columns: ["realm", "type", "default", "tfa", "comment"] }),
    get: read("GET /access/domains/{realm}", { successMessage: 'Realm "{realm}"' }),
    create: write("POST /access/domains", {
      params: ["type", ...COMMON],
      successMessage: 'Realm "{realm}" is created',
    }),
    update: write("PUT /access/domains/{realm}", {
      params: COMMON,
      successMessage: 'Realm "{realm}" is updated',
    }),
    sync: write("POST /access/domains/{realm}/sync", {
      params: ["realm", "scope", "remove-vanished", "dry-run"],
      successMessage: 'Realm "{realm}" is synchronised',
    }),
    delete: write("DELETE /access/domains/{realm}", {
      successMessage: 'Realm "{realm}" is deleted',
    }),
  },
});
