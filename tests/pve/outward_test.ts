/** The reads that send a node to an address, held against the parameters of all reads. */
import { operationFact, operationNames, pathParams } from "../../src/pve/api.ts";
import { ADDRESS_PARAM } from "../../src/pve/outward.ts";
import { assertEquals } from "../assert.ts";

/**
 * Parameters of reads that were looked at and send no node anywhere: names of what the cluster has,
 * filters, bounds, forms of the answer, what goes along to an address, and ports and sockets of the
 * node itself.
 */
const NO_ADDRESS =
  `accel action arch cf check-node config-keys content count current decode disk domain download ds
  enabled endcursor errors feature file filepath fingerprint format full guest healthonly history id
  identifiers include-partitions iterations kernel lastentries limit local-only max multiple name
  node node-list offset password path pci-class-blacklist pending pid poolid port priority property
  prune-backups resource running schedule scope service since skipsmart snapname snapshot socket
  source start start-time startcursor starttime statusfilter storage structured tar target ticket
  timeframe type typefilter unit units until userfilter userid username verbose verify-certificates
  version vg vmid vncticket volume`.split(/\s+/);

Deno.test("each parameter of a read is known to name an address that a node asks, or none", () => {
  const addresses = new Map<string, string[]>();
  for (const operation of operationNames()) {
    const { method, path, params } = operationFact(operation);
    if (method !== "GET") continue;
    const inPath = pathParams(path);
    for (const name of Object.keys(params)) {
      if (inPath.includes(name) || NO_ADDRESS.includes(name)) continue;
      addresses.set(operation, [...addresses.get(operation) ?? [], name]);
    }
  }
  assertEquals(
    Object.fromEntries(addresses),
    Object.fromEntries(Object.entries(ADDRESS_PARAM).map(([key, name]) => [key, [name]])),
  );
});
