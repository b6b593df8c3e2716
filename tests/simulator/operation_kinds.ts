/**
 * Tells the operations that are walked one by one, of guests, storages and the nodes themselves,
 * from those of collections, whose reads are walked as a whole.
 *
 * @module
 */

/** Paths of guests, storages and the nodes themselves. */
const PATHS = [
  "/cluster/nextid",
  "/cluster/resources",
  "/cluster/status",
  "/cluster/tasks",
  "/nodes",
  "/nodes/{node}/lxc",
  "/nodes/{node}/migrateall",
  "/nodes/{node}/qemu",
  "/nodes/{node}/rrd",
  "/nodes/{node}/rrddata",
  "/nodes/{node}/spiceshell",
  "/nodes/{node}/startall",
  "/nodes/{node}/status",
  "/nodes/{node}/stopall",
  "/nodes/{node}/storage",
  "/nodes/{node}/suspendall",
  "/nodes/{node}/tasks",
  "/nodes/{node}/termproxy",
  "/nodes/{node}/version",
  "/nodes/{node}/vncshell",
  "/nodes/{node}/vzdump",
  "/storage",
  "/version",
];

/** True for an operation of a collection: its entries are there from the start. */
export function isOfCollection(operation: string): boolean {
  const path = operation.slice(operation.indexOf(" ") + 1);
  if (path.includes("}/firewall")) return true;
  return !PATHS.some((each) => path === each || (each !== "/nodes" && path.startsWith(`${each}/`)));
}
