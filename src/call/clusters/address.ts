/**
 * Reads which cluster the arguments of a call name: `cluster=lab`, or `lab/web01` and `lab/pve1`
 * where a guest, a node or a storage is named.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { ToolError } from "../../tool/answer.ts";
import { aliasOf, otherSpelling } from "../../tool/compatibility.ts";
import type { Action, ToolDefinition } from "../../tool/define.ts";
import { factOfParam } from "../../tool/operation.ts";
import { acceptedNames, targetNames } from "../../tool/parameter_names.ts";
import { quoted } from "../input_limits.ts";

/** The argument that names a cluster; no operation of Proxmox VE has one of this name. */
export const CLUSTER = "cluster";

/** What holds names of guests, nodes and storages, by the format that Proxmox VE has for it. */
const PLACE_FORMATS: ReadonlySet<string | undefined> = new Set([
  ...["pve-node", "pve-node-list", "pve-ha-node-list"],
  ...["pve-vmid", "pve-vmid-list", "pve-ha-resource-or-vm-id", "pve-ha-resource-id-list"],
  ...["pve-storage-id", "pve-storage-id-list"],
]);
/** The same, where a tool has it in a form of its own. */
const PLACE_NAMES: ReadonlySet<string> = new Set(["vmid", "node", "storage", "upid"]);
/** Ids as Proxmox VE's list of resources has them: `qemu/100`. */
const RESOURCE_ID = /^(?:qemu|lxc|node|storage)\//;
/** A name of one word stands in front of the slash. */
const ADDRESS = /^([A-Za-z0-9-]+)\/(?=[^/\s])/;

/** Arguments without names of clusters, and the cluster that they name. */
export interface Addressed {
  readonly args: Readonly<Record<string, unknown>>;
  readonly cluster?: string;
}

function refused(label: string, problems: Readonly<Record<string, string>>): ToolError {
  return new ToolError(`Cannot call ${label} with these arguments`, {
    reason: "Nothing was sent to Proxmox VE",
    parameters: problems,
  });
}

/** The name among those that there are, in either case. */
function known(names: readonly string[], word: string): string | undefined {
  return names.find((name) => name === word.trim().toLowerCase());
}

function unknownText(names: readonly string[], word: string): string {
  return `there is no cluster ${quoted(word)}, but ${names.join(", ")}.${didYouMean(word, names)}`;
}

/**
 * The cluster that an argument names.
 *
 * @throws {ToolError} When there is none of that name.
 */
export function namedCluster(
  names: readonly string[],
  label: string,
  value: unknown,
): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const name = typeof value === "string" ? known(names, value) : undefined;
  if (name !== undefined) return name;
  const text = typeof value === "string"
    ? unknownText(names, value)
    : `there is no cluster ${quoted(value)}: name one of ${
      names.join(", ")
    }, or none, which lists all`;
  throw refused(label, { [CLUSTER]: text });
}

/** Whether an argument names a guest, a node or a storage of the cluster that the call is about. */
function isPlace(tool: ToolDefinition, action: Action, given: string): boolean {
  const name = otherSpelling(given, acceptedNames(tool, action)) ?? given;
  const own = action.extraParams?.[name];
  if (own?.elsewhere) return false;
  if (PLACE_NAMES.has(name) || targetNames(tool, action).includes(name)) return name !== "type";
  const fact = own ?? factOfParam(action, aliasOf(action, name) ?? name);
  return PLACE_FORMATS.has(fact?.format ?? fact?.items?.format);
}

class AddressReader {
  readonly clusters = new Set<string>();
  readonly problems: Record<string, string> = {};

  constructor(private readonly names: readonly string[]) {}

  /** The value without the names of clusters in front of its entries. */
  without(name: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.without(name, each));
    if (typeof value !== "string" || !value.includes("/")) return value;
    return value.split(/([,;\s]+)/).map((entry) => this.#bare(name, entry)).join("");
  }

  #bare(name: string, entry: string): string {
    const [address, word = ""] = ADDRESS.exec(entry) ?? [];
    if (address === undefined || RESOURCE_ID.test(entry)) return entry;
    const cluster = known(this.names, word);
    if (cluster !== undefined) this.clusters.add(cluster);
    else if (name === "vmid" || name === "node") {
      this.problems[name] = unknownText(this.names, word);
    }
    return cluster === undefined ? entry : entry.slice(address.length);
  }
}

/** Takes the names of clusters out of the arguments of a call, see {@linkcode takeAddress}. */
export function readAddress(
  names: readonly string[],
  { tool, action, label }: {
    readonly tool: ToolDefinition;
    readonly action: Action;
    readonly label: string;
  },
  input: Readonly<Record<string, unknown>>,
): Addressed {
  return takeAddress(names, label, input, (name) => isPlace(tool, action, name));
}

/**
 * Takes the names of clusters out of arguments.
 *
 * @param names Of the clusters that there are.
 * @param isPlace Whether an argument may have one in front of what it names.
 * @throws {ToolError} When they name one that there is not, or several.
 */
export function takeAddress(
  names: readonly string[],
  label: string,
  input: Readonly<Record<string, unknown>>,
  isPlace: (name: string) => boolean,
): Addressed {
  const reader = new AddressReader(names);
  const { [CLUSTER]: given, ...others } = input;
  const chosen = namedCluster(names, label, given);
  if (chosen !== undefined) reader.clusters.add(chosen);
  const args = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [
      name,
      isPlace(name) ? reader.without(name, value) : value,
    ]),
  );
  if (Object.keys(reader.problems).length > 0) throw refused(label, reader.problems);
  const [cluster, ...more] = reader.clusters;
  if (more.length === 0) return { args, ...defined({ cluster }) };
  throw new ToolError(`Cannot call ${label} for several clusters`, {
    reason: `The arguments name ${[...reader.clusters].join(" and ")}, and a call is about one`,
    fault: "invalid",
    notes: ["Nothing was sent to Proxmox VE"],
  });
}
