/**
 * What a call has at hand: the cluster, the waiter, the clock, and what was found out about its
 * target. Everything from outside comes in through this.
 *
 * @module
 */
import type { CallBudget } from "../base/async/call_budget.ts";
import type { Operation, ReadOperation } from "../pve/api.ts";
import type { PveAnswer, RequestOptions } from "../pve/client.ts";
import type { Args } from "../pve/encode.ts";
import type { Guest } from "../pve/guests.ts";
import type { Multipart } from "../pve/transport/multipart.ts";
import type { TaskResult } from "../pve/tasks.ts";
import type { Answer, Row } from "./answer.ts";
import type { PlannedRequest } from "./planned_request.ts";
import type { FileRequest } from "../ssh/types.ts";
import type { Files, SealProblem, Services } from "./services.ts";

/** What ties the answer to a question, where another request brings it, to what was asked. */
export interface QuestionSeal {
  /** Seals what is asked. */
  seal(): Promise<string>;
  /** Why a seal is not of this question, or undefined when it is; it is used up by that. */
  open(seal: string): Promise<SealProblem | undefined>;
}

/**
 * What a person says to a question; or the seal of one that the same call, sent again, brings the
 * answer to; or why such an answer is none to this question.
 */
export type PersonsReply =
  | "accept"
  | "decline"
  | "cancel"
  | { readonly seal: string }
  | { readonly problem: SealProblem };

/** Asks the person at the client; undefined where the client cannot ask. */
export type AskPerson = (question: string, seal: QuestionSeal) => Promise<PersonsReply>;

/** What comes with one call. */
export interface CallInput {
  readonly signal: AbortSignal;
  readonly ask?: AskPerson;
  /** Takes all rows of the answer's list, and leaves it empty. */
  readonly collect?: AnswerOptions["collect"];
  /** Takes, at the end, what takes the secrets that this call has learned out of an answer. */
  readonly redacts?: (redact: (answer: Answer) => Answer) => void;
  /** Hears when the first of its requests is about to be sent. */
  readonly begins?: () => void;
  /** Hears how far the call is. */
  readonly progress?: (message: string, percent: number | undefined) => void;
}

/** Takes the secrets out of rows. */
export interface RowMask {
  mask(row: Row): unknown;
  /** A field of a row as it may be shown. */
  maskField(row: Row, name: string, value: unknown): unknown;
}

/** How a list is shown unless the caller says otherwise. */
export interface ListSpec {
  /** Columns, as far as any row has them; all fields without it. */
  readonly columns?: readonly string[];
  /** Fields that rows have when they are asked for. */
  readonly onDemand?: readonly string[];
  /** Fields that say something where they are set, and nothing where they are 0. */
  readonly flags?: readonly string[];
  readonly mask?: RowMask;
  /** Rows there were before the tool itself chose among them. */
  readonly before?: number;
  /** Rows that there are beyond those that were read. */
  readonly unseen?: number;
  /** The order that the rows have by themselves, which rows of several clusters keep together. */
  readonly order?: (one: Row, other: Row) => number;
  /** How many of these rows, from the first on, make a page unless the caller asks for a number. */
  readonly fits?: (rows: readonly Row[], columns: readonly string[]) => number;
}

/** What a page of a list is made of. */
export interface PageSource {
  readonly rows: readonly Row[];
  readonly options: AnswerOptions;
  readonly spec: ListSpec;
}

/** How the caller wants the answer. */
export interface AnswerOptions {
  /** Takes all rows in place of a page of them: for who makes one list of several clusters'. */
  readonly collect?: (source: PageSource) => void;
  /** Fields that rows of the list may have, whether or not any of these has them. */
  readonly knownFields?: () => readonly string[];
  readonly limit?: number;
  readonly offset?: number;
  readonly filter?: string;
  readonly fields?: readonly string[];
  /** Fields to sort by; `-` before one sorts the greatest first. */
  readonly sort?: readonly string[];
  /** Fields whose values make groups, counted and summed. */
  readonly group?: readonly string[];
  readonly wait?: number;
  /** The code that confirms what an answer to the same call said it takes away. */
  readonly confirm?: string;
  /** Nothing is to be changed: the answer tells what would be sent, and what stands against it. */
  readonly dry_run?: boolean;
}

/** What a request may have of its own. */
export type OwnOptions = Pick<RequestOptions, "timeoutSeconds">;

/** Another cluster of the server, for what moves there: it is looked at, and not changed. */
export interface OtherCluster extends Pick<Services, "config" | "guests"> {
  /** As the settings call it. */
  readonly name: string;
  /** Asks it an operation with this call's signal and time. */
  readonly request: ReadContext["request"];
}

/** One call of one tool, for what looks and must not change anything: nothing in it can. */
export interface ReadContext extends Pick<Services, "config" | "guests" | "clock">, CallInput {
  /** The cluster that the call is about, where the server has several. */
  readonly cluster?: string;
  /** The other clusters of the server, by name. */
  readonly others: ReadonlyMap<string, OtherCluster>;
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
  /** Files on this machine, to be read. */
  readonly files: Pick<Files, "open">;
  /** Asks an operation with this call's signal and time. */
  readonly request: (
    operation: ReadOperation,
    args: Args,
    own?: OwnOptions,
  ) => Promise<PveAnswer>;
  /** Asks an operation that answers bytes, and hands them to `read`. */
  readonly download: <T>(
    operation: ReadOperation,
    args: Args,
    own: OwnOptions,
    read: (bytes: ReadableStream<Uint8Array>) => Promise<T>,
  ) => Promise<T>;
  /** A free number for a new guest, the same each time that this call asks. */
  readonly nextVmid: () => Promise<number>;
  /** Waits for a task with this call's signal and progress, for its time or `most` seconds. */
  readonly waitForTask: (upid: string, most?: number) => Promise<TaskResult>;
}

/** One call of one tool, for what changes something: each request is judged when it is sent. */
export interface CallContext extends ReadContext, Pick<Services, "containerExec"> {
  readonly files: Files;
  /** Calls an operation with this call's signal and time, again while a lock on its guest passes. */
  readonly request: (operation: Operation, args: Args, own?: OwnOptions) => Promise<PveAnswer>;
  /** Sends a request that takes a file; its arguments name all that the parts of the body say. */
  readonly upload: (
    request: PlannedRequest,
    own: OwnOptions,
    body: Multipart,
  ) => Promise<PveAnswer>;
  /**
   * Writes a file on a node over SSH, where the API takes none; the request is that of an upload
   * that would do the same, so that it is judged as one.
   */
  readonly writeOnNode: (
    request: PlannedRequest,
    file: Omit<FileRequest, "signal">,
  ) => Promise<void>;
}

/** The guest of a call whose tool has one as its target. */
export function guestOf(context: ReadContext): Guest {
  if (!context.guest) throw new TypeError("Cannot read the guest of a call that has none");
  return context.guest;
}

/** The node of a call whose tool has one as its target. */
export function nodeOf(context: ReadContext): string {
  if (!context.node) throw new TypeError("Cannot read the node of a call that has none");
  return context.node;
}
