import type { Args } from "../../pve/encode.ts";
import { ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { defineTool, read } from "../../tool/define.ts";
import { onlyReads } from "../../tool/only_reads.ts";

/** The node fetches what `directory` names: an address of the caller's choice is a way out. */
async function checkDirectory(args: Args, context: ReadContext): Promise<Args> {
  const { directory } = args;
  if (directory === undefined || context.config.allowElevated) return args;
  const { data } = await context.request("GET /cluster/acme/directories", {});
  const known = (data as readonly { readonly url: string }[]).map(({ url }) => url);
  if (known.includes(String(directory))) return args;
  if (context.config.readOnly) {
    throw onlyReads("Cannot ask a directory of your own: this server only reads");
  }
  throw new ToolError("The elevated tier is needed to ask a directory of your own", {
    denied: true,
    reason: `Proxmox VE knows ${known.join(", ")}`,
    notes: ["Nothing was asked; PROXMOX_ALLOW_ELEVATED=true allows it"],
  });
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
