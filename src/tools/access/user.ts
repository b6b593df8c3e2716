import type { Args, ArgValue } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { ToolError } from "../../tool/answer.ts";
import { defineTool, read, write } from "../../tool/define.ts";

/** What stands for "not set" where Proxmox VE has no `delete` for users. */
const CLEARED: Readonly<Record<string, ArgValue>> = {
  comment: "",
  email: "",
  firstname: "",
  lastname: "",
  groups: "",
  keys: "",
  expire: 0,
};

const KEY = { type: "string", format: "pve-configid", enum: Object.keys(CLEARED) } as const;

/** Turns `delete` into cleared values; says what no API token may do. */
function prepareUpdate({ password, delete: keys, ...args }: Args): Args {
  if (password !== undefined) {
    throw new ToolError("Cannot change a password with an API token", {
      reason: "Proxmox VE takes new passwords only from a user logged in with a password",
      notes: [
        "Nothing was sent. Set it in the web interface, or on a node: pveum passwd USER@REALM",
      ],
    });
  }
  return { ...args, ...Object.fromEntries(splitList(keys).map((key) => [key, CLEARED[key]])) };
}

export default defineTool({
  name: "proxmox_user",
  title: "Users",
  description: "Users.",
  parameterDescriptions: {
    userid: "name@realm",
    expire: "30d, or a date",
    append: "add to groups",
    password: "create, realm pve",
  },
  actions: {
    list: read("GET /access/users", {
      defaults: { full: true },
      columns: [
        "userid",
        "enable",
        "expire",
        "groups",
        "firstname",
        "lastname",
        "email",
        "comment",
      ],
    }),
    get: read("GET /access/users/{userid}", { successMessage: "User {userid}" }),
    create: write("POST /access/users", {
      params: [
        "userid",
        "password",
        "groups",
        "email",
        "comment",
        "expire",
        "enable",
      ],
      successMessage: "User {userid} is created",
    }),
    update: write("PUT /access/users/{userid}", {
      params: ["userid", "groups", "append"],
      extraParams: {
        password: { type: "string", unlisted: true },
        delete: { type: "array", items: KEY, unlisted: true },
      },
      prepare: prepareUpdate,
      successMessage: "User {userid} is updated",
    }),
    delete: write("DELETE /access/users/{userid}", {
      successMessage: "User {userid} is deleted",
    }),
  },
});
