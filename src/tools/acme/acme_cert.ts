import type { Row } from "../../tool/answer.ts";
import { defineTool, read, write } from "../../tool/define.ts";

/** What of a node's configuration is about ACME. */
function acmeOf(data: unknown): unknown {
  const entries = Object.entries(data as Row).filter(([name]) => name.startsWith("acme"));
  return entries.length > 0 ? Object.fromEntries(entries) : { acme: "not configured" };
}

export default defineTool({
  name: "proxmox_acme_cert",
  title: "ACME certificate",
  description: "A node's ACME certificate and its domains.",
  parameterDescriptions: {
    acme: "account=default,domains=a.org;b.org",
    acmedomain0: "DNS: domain=…,plugin=…",
  },
  actions: {
    order: write("POST /nodes/{node}/certificates/acme/certificate", {
      successMessage: "{node} has a new certificate",
    }),
    renew: write("PUT /nodes/{node}/certificates/acme/certificate", {
      successMessage: "The certificate of {node} is renewed",
    }),
    revoke: write("DELETE /nodes/{node}/certificates/acme/certificate", {
      successMessage: "The certificate of {node} is revoked",
    }),
    config: read("GET /nodes/{node}/config", {
      shape: acmeOf,
      successMessage: "ACME settings of {node}",
    }),
    configure: write("PUT /nodes/{node}/config", {
      params: ["acme", "acmedomain0"],
      successMessage: "The ACME settings of {node} are set",
    }),
  },
});
