/**
 * Keeps the sessions of an HTTP server: a bounded number, idle ones are closed.
 *
 * @module
 */
import { log } from "../../base/process/log.ts";
import { HTTP_GRACE_PERIOD, SERVER_ENDING } from "../open_calls.ts";
import type { Caller, Refusal } from "./caller.ts";
import { requestIds, Session, type SessionParts } from "./session.ts";

/** Most sessions at once. */
export const MAX_SESSIONS = 200;
/** Milliseconds after which a session is closed that nobody uses. */
export const IDLE_MS = 30 * 60_000;
/** Most requests of one session that are open, their answers not read yet. */
export const MAX_OPEN_REQUESTS = 100;

/** Sessions by their id. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  constructor(private readonly parts: SessionParts) {}

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** The session of an id; one of another caller is none. */
  get(id: string, caller: Caller | undefined): Session | undefined {
    const session = this.#sessions.get(id);
    return session?.caller === caller ? session : undefined;
  }

  /** False while clients leave so many answers unread that no more may pile up. */
  hasRoomFor(session: Session, message: unknown): boolean {
    const more = requestIds(message).length;
    if (more === 0) return true; // It cancels something, or answers a question.
    return session.openRequests + more <= MAX_OPEN_REQUESTS &&
      this.parts.openRequests.hasRoom(session.caller, more);
  }

  /** A new session, or undefined when all that there may be are in use. */
  async create(caller: Caller): Promise<Session | undefined> {
    await this.sweep();
    // Looked at anew after each that was closed: others may have begun meanwhile.
    for (let full = this.#full(caller); full; full = this.#full(caller)) {
      if (!await this.#closeIdlest(full)) return undefined;
    }
    const session = new Session(caller, this.parts);
    this.#sessions.set(session.id, session);
    caller.hold();
    await session.begin(() => {
      if (this.#sessions.delete(session.id)) caller.release();
    });
    if (caller.name !== undefined) log("http").info(`Session ${session.id} is of ${caller.name}`);
    return session;
  }

  /** Those of which one has to go before the caller may have another: its own, or all. */
  #full(caller: Caller): readonly Session[] | undefined {
    const own = this.#of(caller);
    if (own.length >= MAX_SESSIONS * caller.share) return own;
    return this.#sessions.size >= MAX_SESSIONS ? [...this.#sessions.values()] : undefined;
  }

  #of(caller: Caller): Session[] {
    return [...this.#sessions.values()].filter((session) => session.caller === caller);
  }

  /** Closes all of a caller who is let in no longer, unless that is not known just now. */
  async closeAllOf(caller: Caller, { status, reason }: Refusal): Promise<void> {
    if (status === 503) return;
    await Promise.all(this.#of(caller).map((session) => this.#close(session, reason)));
  }

  /** Closes those of callers who are let in no longer, whether they ask for something or not. */
  async closeRefused(): Promise<void> {
    const callers = new Set([...this.#sessions.values()].map(({ caller }) => caller));
    await Promise.all([...callers].map(async (caller) => {
      const refusal = await caller.refusal();
      if (refusal) await this.closeAllOf(caller, refusal);
    }));
  }

  /** Closes those that nobody has used for long. */
  async sweep(): Promise<void> {
    for (const session of this.#sessions.values()) {
      if (session.idle >= IDLE_MS) await this.#close(session, "nobody uses it");
    }
  }

  /** Makes room, where one caller has most: clients often leave without saying so. */
  async #closeIdlest(among: readonly Session[]): Promise<boolean> {
    const count = ({ caller }: Session): number => this.#of(caller).length;
    const [idlest] = among.filter(({ idle }) => idle > 0)
      .sort((one, other) => count(other) - count(one) || other.idle - one.idle);
    if (!idlest) return false;
    await this.#close(idlest, "there are too many");
    return true;
  }

  async #close(session: Session, why: string): Promise<void> {
    log("http").info(`Closed session ${session.id}: ${why}`);
    await session.close();
  }

  /** Lets all open calls end, then closes all. */
  async end(forceSignal: AbortSignal): Promise<void> {
    const all = [...this.#sessions.values()];
    await Promise.all(
      all.map((session) => session.end(HTTP_GRACE_PERIOD, SERVER_ENDING, forceSignal)),
    );
    await Promise.all(all.map((session) => session.close()));
  }
}
