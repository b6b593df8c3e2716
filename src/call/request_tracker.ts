/**
 * Sends the requests of one call: with its signal and in its time, noting what the rate limit makes
 * it wait, and what it has changed already.
 *
 * @module
 */
import { type CallBudget, MIN_REQUEST_SECONDS } from "../base/async/call_budget.ts";
import { defined } from "../base/defined.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { span } from "../base/text/units.ts";
import { type Operation, operationFact } from "../pve/api.ts";
import { upload } from "../pve/bytes.ts";
import type { PveAnswer, PveClient, RequestOptions } from "../pve/client.ts";
import type { Args } from "../pve/encode.ts";
import { type Attempt, tellsOfAbsence } from "../pve/errors.ts";
import { goneBy, provenTask, UnprovenError } from "../pve/evidence.ts";
import { type Touched, touchedBy } from "../pve/guest_rows.ts";
import type { Multipart } from "../pve/transport/multipart.ts";
import { requestWords } from "../pve/request_words.ts";
import type { TaskResult } from "../pve/tasks.ts";
import { ToolError } from "../tool/answer.ts";

/** What the answer says once a request was taken, see the guard. */
interface Unasked {
  readonly unasked?: string;
}

/** A change that Proxmox VE took, with the proof that was due. */
interface TakenChange extends Unasked {
  readonly words: string;
  /** The task that does it. */
  readonly upid: string | undefined;
}

/** The requests of one call. */
export class RequestTracker {
  /** For requests that others send for this call. */
  readonly options: RequestOptions & { readonly signal: AbortSignal };
  /** Whose names and states this call may have changed. */
  readonly touched: Touched[] = [];
  #delayedMs = 0;
  #sentChange = false;
  #begun = false;
  readonly #unseen: string[] = [];
  readonly #taken: TakenChange[] = [];
  readonly #ended = new Map<string, TaskResult["state"]>();

  /** @param begins Hears when one of them is about to be sent. */
  constructor(
    private readonly pve: PveClient,
    readonly budget: CallBudget,
    begins: (() => void) | undefined,
  ) {
    const { signal } = budget;
    this.options = {
      ...{ signal, budget, onDelay: (ms) => this.#delayedMs += ms },
      ...defined({ onTurn: begins }),
    };
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

  /** True when Proxmox VE took a request that changes something. */
  get hasChanged(): boolean {
    return this.#taken.length > 0;
  }

  /** What the caller should know of how the call went. */
  get notes(): string[] {
    const happened = this.#taken.filter(({ upid }) =>
      upid === undefined || this.#ended.get(upid) !== "failed"
    );
    return [
      ...new Set(happened.flatMap(({ unasked }) => unasked ?? [])),
      ...this.#unseen,
      ...(this.#delayedMs === 0
        ? []
        : [`PROXMOX_RATE_LIMIT delayed this call by ${span(this.#delayedMs / 1000)}`]),
    ];
  }

  /**
   * What was changed before a call failed. A task that failed changed nothing, or has said so.
   *
   * @param told The task that the error speaks of itself.
   */
  changesBefore(told: string | undefined): string[] {
    return this.#taken.flatMap(({ words, upid }) => {
      if (upid === undefined) return [`Done before that: ${words}`];
      const state = this.#ended.get(upid);
      if (upid === told || state === "failed") return [];
      return state === "ok" || state === "warnings"
        ? [`Done before that: ${words}, task ${upid}`]
        : [
          `Begun before that: ${words}; proxmox_node_task action=wait upid=${upid} tells how it ended`,
        ];
    });
  }

  /** Hears how a task ended. */
  learnEnd({ upid, state }: TaskResult): void {
    this.#ended.set(upid, state);
  }

  /**
   * Calls an operation.
   *
   * @throws {ToolError} When it would change something, and there is no time left to hear what.
   * @throws {UnprovenError} When Proxmox VE took it, and did not prove that anything came of it.
   */
  async request(
    operation: Operation,
    args: Args,
    { unasked, ...own }: Pick<RequestOptions, "timeoutSeconds" | "byLogin"> & Unasked = {},
  ): Promise<PveAnswer> {
    const changes = operationFact(operation).method !== "GET";
    if (changes && this.budget.requestSeconds < MIN_REQUEST_SECONDS) {
      throw new ToolError(`There was no time left for ${operation}`, {
        reason: "The time of this call was over before it could be sent",
        notes: this.hasChanged ? [] : ["Nothing was done"],
      });
    }
    if (changes) this.touched.push(touchedBy(operation, args));
    const send = (): Promise<PveAnswer> =>
      this.pve.request(operation, args, { ...this.options, ...own });
    return changes ? await this.#change({ operation, args }, send, unasked) : await send();
  }

  /** Calls an operation that takes a file; it may take longer than the call's time. */
  async upload(
    operation: Operation,
    args: Args,
    { unasked, ...own }: Pick<RequestOptions, "timeoutSeconds"> & Unasked,
    file: Multipart,
  ): Promise<PveAnswer> {
    const { signal } = this.options;
    const send = (): Promise<PveAnswer> =>
      upload(this.pve, operation, args, file, { signal, ...own });
    return await this.#change({ operation, args }, send, unasked);
  }

  /** Sends a change, in whichever way, and keeps in mind that it was taken. */
  async #change(
    attempt: Attempt,
    send: () => Promise<PveAnswer>,
    unasked: string | undefined,
  ): Promise<PveAnswer> {
    this.#sentChange = true;
    const { operation, args } = attempt;
    const answer = await send();
    const upid = provenTask(operation, args, answer.data);
    await this.#checkGone(attempt);
    this.#taken.push({ words: requestWords(operation, args), upid, ...defined({ unasked }) });
    return answer;
  }

  /** One look at what was deleted. */
  async #checkGone(attempt: Attempt): Promise<void> {
    const read = goneBy(attempt.operation, attempt.args);
    if (!read) return;
    try {
      const { data } = await this.pve.request(read.operation, read.args, this.options);
      if (data === null || data === undefined) return;
    } catch (error) {
      if (!tellsOfAbsence(error)) {
        this.#unseen.push(`Whether it is gone could not be read: ${errorMessage(error)}`);
      }
      return;
    }
    throw new UnprovenError(attempt, "It is still there", { stillThere: read });
  }
}
