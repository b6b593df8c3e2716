/**
 * Where to see what a change made: most paths that are written to can be read as well, and what is
 * made in a list has a path of its own there.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import {
  isOperation,
  type Operation,
  operationFact,
  operationNames,
  pathParams,
  type ReadOperation,
} from "./api.ts";
import type { Args, ArgValue } from "./encode.ts";

/** A read, and how it is asked for what a change was about. */
export interface ResultPlace {
  readonly read: ReadOperation;
  /** Of a list: fields of the row, by the parameter of the change that has their value. */
  readonly row?: Readonly<Record<string, string>>;
  /** The parameter of the read that tells what is new in a list. */
  readonly key?: string;
}

/** A read that shows what one change made. */
export interface ResultRead {
  readonly operation: ReadOperation;
  readonly args: Args;
  /** Of a list: the fields that the row has. */
  readonly row?: Args;
}

const SERVICE: ResultPlace = { read: "GET /nodes/{node}/services/{service}/state" };

/** What has no path of its own, or tells less under it than elsewhere. */
const ELSEWHERE: { readonly [O in Operation]?: ResultPlace } = {
  "POST /access/roles": { read: "GET /access/roles", row: { roleid: "roleid" } },
  "PUT /access/roles/{roleid}": { read: "GET /access/roles", row: { roleid: "roleid" } },
  // The list tells the next run as well, and the name that a new job was given.
  "POST /cluster/backup": { read: "GET /cluster/backup", row: { id: "id" } },
  "PUT /cluster/backup/{id}": { read: "GET /cluster/backup", row: { id: "id" } },
  "POST /cluster/firewall/groups": {
    read: "GET /cluster/firewall/groups",
    row: { group: "group" },
  },
  "POST /cluster/firewall/ipset": { read: "GET /cluster/firewall/ipset", row: { name: "name" } },
  "POST /nodes/{node}/qemu/{vmid}/firewall/ipset": {
    read: "GET /nodes/{node}/qemu/{vmid}/firewall/ipset",
    row: { name: "name" },
  },
  "POST /nodes/{node}/lxc/{vmid}/firewall/ipset": {
    read: "GET /nodes/{node}/lxc/{vmid}/firewall/ipset",
    row: { name: "name" },
  },
  // Under its path a subnet has an id that PVE makes of zone and network.
  "POST /cluster/sdn/vnets/{vnet}/subnets": {
    read: "GET /cluster/sdn/vnets/{vnet}/subnets",
    row: { cidr: "subnet" },
  },
  "POST /nodes/{node}/ceph/pool": {
    read: "GET /nodes/{node}/ceph/pool",
    row: { pool_name: "name" },
  },
  "PUT /nodes/{node}/ceph/pool/{name}": {
    read: "GET /nodes/{node}/ceph/pool",
    row: { pool_name: "name" },
  },
  "POST /nodes/{node}/qemu/{vmid}/snapshot": {
    read: "GET /nodes/{node}/qemu/{vmid}/snapshot",
    row: { name: "snapname" },
  },
  "POST /nodes/{node}/lxc/{vmid}/snapshot": {
    read: "GET /nodes/{node}/lxc/{vmid}/snapshot",
    row: { name: "snapname" },
  },
  "POST /nodes/{node}/services/{service}/start": SERVICE,
  "POST /nodes/{node}/services/{service}/stop": SERVICE,
  "POST /nodes/{node}/services/{service}/restart": SERVICE,
  "POST /nodes/{node}/services/{service}/reload": SERVICE,
  "POST /nodes/{node}/replication/{id}/schedule_now": {
    read: "GET /nodes/{node}/replication/{id}/status",
  },
  "PUT /pools": { read: "GET /pools/{poolid}" },
};

/** Where the read of the same path, or of one below it, tells nothing of the change. */
const SHOWN_OTHERWISE: readonly RegExp[] = [
  // They are made and changed by tasks, or wait for the next start: a config alone does not tell.
  /^POST \/nodes\/\{node\}\/(?:qemu|lxc)$/,
  /^(?:PUT|POST) \/nodes\/\{node\}\/(?:qemu|lxc)\/\{vmid\}\/(?:config|cloudinit)$/,
  // The answer to the change tells it.
  /\/token\/\{tokenid\}$/,
  // Lists of something else, or of all there is.
  /^PUT \/(?:access\/acl|cluster\/sdn|cluster\/ceph\/flags(?:\/\{flag\})?|nodes\/\{node\}\/network)$/,
  /^POST \/nodes\/\{node\}\/(?:ceph\/osd|disks\/zfs)$/,
  // The volume that is copied.
  /^POST .*\/content\/\{volume\}$/,
  // Mostly a key, and what others need to reach the account.
  /\/acme\/account(?:\/\{name\})?$/,
];

/** The read below a list that takes one name more than the list. */
function readBelow(path: string): ReadOperation | undefined {
  const form = `GET ${path}/{`;
  return operationNames().find((name): name is ReadOperation =>
    name.startsWith(form) && !name.slice(form.length).includes("/")
  );
}

const places = new Map<Operation, ResultPlace | undefined>();

function findPlace(operation: Operation): ResultPlace | undefined {
  const { method, path } = operationFact(operation);
  if (method === "GET" || method === "DELETE") return undefined;
  const elsewhere = ELSEWHERE[operation];
  if (elsewhere) return elsewhere;
  if (SHOWN_OTHERWISE.some((form) => form.test(operation))) return undefined;
  const read = method === "POST" ? readBelow(path) : undefined;
  const key = read && pathParams(read).at(-1);
  if (read && key !== undefined) return { read, key };
  const same = `GET ${path}`;
  if (!isOperation(same) || (method === "POST" && !path.endsWith("}"))) return undefined;
  return { read: same as ReadOperation };
}

/** Where it shows what an operation made; undefined when no read tells. */
export function resultPlace(operation: Operation): ResultPlace | undefined {
  if (!places.has(operation)) places.set(operation, findPlace(operation));
  return places.get(operation);
}

/** Where a rule stands that is moved: it is taken out of its place first. */
function movedTo(pos: ArgValue | undefined, moveto: ArgValue): ArgValue {
  return Number(moveto) > Number(pos) ? Number(moveto) - 1 : moveto;
}

/** What a thing is called after a change: by its new name or place, where it was given one. */
function valueAfter(name: string, args: Args): ArgValue | undefined {
  const { rename, moveto } = args;
  if (name === "pos") return moveto === undefined ? args.pos ?? 0 : movedTo(args.pos, moveto);
  return rename !== undefined && name === "name" ? rename : args[name];
}

/** The name of what was made, where Proxmox VE has chosen it. */
function nameIn(data: unknown, key: string): ArgValue | undefined {
  const value = typeof data === "object" && data !== null
    ? (data as Readonly<Record<string, unknown>>)[key]
    : data;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Fields of the row; what Proxmox VE has named is known by all that was said of it. */
function fieldsOf(row: NonNullable<ResultPlace["row"]>, args: Args): Args {
  const fields = Object.entries(row).map(([field, name]) => [field, args[name]] as const);
  return fields.some(([, value]) => value === undefined) ? args : Object.fromEntries(fields);
}

/**
 * The read that shows what a change made; undefined when there is none.
 *
 * @param data What Proxmox VE answered to the change.
 */
export function resultOf(operation: Operation, args: Args, data: unknown): ResultRead | undefined {
  const place = resultPlace(operation);
  if (!place) return undefined;
  const { read, row, key } = place;
  const known: Args = key === undefined || args[key] !== undefined
    ? args
    : { ...args, [key]: nameIn(data, key) };
  const inPath = pathParams(read);
  const asked = Object.fromEntries(inPath.map((name) => [name, valueAfter(name, known)]));
  if (Object.values(asked).includes(undefined)) return undefined;
  return { operation: read, args: asked, ...defined({ row: row && fieldsOf(row, args) }) };
}
