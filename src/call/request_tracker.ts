/**
 * Sends the requests of one call: with its signal and in its time, noting what the rate limit makes
 * it wait, and whether it has changed something yet.
 *
 * @module
 */
import { type CallBudget, MIN_REQUEST_SECONDS } from "../base/async/call_budget.ts";
import { upload } from "../pve/bytes.ts";
import type { Multipart } from "../pve/multipart.ts";
import { type Operation, operationFact } from "../pve/api.ts";
import type { PveAnswer, PveClient, RequestOptions } from "../pve/client.ts";
import type { Args } from "../pve/encode.ts";
import { type Touched, touchedBy } from "../pve/guest_rows.ts";
import { ToolError } from "../tool/answer.ts";
import { span } from "../base/text/units.ts";

/** The requests of one call. */
export class RequestTracker {
  /** For requests that others send for this call. */
  readonly options: RequestOptions & { readonly signal: AbortSignal };
  /** Whose names and states this call may have changed. */
  readonly touched: Touched[] = [];
  #delayedMs = 0;
  #sentChange = false;
  #changed = false;
  #begun = false;

  constructor(private readonly pve: PveClient, readonly budget: CallBudget) {
    const { signal } = budget;
    this.options = { signal, budget, onDelay: (ms) => this.#delayedMs += ms };
  }

  /** True when the call has come as far as its own work; before that, things are only looked up. */
  get hasBegun(): boolean {
    return this.#begun;
  }

  /** From here on the call's own work is done. */
  begin(): void {
    this.#begun = true;
  }

  /** True when a request that changes something was sent, answered or not. */
  get hasSentChange(): boolean {
    return this.#sentChange;
  }

  /** True when a request that changes something was answered. */
  get hasChanged(): boolean {
    return this.#changed;
  }

  /** What the caller should know of how the call went. */
  get notes(): string[] {
    return this.#delayedMs === 0
      ? []
      : [`PROXMOX_RATE_LIMIT delayed this call by ${span(this.#delayedMs / 1000)}`];
  }

  /**
   * Calls an operation.
   *
   * @throws {ToolError} When it would change something, and there is no time left to hear what.
   */
  async request(
    operation: Operation,
    args: Args,
    own: Pick<RequestOptions, "timeoutSeconds"> = {},
  ): Promise<PveAnswer> {
    const changes = operationFact(operation).method !== "GET";
    if (changes && this.budget.requestSeconds < MIN_REQUEST_SECONDS) {
      throw new ToolError(`There was no time left for ${operation}`, {
        reason: "The time of this call was over before it could be sent",
        notes: [this.#changed ? "What came before it was done" : "Nothing was done"],
      });
    }
    this.#sentChange ||= changes;
    if (changes) this.touched.push(touchedBy(operation, args));
    const answer = await this.pve.request(operation, args, { ...this.options, ...own });
    this.#changed ||= changes;
    return answer;
  }

  /** Calls an operation that takes a file; it may take longer than the call's time. */
  async upload(
    operation: Operation,
    args: Args,
    own: Pick<RequestOptions, "timeoutSeconds">,
    file: Multipart,
  ): Promise<PveAnswer> {
    this.#sentChange = true;
    const { signal } = this.options;
    const answer = await upload(this.pve, operation, args, file, { signal, ...own });
    this.#changed = true;
    return answer;
  }
}
