import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, type ExtraParam, read, write } from "../../tool/define.ts";
import { onlyReads } from "../../tool/only_reads.ts";
import { opens } from "../../tool/server_rights.ts";

/** The node fetches what `directory` names: an address of the caller's choice is a way out. */
async function checkDirectory(args: Args, context: ReadContext): Promise<Args> {
  const { directory } = args;
  if (directory === undefined || context.config.allowElevated) return args;
  const { data } = await context.request("GET /cluster/acme/directories", {});
  const known = (data as readonly { readonly url: string }[]).map(({ url }) => url);
  if (known.includes(String(directory))) return args;
  if (context.config.readOnly) {
    throw onlyReads("Cannot ask a directory of your own: this server only reads", context.config);
  }
  throw new ToolError("The elevated tier is needed to ask a directory of your own", {
    kind: "denied",
    reason: `Proxmox VE knows ${known.join(", ")}`,
    notes: ["Nothing was asked", opens("change", context.config)],
  });
}

/** Credentials of a DNS provider, as lines; Proxmox VE gets their base64. */
const DATA: ExtraParam = { type: "any", description: "CF_Token=…" };

/** `{"CF_Token": "…"}` as lines of `CF_Token=…`. */
function withLines({ data, ...args }: Args): Args {
  if (typeof data !== "object" || data === null) return { ...args, data };
  const lines = Object.entries(data).map(([name, value]) => `${name}=${value}`);
  return { ...args, data: lines.join("\n") };
}

export default defineTool({
  name: "proxmox_acme_info",
  title: "ACME plugins",
  description: "DNS plugins, certificate authorities, their terms.",
  actions: {
    list_plugins: read("GET /cluster/acme/plugins", {
      successMessage: "ACME plugins",
      columns: ["plugin", "type", "api", "nodes", "disable", "data"],
    }),
    get_plugin: read("GET /cluster/acme/plugins/{id}", { successMessage: 'ACME plugin "{id}"' }),
    create_plugin: write("POST /cluster/acme/plugins", {
      params: ["api"],
      extraParams: { data: DATA },
      defaults: { type: "dns" },
      prepare: withLines,
      successMessage:
        'ACME plugin "{id}" is there: acmedomain0=domain=…,plugin={id} of proxmox_acme_cert uses it',
    }),
    update_plugin: write("PUT /cluster/acme/plugins/{id}", {
      params: ["api"],
      extraParams: { data: DATA },
      prepare: withLines,
      successMessage: 'ACME plugin "{id}" is changed',
    }),
    delete_plugin: write("DELETE /cluster/acme/plugins/{id}", {
      successMessage: 'ACME plugin "{id}" is deleted',
    }),
    directories: read("GET /cluster/acme/directories", {
      successMessage: "ACME directories",
      columns: ["name", "url"],
    }),
    tos: read("GET /cluster/acme/tos", {
      prepare: checkDirectory,
      uses: ["GET /cluster/acme/directories"],
      successMessage: "Terms of service",
    }),
  },
});
