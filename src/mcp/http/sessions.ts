/**
 * Keeps the sessions of an HTTP server: a bounded number, idle ones are closed.
 *
 * @module
 */
import { log } from "../../base/process/log.ts";
import { type GracePeriod, SERVER_ENDING } from "../open_calls.ts";
import { requestIds, Session, type SessionParts } from "./session.ts";

/** Most sessions at once. */
export const MAX_SESSIONS = 200;
/** Milliseconds after which a session is closed that nobody uses. */
export const IDLE_MS = 30 * 60_000;
/** Most requests of one session that are open, their answers not read yet. */
export const MAX_OPEN_REQUESTS = 100;
/** Most of all sessions together. */
const MAX_OPEN_REQUESTS_OF_ALL = 1_000;
/** How long calls may take when the process was asked to end; several clients may wait for theirs. */
const GRACE_PERIOD: GracePeriod = { end: 5_000, cancel: 2_000 };

/** Sessions by their id. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  constructor(private readonly parts: SessionParts) {}

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** The session of an id. */
  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** False while clients leave so many answers unread that no more may pile up. */
  hasRoomFor(session: Session, message: unknown): boolean {
    const more = requestIds(message).length;
    if (more === 0) return true; // It cancels something, or answers a question.
    const ofAll = this.#sessions.values().reduce((sum, { openRequests }) => sum + openRequests, 0);
    return session.openRequests + more <= MAX_OPEN_REQUESTS &&
      ofAll + more <= MAX_OPEN_REQUESTS_OF_ALL;
  }

  /** A new session, or undefined when all that there may be are in use. */
  async create(): Promise<Session | undefined> {
    await this.sweep();
    if (this.#sessions.size >= MAX_SESSIONS && !await this.#closeIdlest()) return undefined;
    const session = new Session(this.parts);
    this.#sessions.set(session.id, session);
    await session.begin(() => this.#sessions.delete(session.id));
    return session;
  }

  /** Closes those that nobody has used for long. */
  async sweep(): Promise<void> {
    for (const session of this.#sessions.values()) {
      if (session.idle >= IDLE_MS) await this.#close(session, "nobody uses it");
    }
  }

  /** Makes room: clients often leave without saying so. */
  async #closeIdlest(): Promise<boolean> {
    const [idlest] = [...this.#sessions.values()].filter(({ idle }) => idle > 0)
      .sort((one, other) => other.idle - one.idle);
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
    await Promise.all(all.map((session) => session.end(GRACE_PERIOD, SERVER_ENDING, forceSignal)));
    await Promise.all(all.map((session) => session.close()));
  }
}
