/**
 * Directory answers: what lies below a path, for all paths that PVE only has to show that.
 *
 * @module
 */
import { operationNames } from "../../pve/api.ts";
import { type Handler, type Handlers, knownOperations } from "./handler.ts";

/** Name of the one field in a directory's rows, where it is not `name`. */
const FIELDS: Readonly<Record<string, string>> = {
  "/access": "subdir",
  "/access/openid": "subdir",
  "/cluster/backup-info": "subdir",
  "/cluster/ha": "id",
  "/cluster/jobs": "subdir",
  "/cluster/sdn": "id",
  "/cluster/sdn/fabrics": "subdir",
  "/nodes/{node}/apt": "id",
  "/nodes/{node}/hardware": "type",
  "/nodes/{node}/hardware/pci/{pci-id-or-mapping}": "method",
  "/nodes/{node}/scan": "method",
  "/nodes/{node}/sdn/fabrics/{fabric}": "subdir",
  "/nodes/{node}/sdn/vnets/{vnet}": "subdir",
  "/nodes/{node}/sdn/zones/{zone}": "subdir",
  "/nodes/{node}/services/{service}": "subdir",
  "/nodes/{node}/storage/{storage}": "subdir",
  "/nodes/{node}/qemu/{vmid}": "subdir",
  "/nodes/{node}/qemu/{vmid}/status": "subdir",
  "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}": "cmd",
  "/nodes/{node}/lxc/{vmid}": "subdir",
  "/nodes/{node}/lxc/{vmid}/status": "subdir",
  "/nodes/{node}/lxc/{vmid}/snapshot/{snapname}": "cmd",
};

/** Directories by path, with the names below them. */
function directories(): Map<string, Set<string>> {
  const below = new Map<string, Set<string>>();
  for (const operation of operationNames()) {
    const path = operation.slice(operation.indexOf(" ") + 1);
    const parts = path.split("/");
    for (let end = 2; end < parts.length; end++) {
      const next = parts[end];
      if (!next || next.startsWith("{")) continue;
      const parent = parts.slice(0, end).join("/");
      below.set(parent, (below.get(parent) ?? new Set()).add(next));
    }
  }
  return below;
}

/**
 * Handlers of all directories that `taken` has no handler for.
 *
 * @param taken Operations with handlers of their own.
 */
export function indexHandlers(taken: ReadonlySet<string>): Handlers {
  const handlers: Record<string, Handler> = {};
  for (const [path, names] of directories()) {
    const operation = `GET ${path}`;
    if (taken.has(operation)) continue;
    const field = FIELDS[path] ?? "name";
    const rows = [...names].sort();
    handlers[operation] = () => rows.map((name) => ({ [field]: name }));
  }
  return knownOperations(handlers);
}
