/**
 * /cluster/qemu: CPU models of the administrator's own making, and CPU flags.
 *
 * @module
 */
import type { Cluster } from "../core/cluster.ts";
import { collection } from "../core/collection.ts";
import type { Handlers } from "../core/handler.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

/** CPU flags that PVE knows, with what they are for. */
const FLAGS: Readonly<Record<string, string>> = {
  "nested-virt": "Nested virtualization: 'svm' on AMD, 'vmx' on Intel",
  "md-clear": "Tells guests whether the mitigation of microarchitectural data sampling is there",
  pcid: "Cheaper mitigation of Meltdown on Intel CPUs",
  "spec-ctrl": "Mitigation of Spectre on Intel CPUs",
  ssbd: "Mitigation of speculative store bypass on Intel CPUs",
  ibpb: "Mitigation of Spectre on AMD CPUs",
  "virt-ssbd": "Basis of the mitigation of speculative store bypass on AMD CPUs",
  "amd-ssbd": "Faster mitigation of speculative store bypass on AMD CPUs",
  "amd-no-ssb": "Tells guests that the host is not open to speculative store bypass",
  pdpe1gb: "Pages of 1 GiB",
  "hv-tlbflush": "Faster flushing of Windows guests' address caches",
  "hv-evmcs": "Faster nested virtualization in Windows guests",
  aes: "Hardware support for AES",
};

/** CPU flags with the nodes that support them. */
export function cpuFlags(cluster: Cluster): Entry[] {
  return Object.entries(FLAGS).map(([name, description]) => ({
    name,
    description,
    "supported-on": name === "nested-virt" ? [] : cluster.nodeNames(),
  }));
}

/** Models that the administrator made. */
export function customModels(cluster: Cluster): Map<string, Entry> {
  return cluster.table("cpu-models");
}

/** Handlers of /cluster/qemu. */
export const handlers: Handlers = {
  "GET /cluster/qemu/cpu-flags": cpuFlags,
  ...collection({
    table: "cpu-models",
    base: "/cluster/qemu/custom-cpu-models",
    key: "cputype",
    missing: (name) => failed(`Custom cputype '${name}' not found`),
    exists: (name) => failed(`custom CPU model '${name}' already exists`),
  }),
};
