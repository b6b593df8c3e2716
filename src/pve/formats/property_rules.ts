/**
 * What a property string as a whole must fulfil, beyond each of its properties, with PVE's words.
 *
 * @module
 */
import { formatTable } from "../api.ts";

/** PVE's message for properties that do not go together, or undefined. */
type PropertyRule = (values: Readonly<Record<string, string>>) => string | undefined;

/** CPU types that PVE puts together itself; all others are QEMU's. Source: PVE::QemuServer::CPUConfig. */
const OWN_CPU_TYPES = ["x86-64-v2", "x86-64-v2-AES", "x86-64-v3", "x86-64-v4"];
/** Flags that the configuration of a VM may switch; a model of one's own may switch any. */
const VM_CPU_FLAGS = [
  ...["nested-virt", "md-clear", "pcid", "spec-ctrl", "ssbd", "ibpb", "virt-ssbd", "amd-ssbd"],
  ...["amd-no-ssb", "pdpe1gb", "hv-tlbflush", "hv-evmcs", "aes"],
];

/** Whether a model of the administrator's own is there, the cluster alone knows. */
function isCpuType(name: string): boolean {
  const reported = formatTable("pve-vm-cpu-conf")?.["reported-model"]?.enum ?? [];
  return name.startsWith("custom-") || OWN_CPU_TYPES.includes(name) || reported.includes(name);
}

function checkCpu(values: Readonly<Record<string, string>>): string | undefined {
  const { cputype, flags } = values;
  if (cputype === undefined) return "CPU is missing cputype";
  if (!isCpuType(cputype)) {
    return `Built-in cputype '${cputype}' is not defined (missing 'custom-' prefix?)`;
  }
  const names = flags === undefined ? [] : flags.split(";").map((flag) => flag.slice(1));
  if (!names.every((name) => VM_CPU_FLAGS.includes(name))) {
    return `VM-specific CPU flags must be a subset of: ${VM_CPU_FLAGS.join(", ")}`;
  }
  return values["reported-model"] === undefined
    ? undefined
    : "Property 'reported-model' not allowed in VM-specific CPU config.";
}

/** Rules by format. */
export const PROPERTY_RULES: Readonly<Record<string, PropertyRule>> = {
  "backup-fleecing": (values) =>
    values.enabled === "1" && values.storage === undefined
      ? "fleecing requires a storage to be set"
      : undefined,
  "prune-backups": (values) =>
    values["keep-all"] === "1" && Object.keys(values).length > 1
      ? "keep-all cannot be set together with other options."
      : undefined,
  "pve-vm-cpu-conf": checkCpu,
};
