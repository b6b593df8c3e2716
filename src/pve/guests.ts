/**
 * Guests as the cluster lists them, and how they are named in answers.
 *
 * @module
 */
import { type GuestPlace, placeOf, type ResourceRow } from "./guest_rows.ts";
import { splitList } from "./split_list.ts";

/** A VM or a container as the cluster lists it. */
export interface Guest {
  readonly vmid: number;
  readonly type: "qemu" | "lxc";
  readonly node: string;
  readonly name: string;
  readonly status: string;
  readonly template: boolean;
  readonly tags: readonly string[];
  readonly pool: string | undefined;
  readonly lock: string | undefined;
  /** The token may not look at it: nothing but its place is known. */
  readonly hidden?: true;
}

/** Why a guest is not found: there is none, several have the name, or what was read tells nothing. */
export type LookupProblem = "none" | "several" | "unread";

/** No guest, or more than one, fits what was asked for. */
export class GuestLookupError extends Error {
  override readonly name = "GuestLookupError";

  constructor(message: string, readonly problem: LookupProblem) {
    super(message);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A guest of a row of `/cluster/resources`, or undefined when the row is something else. */
export function guestOfRow(row: ResourceRow): Guest | undefined {
  const place = placeOf(row);
  if (!place) return undefined;
  return {
    ...place,
    name: text(row.name) ?? String(place.vmid),
    status: text(row.status) ?? "unknown",
    template: Number(row.template ?? 0) === 1,
    tags: splitList(row.tags),
    pool: text(row.pool),
    lock: text(row.lock),
  };
}

/** A guest with what its node says of it now; undefined when that is no row of this guest. */
export function guestNow(guest: Guest, row: unknown): Guest | undefined {
  if (typeof row !== "object" || row === null) return undefined;
  const { pool, type, node } = guest;
  const now = guestOfRow({ ...row, type, node });
  return now?.vmid === guest.vmid ? { ...now, pool } : undefined;
}

/** A guest of which the token may know its place alone. */
export function hiddenGuest(place: GuestPlace): Guest {
  return {
    ...place,
    ...{ name: String(place.vmid), status: "unknown", template: false, tags: [] },
    ...{ pool: undefined, lock: undefined, hidden: true },
  };
}

/** `VM` or `container` */
export function kindOf({ type }: Pick<Guest, "type">): string {
  return type === "qemu" ? "VM" : "container";
}

/** Characters of a name that are shown; PVE takes no longer ones. */
const MAX_NAME_CHARACTERS = 255;

function shownName({ name }: Pick<Guest, "name">): string {
  return name.length <= MAX_NAME_CHARACTERS ? name : `${name.slice(0, MAX_NAME_CHARACTERS)}…`;
}

/** `web01 (100)` */
export function nameOf(guest: Pick<Guest, "name" | "vmid">): string {
  return `${shownName(guest)} (${guest.vmid})`;
}

/** `web01 (100, VM on pve1, running)` */
export function describeGuest(guest: Guest): string {
  return `${shownName(guest)} (${guest.vmid}, ${kindOf(guest)} on ${guest.node}, ${guest.status})`;
}

/** True for a guest that a word means: digits alone are only ever a number, whatever is named so. */
export function isMeant({ vmid, name }: Guest, word: string): boolean {
  return isNumber(word) ? String(vmid) === word : name.toLowerCase() === word.toLowerCase();
}

/** True for a word that is a guest's number, and never a name. */
export function isNumber(word: string): boolean {
  return /^\d+$/.test(word);
}

/** The id under which HA knows a guest: `vm:100`, `ct:200` */
export function sidOf({ type, vmid }: Pick<Guest, "type" | "vmid">): string {
  return `${type === "qemu" ? "vm" : "ct"}:${vmid}`;
}
