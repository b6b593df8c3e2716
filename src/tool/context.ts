/**
 * What a call has at hand: the cluster, the waiter, the clock, and what was found out about its
 * target. Everything from outside comes in through this.
 *
 * @module
 */
import type { CallBudget } from "../base/async/call_budget.ts";
import type { Operation } from "../pve/api.ts";
import type { PveAnswer, RequestOptions } from "../pve/client.ts";
import type { Args } from "../pve/encode.ts";
import type { Guest } from "../pve/guests.ts";
import type { TaskResult } from "../pve/tasks.ts";
import type { Services } from "./services.ts";

/** Asks the person at the client; undefined where the client cannot ask. */
export type AskPerson = (question: string) => Promise<"accept" | "decline" | "cancel">;

/** What comes with one call. */
export interface CallInput {
  readonly signal: AbortSignal;
  readonly ask?: AskPerson;
  /** Hears how far the call is. */
  readonly progress?: (message: string, percent: number | undefined) => void;
}

/** How the caller wants the answer. */
export interface AnswerOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly filter?: string;
  readonly fields?: readonly string[];
  readonly wait?: number;
  /** The code that confirms what an answer to the same call said it takes away. */
  readonly confirm?: string;
}

/** One call of one tool. */
export interface CallContext extends Services, CallInput {
  /** The guest that the call is about. */
  readonly guest?: Guest;
  /** The node that the call is about, or that is asked. */
  readonly node?: string;
  /** How the caller wants a list: limit, offset, filter, fields. */
  readonly options: AnswerOptions;
  /** The time that the call has: for its requests, and to wait for tasks and states. */
  readonly budget: CallBudget;
  /** Facts for the end of the answer. */
  readonly notes: string[];
  /** Calls an operation with this call's signal and time, again while a lock on its guest passes. */
  request(
    operation: Operation,
    args: Args,
    own?: Pick<RequestOptions, "timeoutSeconds">,
  ): Promise<PveAnswer>;
  /** A free number for a new guest, the same each time that this call asks. */
  nextVmid(): Promise<number>;
  /** Waits for a task with this call's signal and progress, for its time or `most` seconds. */
  waitForTask(upid: string, most?: number): Promise<TaskResult>;
}

/** The guest of a call whose tool has one as its target. */
export function guestOf(context: CallContext): Guest {
  if (!context.guest) throw new TypeError("Cannot read the guest of a call that has none");
  return context.guest;
}

/** The node of a call whose tool has one as its target. */
export function nodeOf(context: CallContext): string {
  if (!context.node) throw new TypeError("Cannot read the node of a call that has none");
  return context.node;
}
