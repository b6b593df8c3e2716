/**
 * What a tool answers, before it is put into words: the same facts go into the text and into the
 * structured content.
 *
 * @module
 */
import type { TaskResult } from "../pve/tasks.ts";

/** Any JSON value that PVE or a tool may answer. */
export type Json = unknown;
/** One row of a list. */
export type Row = Readonly<Record<string, Json>>;

/** A page of a list. */
export interface ListData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
  /** Rows there are after filtering. */
  readonly total: number;
  /** Rows there are before filtering, when there is a filter, or nothing fits. */
  readonly unfiltered?: number;
  /** What may be wrong with a filter that nothing fits. */
  readonly hint?: string;
  /** Where the next page starts, when there is one. */
  readonly next_offset?: number;
  /** The page ends before its limit: it would be too long. */
  readonly cut_for_size?: true;
  /** Rows that were put into groups; the rows of the list are these. */
  readonly grouped?: number;
}

/** Untrusted text: a log, a report, output of a program. */
export interface TextData {
  readonly label: string;
  readonly text: string;
}

/** A picture: of a graph. */
export interface ImageData {
  readonly mimeType: "image/png";
  /** Base64. */
  readonly data: string;
}

/** An answer of a tool. */
export interface Answer {
  /** What happened, in a sentence without a full stop. */
  readonly title: string;
  /** The cluster that it is of, where the server has several. */
  readonly cluster?: string;
  readonly list?: ListData;
  readonly object?: Readonly<Record<string, Json>>;
  readonly texts?: readonly TextData[];
  readonly image?: ImageData;
  readonly task?: TaskResult;
  /** What a person would have been asked: masked by field, and left as it is. */
  readonly asked?: readonly string[];
  /** What a person is to be asked now: the same call, sent again with the seal, brings the answer. */
  readonly open?: OpenQuestion;
  /** What the caller should know or do next. */
  readonly notes?: readonly string[];
  readonly failure?: Failure;
}

/** A question that is not answered yet. */
export interface OpenQuestion {
  readonly text: string;
  readonly seal: string;
}

/** What is wrong with arguments. */
export type ArgumentFault = "missing" | "invalid";

/** What became of a call that was not done. */
export type FailureKind =
  | "error"
  /** Rights, settings or protection forbid it. */
  | "denied"
  /** Whoever was asked said no. */
  | "declined"
  /** Nobody said no: it only waits to be confirmed. */
  | "unconfirmed";

/** Why a call failed. */
export interface Failure {
  readonly kind: FailureKind;
  readonly reason: string;
  /** Problems of single parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Where the arguments are at fault: what they name does not exist, or they are wrong or unclear. */
  readonly fault?: ArgumentFault;
}

/** A refusal or failure that a tool words itself. */
export class ToolError extends Error {
  override readonly name = "ToolError";

  constructor(
    /** What could not be done. */
    message: string,
    readonly details: {
      readonly reason: string;
      /** Each of the things that `reason` tells, where they may be several. */
      readonly problems?: readonly string[];
      readonly notes?: readonly string[];
      readonly parameters?: Readonly<Record<string, string>>;
      /** Where no parameter alone has it. */
      readonly fault?: ArgumentFault;
      /** An error where nothing else is said. */
      readonly kind?: FailureKind;
      /** What is known all the same: output of a command that failed, a failed task. */
      readonly answer?: Omit<Answer, "title" | "notes" | "failure">;
    },
  ) {
    super(message);
  }
}
