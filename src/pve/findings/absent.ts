/**
 * Names that Proxmox VE takes without a look whether there is such a thing, and what becomes of the
 * change then. Others it refuses by itself. Sources: PVE::API2::Pool, Backup, ACL, User,
 * Storage::Config, Nodes and BulkAction, PVE::API2::HA, PVE::API2::Network::SDN.
 *
 * @module
 */
import { didYouMean } from "../../base/text/nearest.ts";
import { some } from "../../base/text/units.ts";
import { type CurrentState, isOn, type ReadOperation } from "../effects/effect.ts";
import { readRows } from "../effects/read.ts";
import type { Args } from "../encode.ts";
import { nodeNames } from "../ha_placement.ts";
import { splitList } from "../split_list.ts";
import { type Check, type Finding, finding } from "./finding.ts";

interface Listed {
  readonly look: ReadOperation;
  readonly args?: Args;
  /** The field that has the name. */
  readonly field: string;
  /** The names in a value; by default it is a list of them. */
  readonly names?: (value: unknown) => readonly string[];
  /** All of them are listed for whoever asks. */
  readonly isOpen?: true;
}

/** Where the names stand that there are. */
const LISTS = {
  guest: { look: "GET /cluster/resources", args: { type: "vm" }, field: "vmid" },
  node: { look: "GET /nodes", field: "node", names: nodeNames, isOpen: true },
  pool: { look: "GET /pools", field: "poolid" },
  realm: {
    look: "GET /access/domains",
    field: "realm",
    names: (user) => [String(user).split("@").at(-1) ?? ""],
    isOpen: true,
  },
  storage: { look: "GET /storage", field: "storage" },
} as const satisfies Readonly<Record<string, Listed>>;

type Kind = keyof typeof LISTS;

/** What is taken unseen: by which operations, in which argument, and what becomes of it. */
const TAKEN: readonly (readonly [by: RegExp, param: string, kind: Kind, then: string])[] = [
  [/^POST \/access\/users$/, "userid", "realm", "nobody can log in as this user"],
  [/^PUT \/pools\b/, "vms", "guest", "a guest that comes to have the number is in the pool"],
  [/^PUT \/pools\b/, "storage", "storage", "one that comes to have the name is in the pool"],
  ...([
    ["storage", "storage", "the job fails without it"],
    ["vmid", "guest", "nothing of it is backed up"],
    ["exclude", "guest", "nothing is left out for it"],
    ["node", "node", "the job runs nowhere"],
  ] as const).map((each) => [/^(?:POST|PUT) \/cluster\/backup\b/, ...each] as const),
  [/^(?:POST|PUT) \/storage\b/, "nodes", "node", "the storage is not on it"],
  [/^(?:POST|PUT) \/cluster\/sdn\/zones\b/, "nodes", "node", "the zone is not on it"],
  [/^(?:POST|PUT) \/cluster\/sdn\/zones\b/, "exitnodes", "node", "no traffic leaves by it"],
  [/^(?:POST|PUT) \/cluster\/sdn\/controllers\b/, "node", "node", "the controller runs nowhere"],
  [/^(?:POST|PUT) \/cluster\/ha\/groups\b/, "nodes", "node", "HA runs nothing on it"],
  [/^POST \/cluster\/ha\/\S+\/(?:migrate|relocate)$/, "node", "node", "HA moves nothing there"],
  [
    /^POST \/(?:nodes\/\{node\}\/\w+all|cluster\/bulk-action\/\S+)$/,
    "vms",
    "guest",
    "it is skipped",
  ],
];

/** What a path of permissions names: `/vms/100`, `/pool/a/b`. */
const PATH = /^\/?(vms|storage|nodes|pool)\/(.+?)\/?$/;
const KINDS: Readonly<Record<string, Kind>> = {
  nodes: "node",
  pool: "pool",
  storage: "storage",
  vms: "guest",
};

async function absentOf(
  kind: Kind,
  value: unknown,
  then: string,
  state: CurrentState,
): Promise<Finding[]> {
  const { look, args = {}, field, names = splitList, isOpen }: Listed = LISTS[kind];
  const wanted = names(value);
  const rows = wanted.length === 0 ? undefined : await readRows(state, look, args);
  if (!rows) return [];
  const there = new Set(rows.map((row) => String(row[field])));
  const [first, ...others] = [...new Set(wanted)].filter((name) => !there.has(name));
  if (first === undefined) return [];
  const told = some([first, ...others].map((name) => `"${name}"`));
  const seen = isOpen ? "" : " that the token may see";
  const meant = kind === "guest" || others.length > 0 ? "" : didYouMean(first, there);
  const what = `There is no ${kind} ${told}${seen}: ${then}${meant && `.${meant}`}`;
  return [finding("warns", what, look, args)];
}

/** Whether what Proxmox VE takes unseen is there. */
export const absent: Check = async ({ operation, args }, state) => {
  // What is taken out, or away, need not be there.
  if (isOn(args.delete)) return [];
  const found = TAKEN.filter(([by, param]) => by.test(operation) && args[param] !== undefined)
    .map(([, param, kind, then]) => absentOf(kind, args[param], then, state));
  const [, area = "", name] = PATH.exec(String(args.path ?? "")) ?? [];
  const kind = operation === "PUT /access/acl" ? KINDS[area] : undefined;
  const ofPath = kind ? await absentOf(kind, name, "it counts once there is one", state) : [];
  return [...(await Promise.all(found)).flat(), ...ofPath];
};
