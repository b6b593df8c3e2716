import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, read, write } from "../../tool/define.ts";

/** A token with privilege separation starts without any rights, which is easily missed. */
function newTokenOutcome(_context: ReadContext, args: Args, end: CallResult): Outcome {
  if (end.state !== "done" || args.privsep === false) return {};
  const token = `${args.userid}!${args.tokenid}`;
  return {
    notes: [
      `It has no rights yet, as its privileges are separated: proxmox_acl action=update path=/ roles=PVEAuditor tokens=${token} gives it some, of those that ${args.userid} has there itself`,
    ],
  };
}

const KEEP = "Keep the value: Proxmox VE shows it only this once";

export default defineTool({
  name: "proxmox_user_token",
  title: "API tokens",
  description: "API tokens of a user; the secret is shown once.",
  parameterDescriptions: {
    expire: "30d, or a date",
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
      params: ["userid", "tokenid", "expire", "privsep"],
      unmaskedFields: ["value"],
      successMessage: "Token {userid}!{tokenid} is created",
      outcome: newTokenOutcome,
      note: KEEP,
    }),
    update: write("PUT /access/users/{userid}/token/{tokenid}", {
      params: ["expire", "privsep"],
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
