/**
 * Reads that make a node ask an address of the caller's choice: a way out for what was read, and
 * into the network that the node stands in.
 *
 * @module
 */
import type { Operation, ParamName } from "./api.ts";

/** The parameter that names the address, by operation. */
export const ADDRESS_PARAM: { readonly [O in Operation]?: ParamName<O> } = {
  "GET /cluster/acme/meta": "directory",
  "GET /cluster/acme/tos": "directory",
  "GET /nodes/{node}/query-oci-repo-tags": "reference",
  "GET /nodes/{node}/query-url-metadata": "url",
  "GET /nodes/{node}/scan/cifs": "server",
  "GET /nodes/{node}/scan/iscsi": "portal",
  "GET /nodes/{node}/scan/nfs": "server",
  "GET /nodes/{node}/scan/pbs": "server",
};
