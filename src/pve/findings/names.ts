/**
 * Whether what a request makes has a name or number that is taken, and whether what it changes or
 * deletes is there.
 *
 * @module
 */
import { guestOperation, isOperation, operationFact, operationNames, pathParams } from "../api.ts";
import { isOn } from "../effects/effect.ts";
import { readRows } from "../effects/read.ts";
import { encodeRequest } from "../encode.ts";
import { type Attempt, PveError } from "../errors.ts";
import { goneBy } from "../evidence.ts";
import { requestWords } from "../request_words.ts";
import { type Check, finding, isThere } from "./finding.ts";
import { type GuestPlace, guestPlaceOf } from "./guest_place.ts";

/** The read that shows what a path names; it fails when that is not there. */
function readOf(path: string, args: Attempt["args"]): Attempt | undefined {
  const deletion = `DELETE ${path}`;
  const read = isOperation(deletion) ? goneBy(deletion, args) : undefined;
  return read && fitsInPath(read) ? read : undefined;
}

/** What PVE makes of some names is another one: a subnet's has its zone before it. */
function fitsInPath({ operation, args }: Attempt): boolean {
  try {
    encodeRequest(operation, args);
    return true;
  } catch {
    return false;
  }
}

/** The path of what a request makes, when its arguments name it. */
function madePath({ operation, args }: Attempt): string | undefined {
  const { method, path } = operationFact(operation);
  if (method !== "POST") return undefined;
  // `POST /access/users/{userid}/token/{tokenid}` makes what its own path names.
  if (path.endsWith("}")) return isOperation(`PUT ${path}`) ? path : undefined;
  const below = operationNames().find((each) => each.startsWith(`DELETE ${path}/{`));
  const name = below && pathParams(below).at(-1);
  return name !== undefined && args[name] !== undefined ? below?.replace("DELETE ", "") : undefined;
}

/** Whether the name of what a request makes is free, or what it is about is there. */
export const names: Check = async (request, state) => {
  const { operation, args } = request;
  if (guestPlaceOf(request)) return [];
  const made = madePath(request);
  const read = readOf(made ?? operationFact(operation).path, args);
  if (!read) return [];
  const isFound = await isThere(read, state);
  if (isFound === (made === undefined)) return [];
  const [name] = pathParams(operationFact(read.operation).path).slice(-1);
  const what = `${name} ${name && read.args[name]}`;
  return [{
    verdict: "stops it",
    what: made === undefined ? `There is no ${what}` : `${what} is taken`,
    from: requestWords(read.operation, read.args),
  }];
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
