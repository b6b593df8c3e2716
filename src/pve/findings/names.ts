/**
 * Whether what a request makes has a name or number that is taken, and whether what it changes or
 * deletes is there.
 *
 * @module
 */
import { didYouMean } from "../../base/text/nearest.ts";
import {
  guestOperation,
  isOperation,
  type Operation,
  operationFact,
  operationNames,
  pathParams,
  refusesTokens,
} from "../api.ts";
import { type CurrentState, isOn, type ReadOperation } from "../effects/effect.ts";
import { pathArgs, readRows, type Row } from "../effects/read.ts";
import { type Args, encodeRequest } from "../encode.ts";
import { type Attempt, PveError } from "../errors.ts";
import { goneBy, readOfPath } from "../evidence.ts";
import { requestWords } from "../request_words.ts";
import { type Check, type Finding, finding, isThere } from "./finding.ts";
import { type GuestPlace, guestPlaceOf } from "./guest_place.ts";

/** Where it shows whether something is there: a read that fails without it, or a list with its row. */
interface Look {
  readonly read: Attempt;
  /** Of a list: the field by which the row is known, and its value. */
  readonly row?: readonly [field: string, value: unknown];
}

/** What is about these has checks of its own. */
const CHECKED_ELSEWHERE = /\/\{(?:vmid|snapname|volume)\}$/;

/** Whatever the name, these answer what there is to ask below them; `status` fails without it. */
const ASKED_BELOW = /\/(?:tasks\/\{upid\}|ceph\/pool\/\{name\})$/;

const ACME_CERTIFICATE = "/nodes/{node}/certificates/acme/certificate";
const OSD = "/nodes/{node}/ceph/osd/{osdid}";

/** What stands in a list that is not its parent's, or by another name. */
const LISTED_AS: Readonly<Record<string, (args: Args) => readonly [ReadOperation, Look["row"]]>> = {
  [ACME_CERTIFICATE]:
    () => ["GET /nodes/{node}/certificates/info", ["filename", "pveproxy-ssl.pem"]],
  // The tree of OSDs leaves out those that are in none of its buckets.
  [OSD]: ({ osdid }) => ["GET /cluster/ceph/metadata", ["id", osdid]],
};

/** What PVE makes of some names is another one: a subnet's has its zone before it. */
function fitsInPath({ read: { operation, args } }: Look): boolean {
  try {
    encodeRequest(operation, args);
    return true;
  } catch {
    return false;
  }
}

/** The list that a path's name stands in. */
function inList(path: string, args: Args): Look | undefined {
  const [operation, row] = LISTED_AS[path]?.(args) ?? [];
  if (operation && row) return { read: { operation, args: pathArgs(operation, args) }, row };
  const list = `GET ${path.slice(0, path.lastIndexOf("/"))}`;
  if (!path.endsWith("}") || !isOperation(list)) return undefined;
  const name = lastName(path);
  const { rowFields = ["name"] } = operationFact(list);
  const field = [name, "name"].find((each) => rowFields.includes(each));
  const read = { operation: list, args: pathArgs(list, args) };
  return field === undefined ? undefined : { read, row: [field, args[name]] };
}

function lastName(path: string): string {
  return pathParams(path).at(-1) ?? "";
}

/** Where it shows whether there is what a path names. */
function lookFor(path: string, args: Args): Look | undefined {
  const deletion = `DELETE ${path}`;
  if (!isOperation(deletion) || CHECKED_ELSEWHERE.test(path)) return undefined;
  const status = `GET ${path}/status`;
  const read = ASKED_BELOW.test(path) && isOperation(status)
    ? { operation: status, args: pathArgs(status, args) }
    : readOfPath(deletion, args);
  // Of ACME accounts a token reads the list alone.
  const isOpen = read !== undefined && !LISTED_AS[path] &&
    !refusesTokens(operationFact(read.operation));
  return isOpen ? { read } : inList(path, args);
}

/** The rows of a list, of a tree, or of the OSDs among all daemons of Ceph. */
function rowsIn(data: unknown): readonly Row[] {
  if (Array.isArray(data)) return data.flatMap(rowsIn);
  const row = (data ?? {}) as Row;
  return row.osd === undefined ? [row, ...rowsIn(row.children ?? [])] : rowsIn(row.osd);
}

async function isSeen({ read, row }: Look, state: CurrentState): Promise<boolean> {
  if (!row) return await isThere(read, state);
  const [field, value] = row;
  const data = await state.get(read.operation as ReadOperation, read.args);
  return rowsIn(data).some((each) => String(each[field]) === String(value));
}

/** The path of what a request makes, when its arguments name it. */
function madePath({ operation, args }: Attempt): string | undefined {
  const { method, path } = operationFact(operation);
  if (method !== "POST") return undefined;
  // `POST /access/users/{userid}/token/{tokenid}` makes what its own path names.
  if (path.endsWith("}")) return isOperation(`PUT ${path}`) ? path : undefined;
  const below = operationNames().find((each) => each.startsWith(`DELETE ${path}/{`));
  const name = below && lastName(below);
  return name !== undefined && args[name] !== undefined ? below?.replace("DELETE ", "") : undefined;
}

/** What these are says more than that it is their name. */
const SAYS_LITTLE = ["name", "id", "pos"];

/** `userid jane@pve`, `alias lab`, `rule 3` */
function words(path: string, args: Args): string {
  if (path === ACME_CERTIFICATE) return "certificate of its own";
  // The pool of `DELETE /pools` stands beside the path.
  const name = lastName(path) || "poolid";
  // `/cluster/firewall/groups/{group}/{pos}` is a rule of a group.
  const list = path.split("/").at(-2)?.replace(/^\{.*/, "rules") ?? "";
  const kind = list.length > 3 ? list.replace(/(?<=s)es$|(?<!s)s$/, "") : list;
  return `${SAYS_LITTLE.includes(name) ? kind : name} ${args[name]}`;
}

async function absence(path: string, args: Args, state: CurrentState): Promise<Finding[]> {
  const look = lookFor(path, args);
  if (!look || !fitsInPath(look) || await isSeen(look, state)) return [];
  const from = requestWords(look.read.operation, look.read.args);
  const near = await nearNames(path, args, state);
  return [{ verdict: "stops it", what: `There is no ${words(path, args)}${near}`, from }];
}

/** `. Did you mean "…"?` with the nearest name in the list, where that can be read. */
async function nearNames(path: string, args: Args, state: CurrentState): Promise<string> {
  const { read, row: [field, name] = [] } = inList(path, args) ?? {};
  if (!read || field === undefined || !/[a-z]/i.test(String(name))) return "";
  const rows = await readRows(state, read.operation as ReadOperation, read.args) ?? [];
  const near = didYouMean(String(name), rows.map((each) => String(each[field])));
  return near && `.${near}`;
}

/** Whether the name of what a request makes is free, or what it is about is there. */
export const names: Check = async (request, state) => {
  const { method, path } = operationFact(request.operation);
  const made = madePath(request);
  const { rename, ...args } = request.args;
  // In the path of a POST stands what it makes, or what it leaves as it is.
  if (made === undefined) return method === "POST" ? [] : await absence(path, args, state);
  // Groups and sets of the firewall are renamed by making them: the name that they have comes along.
  if (rename !== undefined) {
    const before = await absence(made, { ...args, [lastName(made)]: rename }, state);
    if (before.length > 0 || rename === args[lastName(made)]) return before;
  }
  const read = goneBy(`DELETE ${made}` as Operation, args);
  if (!read || !fitsInPath({ read }) || !await isThere(read, state)) return [];
  const from = requestWords(read.operation, read.args);
  return [{ verdict: "stops it", what: `${words(made, args)} is taken`, from }];
};

/** The number of the guest that a request makes. */
function newNumber({ operation, args }: Attempt): number | undefined {
  if (/\/\{vmid\}\/clone$/.test(operation)) return Number(args.newid);
  const isNew = /^POST \/nodes\/\{node\}\/(?:qemu|lxc)$/.test(operation);
  return isNew && !isOn(args.force) ? Number(args.vmid) : undefined;
}

/** True when PVE says that the number is another guest's; not when it does not come to look. */
function saysTaken(error: unknown): boolean {
  return error instanceof PveError &&
    [error.message, ...Object.values(error.errors)].some((text) => /already exists/.test(text));
}

/** Whether the number of a new guest is free. */
export const guestNumber: Check = async (request, state) => {
  const vmid = newNumber(request);
  if (vmid === undefined) return [];
  const read = "GET /cluster/nextid";
  try {
    await state.get(read, { vmid });
    return [];
  } catch (error) {
    if (!saysTaken(error)) throw error;
    return [finding("stops it", `Another guest has the number ${vmid}`, read, {})];
  }
};

/** The snapshot that a request names, and whether it makes it. */
function snapshotOf({ does }: GuestPlace, { args }: Attempt): [name: string, isNew: boolean] | [] {
  if (args.snapname === undefined) return [];
  return [String(args.snapname), does === "POST /snapshot"];
}

/** Whether a snapshot is there, or its name is free. */
export const snapshotName: Check = async (request, state) => {
  const guest = guestPlaceOf(request);
  if (!guest) return [];
  const [name, isNew] = snapshotOf(guest, request);
  if (name === undefined) return [];
  const read = guestOperation("GET /nodes/{node}/{type}/{vmid}/snapshot", guest.type);
  const rows = await readRows(state, read, guest.place);
  if (!rows || rows.some((row) => row.name === name) !== isNew) return [];
  const others = rows.map((row) => String(row.name)).filter((each) => each !== "current").sort();
  const what = isNew
    ? `The snapshot ${name} is there already`
    : `There is no snapshot ${name}${others.length > 0 ? `, but ${others.join(", ")}` : ""}`;
  return [finding("stops it", what, read, guest.place)];
};
