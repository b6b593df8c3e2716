/**
 * Callers over HTTP with rights of their own: everything that their sessions do is done by an API
 * token that is theirs, and Proxmox VE is asked whether it takes it.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { log, redact, registerSecret } from "../../base/process/log.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import type { Rights } from "../../config/people.ts";
import { PveError } from "../../pve/errors.ts";
import type { RegisteredTool } from "../../tool/registry.ts";
import { oneCluster } from "../../tool/clusters.ts";
import type { Services } from "../../tool/services.ts";
import { ToolCatalog } from "../tool_catalog.ts";
import { Recent } from "./recent.ts";
import type { Caller, Claim, Refusal } from "./caller.ts";

/** Most callers at once of whom nobody knows yet whether Proxmox VE takes their tokens. */
export const MAX_UNKNOWN = 16;
/** One caller leaves room for others. */
const SHARE = 1 / 4;

/** Who somebody is, and what they may do. */
export interface Identity {
  /** What the logs call them. */
  readonly name: string;
  readonly rights: Rights;
  /** Whether they sent their token, or are mapped to it. */
  readonly origin: "sent" | "mapped";
  /** Why they are no longer who they were; asked often. */
  readonly changed?: () => Refusal | undefined;
}

/** Makes the services of one caller; `onRefused` hears that Proxmox VE did not take the token. */
export type ServicesFor = (identity: Identity, onRefused: () => void) => Services;

/** What callers are made of. */
export interface CallerParts {
  readonly servicesFor: ServicesFor;
  readonly tools: readonly RegisteredTool[];
  readonly clock: Clock;
}

/** One person, and all that was learned by their token. */
class OwnRightsCaller implements Caller {
  readonly catalog: ToolCatalog;
  readonly name: string;
  readonly share = SHARE;
  readonly #services: Services;
  readonly #forgetSecret: () => void;
  #holds = 0;
  #doubted = true;
  #asking: Promise<Refusal | undefined> | undefined;

  constructor(
    private readonly identity: Identity,
    { servicesFor, tools }: CallerParts,
    private readonly hears: { readonly refused: () => void; readonly ended: () => void },
  ) {
    this.name = identity.name;
    this.#forgetSecret = registerSecret(identity.rights.token.secret);
    this.#services = servicesFor(identity, () => {
      this.#doubted = true;
      hears.refused();
    });
    this.catalog = new ToolCatalog({ clusters: oneCluster(this.#services), tools });
  }

  async refusal(): Promise<Refusal | undefined> {
    return this.identity.changed?.() ?? (this.#doubted ? await this.ask() : undefined);
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
      const { rights: { token: { id } }, origin } = this.identity;
      // Of the one that they sent, they are told; of another they know nothing.
      const status = origin === "sent" ? 401 : 403;
      const whose = id === this.name ? id : `${id} of ${this.name}`;
      const reason = redact(errorMessage(error));
      return error instanceof PveError && error.status === 401
        ? { status, reason: `Proxmox VE does not take the token ${whose}: ${reason}` }
        : { status: 503, reason: `Proxmox VE cannot be asked about ${whose}: ${reason}` };
    }
  }

  hold(): void {
    this.#holds++;
  }

  release(): void {
    if (--this.#holds > 0) return;
    this.#forgetSecret();
    this.hears.ended();
  }
}

/** Those who are let in, by keys that are one person's with the same rights. */
export class KnownCallers {
  readonly #callers = new Map<string, OwnRightsCaller>();
  /** Those who were let in. */
  readonly #recent: Recent<true>;
  #unknown = 0;

  constructor(private readonly parts: CallerParts) {
    this.#recent = new Recent(parts.clock);
  }

  /** How many there are: those with sessions, and those who are being asked about. */
  get size(): number {
    return this.#callers.size;
  }

  /** The claim of somebody to be who has a key. */
  claimOf(key: string, identity: Identity): Claim {
    return {
      caller: this.#callers.get(key),
      admit: () => this.#admit(key, identity),
      admitOnce: () => this.#admitOnce(key, identity),
    };
  }

  async #admitOnce(key: string, identity: Identity): Promise<Caller | Refusal> {
    const known = this.#callers.get(key);
    if (!known && !this.#recent.get(key)) return await this.#admit(key, identity);
    const caller = known ?? this.#add(key, identity);
    if (!known) caller.trust();
    caller.hold();
    const refusal = await caller.refusal();
    if (!refusal) return caller;
    caller.release();
    return refusal;
  }

  /** Asks at each session's start, also of those who have sessions. */
  async #admit(key: string, identity: Identity): Promise<Caller | Refusal> {
    const known = this.#callers.get(key);
    if (!known && this.#unknown >= MAX_UNKNOWN) {
      return { status: 503, reason: `${MAX_UNKNOWN} other tokens are being asked about` };
    }
    const caller = known ?? this.#add(key, identity);
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

  #add(key: string, identity: Identity): OwnRightsCaller {
    const caller = new OwnRightsCaller(identity, this.parts, {
      refused: () => this.#recent.forget(key),
      ended: () => {
        this.#callers.delete(key);
        log("http").debug(`Forgot ${caller.name}`);
      },
    });
    this.#callers.set(key, caller);
    return caller;
  }
}
