/**
 * Callers over HTTP who each bring an API token of their own: Proxmox VE is asked whether it takes
 * it, and everything that their sessions do is done by it.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { log, redact, registerSecret } from "../../base/process/log.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import type { Token } from "../../pve/credentials.ts";
import { PveError } from "../../pve/errors.ts";
import type { RegisteredTool } from "../../tool/registry.ts";
import { oneCluster } from "../../tool/clusters.ts";
import type { Services } from "../../tool/services.ts";
import { ToolCatalog } from "../tool_catalog.ts";
import { type Caller, type Callers, type Claim, digest, type Refusal, unnamed } from "./caller.ts";
import { Recent } from "./recent.ts";
import { tokenOf } from "./token_header.ts";

const EXPECTED = "an API token as Bearer USER@REALM!NAME=SECRET, or base64 of that";
/** Most tokens at once of which nobody knows yet whether they are any. */
export const MAX_UNKNOWN = 16;
/** One caller leaves room for others. */
const SHARE = 1 / 4;

/** Makes the services of one caller; `onRefused` hears that Proxmox VE did not take the token. */
export type ServicesFor = (token: Token, onRefused: () => void) => Services;

/** What callers are made of. */
export interface TokenCallerParts {
  readonly servicesFor: ServicesFor;
  readonly tools: readonly RegisteredTool[];
  readonly clock: Clock;
}

/** One person's token, and all that was learned by it. */
class TokenCaller implements Caller {
  readonly catalog: ToolCatalog;
  readonly name: string;
  readonly share = SHARE;
  readonly #services: Services;
  readonly #forgetSecret: () => void;
  #holds = 0;
  #doubted = true;
  #asking: Promise<Refusal | undefined> | undefined;

  constructor(
    { id, secret }: Token,
    { servicesFor, tools }: TokenCallerParts,
    private readonly doubts: { readonly refused: () => void; readonly ended: () => void },
  ) {
    this.name = id;
    this.#forgetSecret = registerSecret(secret);
    this.#services = servicesFor({ id, secret }, () => {
      this.#doubted = true;
      doubts.refused();
    });
    this.catalog = new ToolCatalog({ clusters: oneCluster(this.#services), tools });
  }

  async refusal(): Promise<Refusal | undefined> {
    return this.#doubted ? await this.ask() : undefined;
  }

  /** Proxmox VE took the token a moment ago. */
  trust(): void {
    this.#doubted = false;
  }

  /** Asks Proxmox VE, once for all who wait for its answer. */
  ask(): Promise<Refusal | undefined> {
    return this.#asking ??= this.#ask().finally(() => this.#asking = undefined);
  }

  async #ask(): Promise<Refusal | undefined> {
    try {
      // What everybody may read whose token is one.
      await this.#services.pve.request("GET /version", {});
      this.#doubted = false;
      return undefined;
    } catch (error) {
      this.#doubted = true;
      const reason = redact(errorMessage(error));
      return error instanceof PveError && error.status === 401
        ? { status: 401, reason: `Proxmox VE does not take the token ${this.name}: ${reason}` }
        : { status: 503, reason: `Proxmox VE cannot be asked about ${this.name}: ${reason}` };
    }
  }

  hold(): void {
    this.#holds++;
  }

  release(): void {
    if (--this.#holds > 0) return;
    this.#forgetSecret();
    this.doubts.ended();
  }
}

/** Tells callers apart by their tokens. */
export class TokenCallers implements Callers {
  /** By digests of the tokens, so that no time tells how near a guess is. */
  readonly #callers = new Map<string, TokenCaller>();
  /** Those who were let in. */
  readonly #recent: Recent<true>;
  #unknown = 0;

  constructor(private readonly parts: TokenCallerParts) {
    this.#recent = new Recent(parts.clock);
  }

  /** How many are known: those with sessions, and those who are being asked about. */
  get size(): number {
    return this.#callers.size;
  }

  claimOf(authorization: string | null): Promise<Claim | Refusal> {
    const token = tokenOf(authorization);
    if (!token) return Promise.resolve(unnamed(EXPECTED));
    const key = digest(`${token.id}=${token.secret}`).toHex();
    return Promise.resolve({
      caller: this.#callers.get(key),
      admit: () => this.#admit(key, token),
      admitOnce: () => this.#admitOnce(key, token),
    });
  }

  async #admitOnce(key: string, token: Token): Promise<Caller | Refusal> {
    const known = this.#callers.get(key);
    if (!known && !this.#recent.get(key)) return await this.#admit(key, token);
    const caller = known ?? this.#add(key, token);
    if (!known) caller.trust();
    caller.hold();
    const refusal = await caller.refusal();
    if (!refusal) return caller;
    caller.release();
    return refusal;
  }

  /** Asks at each session's start, also of those who have sessions. */
  async #admit(key: string, token: Token): Promise<Caller | Refusal> {
    const known = this.#callers.get(key);
    if (!known && this.#unknown >= MAX_UNKNOWN) {
      return { status: 503, reason: `${MAX_UNKNOWN} other tokens are being asked about` };
    }
    const caller = known ?? this.#add(key, token);
    const unknown = known ? 0 : 1;
    caller.hold();
    this.#unknown += unknown;
    const refusal = await caller.ask();
    this.#unknown -= unknown;
    if (!refusal) {
      this.#recent.set(key, true);
      return caller;
    }
    caller.release();
    return refusal;
  }

  #add(key: string, token: Token): TokenCaller {
    const caller = new TokenCaller(token, this.parts, {
      refused: () => this.#recent.forget(key),
      ended: () => {
        this.#callers.delete(key);
        log("http").debug(`Forgot the token ${caller.name}`);
      },
    });
    this.#callers.set(key, caller);
    return caller;
  }
}
