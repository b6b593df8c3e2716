/**
 * Who lives where: guests by number or by name, from one `/cluster/resources` request, shared by
 * the calls that need it at the same time and briefly kept.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import { nearest } from "../base/text/nearest.ts";
import { abortable } from "../base/async/abortable.ts";
import type { PveClient } from "./client.ts";
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
}

/** No guest, or more than one, fits what was asked for. */
export class GuestLookupError extends Error {
  override readonly name = "GuestLookupError";

  constructor(message: string, readonly candidates: readonly Guest[]) {
    super(message);
  }
}

/** Milliseconds that a list of guests is believed; PVE's own view is some 10 s old. */
const KEEP_MS = 5_000;

interface ResourceRow {
  readonly [key: string]: unknown;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A guest of a row of `/cluster/resources`, or undefined when the row is something else. */
function guestOfRow(row: ResourceRow): Guest | undefined {
  const { type, node } = row;
  const vmid = Number(row.vmid);
  if ((type !== "qemu" && type !== "lxc") || typeof node !== "string" || !vmid) return undefined;
  return {
    vmid,
    type,
    node,
    name: text(row.name) ?? String(vmid),
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

/** What was read of the guests. */
interface GuestList {
  readonly guests: readonly Guest[];
  /** True when every row made sense: a guest may be missing otherwise. */
  readonly isWhole: boolean;
}

/** The guests of a list, which is refused when it is none: it must not pass for an empty one. */
function guestsOf(data: unknown): GuestList {
  if (!Array.isArray(data)) {
    throw new GuestLookupError("The cluster answered no list of its guests", []);
  }
  const rows = data.filter((row): row is ResourceRow => typeof row === "object" && row !== null);
  const guests = rows.map(guestOfRow).filter((guest) => guest !== undefined);
  return { guests, isWhole: guests.length === data.length };
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

/** PVE does not know the names of guests whose node does not answer. */
function namelessText(guests: readonly Guest[]): string {
  const nameless = guests.filter((guest) =>
    guest.status === "unknown" && guest.name === String(guest.vmid)
  );
  if (nameless.length === 0) return "";
  const nodes = [...new Set(nameless.map((guest) => guest.node))].sort().join(", ");
  const numbers = nameless.map((guest) => guest.vmid).sort((one, other) => one - other);
  return `. Names of guests on ${nodes} are not known while it does not answer: ask with the number (${
    numbers.slice(0, 20).join(", ")
  })`;
}

/** True for a guest that a word means: digits alone are only ever a number, whatever is named so. */
function isMeant({ vmid, name }: Guest, word: string): boolean {
  return isNumber(word) ? String(vmid) === word : name.toLowerCase() === word.toLowerCase();
}

/** True for a word that is a guest's number, and never a name. */
export function isNumber(word: string): boolean {
  return /^\d+$/.test(word);
}

/** Finds guests by number or name. */
export class GuestDirectory {
  #list: Promise<GuestList> | undefined;
  #expires = 0;

  constructor(private readonly pve: PveClient, private readonly clock: Clock) {}

  /** Forgets what it knows: a guest was made, moved or removed. */
  forget(): void {
    this.#list = undefined;
  }

  /**
   * All guests that the token may see.
   *
   * @throws The signal's reason, when it is aborted; others who wait for the same list go on.
   */
  async list(signal?: AbortSignal): Promise<readonly Guest[]> {
    return (await abortable(this.#shared(), signal)).guests;
  }

  /**
   * All guests that the token may see, read now.
   *
   * @throws {GuestLookupError} When there is none though there were some, or rows of it make no
   * sense: nothing that may take something away can rest on such a list.
   */
  async listFresh(signal?: AbortSignal): Promise<readonly Guest[]> {
    const before = (await this.#list?.catch(() => undefined))?.guests ?? [];
    this.forget();
    const { guests, isWhole } = await abortable(this.#shared(), signal);
    if (isWhole && (guests.length > 0 || before.length === 0)) return guests;
    this.forget();
    throw new GuestLookupError(
      isWhole
        ? `The list of guests is empty, and had ${before.length} a moment ago`
        : "The cluster answered a list of its guests with rows that make no sense",
      before,
    );
  }

  #shared(): Promise<GuestList> {
    if (this.#list && this.clock.monotonic() < this.#expires) return this.#list;
    // Not the caller's signal: others may wait for the same answer.
    const list = this.pve.request("GET /cluster/resources", { type: "vm" })
      .then(({ data }) => guestsOf(data));
    list.catch(() => this.forget());
    this.#list = list;
    this.#expires = this.clock.monotonic() + KEEP_MS;
    return list;
  }

  /**
   * The guest of a number or a name.
   *
   * @throws {GuestLookupError} When there is none, or several of that name.
   * @throws The signal's reason, when it is aborted; others who wait for the same list go on.
   */
  async find(
    wanted: string | number,
    type?: "qemu" | "lxc",
    signal?: AbortSignal,
  ): Promise<Guest> {
    const word = String(wanted).trim();
    const guests = await this.#listWith(word, signal);
    const meant = guests.filter((guest) => isMeant(guest, word));
    const typed = meant.filter((guest) => type === undefined || guest.type === type);
    const matches = typed.length > 0 ? typed : meant;
    if (matches.length > 1) {
      const list = matches.map(describeGuest).join("; ");
      throw new GuestLookupError(
        `"${word}" is the name of ${matches.length} guests: ${list}. Ask again with the number`,
        matches,
      );
    }
    const [match] = matches;
    if (!match) throw this.#unknown(word, guests);
    return match;
  }

  /** The list, read anew when a kept one lacks the guest: it may have been made meanwhile. */
  async #listWith(word: string, signal?: AbortSignal): Promise<readonly Guest[]> {
    const kept = this.#list !== undefined && this.clock.monotonic() < this.#expires;
    const guests = await this.list(signal);
    if (!kept || guests.some((guest) => isMeant(guest, word))) return guests;
    this.forget();
    return await this.list(signal);
  }

  #unknown(word: string, guests: readonly Guest[]): GuestLookupError {
    if (guests.length === 0) {
      return new GuestLookupError(
        `There is no guest "${word}": the token sees no guest at all. It may lack VM.Audit on /vms`,
        [],
      );
    }
    // Every number is near to many others: a guess would name somebody else's guest.
    const names = isNumber(word) ? [word] : nearest(word, guests.map(({ name }) => name), 3);
    const near = guests.filter((guest) => names.includes(guest.name));
    const which = near.map(describeGuest).join(" or ");
    const hint = near.length > 0
      ? isNumber(word)
        ? `A guest has it as its name: ${which}. Ask again with its number`
        : `Did you mean ${which}?`
      : "proxmox_guest_list lists all guests";
    return new GuestLookupError(
      `There is no guest "${word}" among the ${guests.length} that the token may see. ${hint}${
        namelessText(guests)
      }`,
      near,
    );
  }
}
