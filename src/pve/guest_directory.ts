/**
 * Who lives where: guests by number or by name, from one `/cluster/resources` request, shared by
 * the calls that need it at the same time and briefly kept; and from the nodes themselves, where
 * that list is behind.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import { nearest } from "../base/text/nearest.ts";
import { abortable } from "../base/async/abortable.ts";
import type { PveClient } from "./client.ts";
import {
  asNodesKnow,
  findHidden,
  isNameless,
  type ResourceRow,
  type Touched,
} from "./guest_rows.ts";
import {
  describeGuest,
  type Guest,
  GuestLookupError,
  guestOfRow,
  hiddenGuest,
  isMeant,
  isNumber,
} from "./guests.ts";

/** Milliseconds that a list of guests is believed; PVE's own view is some 10 s old. */
const KEEP_MS = 5_000;
/** What may be a name: of anything else no node needs to be asked. */
const NAME = /^[a-z\d][a-z\d.-]*$/i;
/** Milliseconds after which the cluster's list surely knows of a change. */
const LAG_MS = 15_000;

/** What was read of the guests. */
interface GuestList {
  readonly rows: readonly ResourceRow[];
  readonly guests: readonly Guest[];
  /** True when every row made sense: a guest may be missing otherwise. */
  readonly isWhole: boolean;
}

/** The rows of a list, which is refused when it is none: it must not pass for an empty one. */
function rowsOf(data: unknown): unknown[] {
  if (Array.isArray(data)) return data;
  throw new GuestLookupError("The cluster answered no list of its guests", "unread");
}

function isRow(row: unknown): row is ResourceRow {
  return typeof row === "object" && row !== null;
}

function guestsOf(rows: readonly ResourceRow[], count: number): GuestList {
  const guests = rows.map(guestOfRow).filter((guest) => guest !== undefined);
  return { rows, guests, isWhole: guests.length === count };
}

/** True for a guest whose node does not answer: PVE does not know its name. */
function isNamelessGuest({ status, name, vmid }: Guest): boolean {
  return status === "unknown" && name === String(vmid);
}

function namelessText(guests: readonly Guest[]): string {
  const nameless = guests.filter(isNamelessGuest);
  if (nameless.length === 0) return "";
  const nodes = [...new Set(nameless.map((guest) => guest.node))].sort().join(", ");
  const numbers = nameless.map((guest) => guest.vmid).sort((one, other) => one - other);
  return `Names of guests on ${nodes} are not known while it does not answer: ask with the number (${
    numbers.slice(0, 20).join(", ")
  }). `;
}

/** What a number or a name means in one cluster. */
interface GuestMeaning {
  readonly guests: readonly Guest[];
  /** Guests that may have the name: nobody knows theirs now. */
  readonly nameless: readonly Guest[];
  /** All that the token may see. */
  readonly all: readonly Guest[];
}

/** Finds guests by number or name. */
export class GuestDirectory {
  #list: Promise<GuestList> | undefined;
  #expires = 0;
  #epoch = 0;
  /** When what was changed of guests is surely listed, by their numbers and by nodes. */
  readonly #changed = new Map<number | string, number>();

  constructor(private readonly pve: PveClient, private readonly clock: Clock) {}

  /** Another one each time that it looks or forgets: what it found before may be wrong from then on. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Forgets what it knows: a guest was made, moved or removed. */
  forget(): void {
    this.#list = undefined;
    this.#epoch++;
  }

  /** Guests are changed now, and for a while the cluster's list is behind. */
  noteChange({ vmids, node }: Touched): void {
    const touched = [...vmids, ...(node === undefined ? [] : [node])];
    if (touched.length === 0) return;
    const now = this.clock.monotonic();
    for (const [key, until] of this.#changed) if (until <= now) this.#changed.delete(key);
    for (const key of touched) this.#changed.set(key, now + LAG_MS);
    this.forget();
  }

  /**
   * Rows of the cluster's list, with names and states as they are where it is behind.
   *
   * @throws The signal's reason, when it is aborted.
   */
  async asTheyAre(
    rows: readonly ResourceRow[],
    signal?: AbortSignal,
  ): Promise<readonly ResourceRow[]> {
    const now = this.clock.monotonic();
    const isBehind = (key: number | string): boolean => (this.#changed.get(key) ?? 0) > now;
    const known = asNodesKnow(
      this.pve,
      rows,
      (row, { vmid, node }) => isNameless(row) || isBehind(vmid) || isBehind(node),
    );
    return await abortable(known, signal);
  }

  /**
   * All guests that the token may see.
   *
   * @throws The signal's reason, when it is aborted; others who wait for the same list go on.
   */
  async list(signal?: AbortSignal): Promise<readonly Guest[]> {
    signal?.throwIfAborted();
    return (await abortable(this.#shared(), signal)).guests;
  }

  /**
   * All guests that the token may see, read now.
   *
   * @throws {GuestLookupError} When there is none though there were some, or rows of it make no
   * sense: nothing that may take something away can rest on such a list.
   */
  async listFresh(signal?: AbortSignal): Promise<readonly Guest[]> {
    const last = this.#list?.catch(() => undefined);
    const before = (await (last && abortable(last, signal)))?.guests ?? [];
    this.forget();
    const { guests, isWhole } = await abortable(this.#shared(), signal);
    if (isWhole && (guests.length > 0 || before.length === 0)) return guests;
    this.forget();
    throw new GuestLookupError(
      isWhole
        ? `The list of guests is empty, and had ${before.length} a moment ago`
        : "The cluster answered a list of its guests with rows that make no sense",
      "unread",
    );
  }

  #shared(): Promise<GuestList> {
    if (this.#list && this.clock.monotonic() < this.#expires) return this.#list;
    // Not the caller's signal: others may wait for the same answer.
    const list = this.#read();
    list.catch(() => this.forget());
    this.#list = list;
    this.#expires = this.clock.monotonic() + KEEP_MS;
    return list;
  }

  async #read(): Promise<GuestList> {
    this.#epoch++;
    const { data } = await this.pve.request("GET /cluster/resources", { type: "vm" });
    const listed = rowsOf(data);
    return guestsOf(await this.asTheyAre(listed.filter(isRow)), listed.length);
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
    const listed = guests.filter((guest) => isMeant(guest, word));
    const meant = listed.length > 0 ? listed : await abortable(this.#lookFor(word), signal);
    const typed = meant.filter((guest) => type === undefined || guest.type === type);
    const matches = typed.length > 0 ? typed : meant;
    if (matches.length > 1) {
      const list = matches.map(describeGuest).join("; ");
      throw new GuestLookupError(
        `"${word}" is the name of ${matches.length} guests: ${list}. Ask again with the number`,
        "several",
      );
    }
    const [match] = matches;
    if (!match) throw this.#unknown(word, guests);
    return match;
  }

  /**
   * What a number or a name means here, for who looks in several clusters.
   *
   * @param isExact Reads the list now, and looks for guests that it lacks as well.
   * @throws {GuestLookupError} When the list makes no sense.
   */
  async meaning(
    wanted: string,
    { isExact, signal }: { readonly isExact: boolean; readonly signal: AbortSignal },
  ): Promise<GuestMeaning> {
    const word = wanted.trim();
    const all = isExact ? await this.listFresh(signal) : await this.list(signal);
    const listed = all.filter((guest) => isMeant(guest, word));
    const guests = listed.length > 0 || !isExact
      ? listed
      : await abortable(this.#lookFor(word), signal);
    return { guests, nameless: isNumber(word) ? [] : all.filter(isNamelessGuest), all };
  }

  /** The list, read anew when a kept one lacks the guest: it may have been made meanwhile. */
  async #listWith(word: string, signal?: AbortSignal): Promise<readonly Guest[]> {
    const kept = this.#list !== undefined && this.clock.monotonic() < this.#expires;
    const guests = await this.list(signal);
    if (!kept || guests.some((guest) => isMeant(guest, word))) return guests;
    this.forget();
    return await this.list(signal);
  }

  /** Guests that the list lacks: renamed meanwhile, or not for this token to look at. */
  async #lookFor(word: string): Promise<Guest[]> {
    this.#epoch++;
    if (isNumber(word)) {
      const place = await findHidden(this.pve, Number(word));
      if (place === undefined) return [];
      return [hiddenGuest(place)];
    }
    if (!NAME.test(word)) return [];
    const { rows } = await this.#shared();
    const renamed = guestsOf(await asNodesKnow(this.pve, rows, () => true), rows.length);
    const meant = renamed.guests.filter((guest) => isMeant(guest, word));
    if (meant.length > 0) this.#list = Promise.resolve(renamed);
    return meant;
  }

  #unknown(word: string, guests: readonly Guest[]): GuestLookupError {
    if (guests.length === 0) {
      return new GuestLookupError(
        `There is no guest "${word}": the token sees no guest at all. It may lack VM.Audit on /vms`,
        "none",
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
      `There is no guest "${word}" among the ${guests.length} that the token may see. ${
        namelessText(guests)
      }${hint}`,
      // One whose name nobody knows now may be it.
      !isNumber(word) && guests.some(isNamelessGuest) ? "unread" : "none",
    );
  }
}
