import { defineTool, read, write } from "../../tool/define.ts";

const KEEP = "Keep the value: Proxmox VE shows it only this once";

export default defineTool({
  name: "proxmox_user_token",
  title: "API tokens",
  description: "API tokens of a user. The secret is shown only when it is made.",
  parameterDescriptions: {
    privsep: "needs own ACL entries",
    expire: "epoch",
  },
  actions: {
    list: read("GET /access/users/{userid}/token", {
      successMessage: "API tokens of {userid}",
      columns: ["tokenid", "privsep", "expire", "comment"],
    }),
    get: read("GET /access/users/{userid}/token/{tokenid}", {
      successMessage: "Token {userid}!{tokenid}",
    }),
    create: write("POST /access/users/{userid}/token/{tokenid}", {
      params: ["userid", "tokenid", "comment", "expire", "privsep"],
      unmaskedFields: ["value"],
      successMessage: "Token {userid}!{tokenid} is created",
      note: KEEP,
    }),
    update: write("PUT /access/users/{userid}/token/{tokenid}", {
      params: ["comment", "expire", "privsep"],
      unmaskedFields: ["value"],
      successMessage: "Token {userid}!{tokenid} is updated",
    }),
    regenerate: write("PUT /access/users/{userid}/token/{tokenid}", {
      fixed: { regenerate: true },
      unmaskedFields: ["value"],
      successMessage: "Token {userid}!{tokenid} has a new secret; the old one is void",
      note: KEEP,
    }),
    delete: write("DELETE /access/users/{userid}/token/{tokenid}", {
      successMessage: "Token {userid}!{tokenid} is deleted",
    }),
  },
});
