import type { Args } from "../../pve/encode.ts";
import type { ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, read, write } from "../../tool/define.ts";

/** Without a restart the old certificate is served on. */
function sayRestart(
  _context: ReadContext,
  { restart }: Args,
  { state }: CallResult,
): Promise<Outcome> {
  const notes = [
    "pveproxy serves it only after a restart: proxmox_node_service service=pveproxy command=restart",
  ];
  return Promise.resolve(restart === true || state !== "done" ? {} : { notes });
}

export default defineTool({
  name: "proxmox_certificate",
  title: "Node certificates",
  description: "A node's TLS certificates.",
  parameterDescriptions: {
    certificates: "PEM",
  },
  actions: {
    list: read("GET /nodes/{node}/certificates/info", {
      columns: ["filename", "subject", "issuer", "notbefore", "notafter", "san", "fingerprint"],
    }),
    upload: write("POST /nodes/{node}/certificates/custom", {
      params: ["certificates", "key", "force"],
      successMessage: "{node} has the new certificate",
      outcome: sayRestart,
    }),
    delete: write("DELETE /nodes/{node}/certificates/custom", {
      successMessage: "{node} is back to the cluster's own certificate",
      outcome: sayRestart,
    }),
  },
});
