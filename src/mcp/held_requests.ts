/**
 * Requests that wait while a client leaves answers unread, so that these do not pile up. What is
 * no request goes past them: a cancelled call, the answer of a person.
 *
 * @module
 */
import { MIB } from "../base/byte_units.ts";
import type { RequestId } from "./open_calls.ts";

/** Characters of requests that wait; further ones are left in the pipe. */
const MAX_HELD_CHARACTERS = 4 * MIB;

/** A request that has arrived. */
export interface ArrivedRequest {
  /** Undefined for what is answered with an error, as it cannot be read. */
  readonly id: RequestId | undefined;
  readonly characters: number;
  readonly deliver: () => void;
}

/** Lets what was delivered just now be answered, where it takes no time. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Requests in the order of their arrival. */
export class HeldRequests {
  readonly #held = new Map<RequestId | symbol, ArrivedRequest>();
  #characters = 0;
  #delivering = false;
  #changed = Promise.withResolvers<void>();

  /** @param mayDeliver True while the client reads its answers. */
  constructor(private readonly mayDeliver: () => boolean) {}

  /** Delivers a request when those before it are, and may be. */
  add(request: ArrivedRequest): void {
    const { id, characters } = request;
    // One whose id another has already cannot be cancelled while it waits.
    this.#held.set(id === undefined || this.#held.has(id) ? Symbol() : id, request);
    this.#characters += characters;
    this.goOn();
  }

  /** Forgets the request with an id: it was cancelled before it began. */
  remove(id: RequestId): void {
    this.#take(id);
  }

  /** Forgets all. */
  clear(): void {
    for (const key of this.#held.keys()) this.#take(key);
  }

  /** Delivers what may be; to be called when the client has read something. */
  goOn(): void {
    if (!this.#delivering) void this.#deliver();
  }

  /** Resolves when there is room for more. */
  hasRoom(): Promise<void> {
    return this.#until(() => this.#characters <= MAX_HELD_CHARACTERS);
  }

  /** Resolves when all are delivered. */
  isEmpty(): Promise<void> {
    return this.#until(() => this.#held.size === 0);
  }

  async #deliver(): Promise<void> {
    this.#delivering = true;
    while (this.mayDeliver()) {
      const [key] = this.#held.keys();
      if (key === undefined) break;
      this.#take(key)?.deliver();
      await nextTurn();
    }
    this.#delivering = false;
  }

  #take(key: RequestId | symbol): ArrivedRequest | undefined {
    const request = this.#held.get(key);
    if (!request) return undefined;
    this.#held.delete(key);
    this.#characters -= request.characters;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
    return request;
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await this.#changed.promise;
  }
}
