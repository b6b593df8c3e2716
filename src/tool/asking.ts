/**
 * How one call asks Proxmox VE: with its signal, hearing what the rate limit makes it wait, and
 * knowing whether it has changed something yet.
 *
 * @module
 */
import { type Operation, operationFact } from "../pve/api.ts";
import type { PveAnswer, PveClient, RequestOptions } from "../pve/client.ts";
import type { Args } from "../pve/encode.ts";
import { span } from "./units.ts";

/** The requests of one call. */
export class Asking {
  /** For requests that others send for this call. */
  readonly options: RequestOptions;
  #delayedMs = 0;
  #changed = false;

  constructor(private readonly pve: PveClient, signal: AbortSignal) {
    this.options = { signal, onDelay: (ms) => this.#delayedMs += ms };
  }

  /** True when a request that changes something was answered. */
  get changed(): boolean {
    return this.#changed;
  }

  /** What the caller should know of how the call went. */
  get notes(): string[] {
    return this.#delayedMs === 0
      ? []
      : [`PROXMOX_RATE_LIMIT delayed this call by ${span(this.#delayedMs / 1000)}`];
  }

  /** Calls an operation. */
  async request(operation: Operation, args: Args): Promise<PveAnswer> {
    const answer = await this.pve.request(operation, args, this.options);
    this.#changed ||= operationFact(operation).method !== "GET";
    return answer;
  }
}
