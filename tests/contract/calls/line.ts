/**
 * How calls of actions are written down: a line for each action, with arguments as an administrator
 * would give them to the embedded cluster.
 *
 * @module
 */
import type { ToolAnswer } from "../../harness.ts";

/** Arguments of a call. */
export type Args = Readonly<Record<string, unknown>>;

/** What belongs to a call beside its arguments. */
export interface Around {
  /** Calls that make what this one is about, in this order. */
  readonly after?: readonly (readonly [tool: string, args: Args])[];
  /**
   * What a call has beyond the reference's required parameters: names of arguments given here that
   * PVE demands as well, or arguments in place of those given here.
   */
  readonly reference?: readonly string[] | Args;
  /** By what it is done, when not by a request of the action's own operation. */
  readonly over?: "SSH" | "another operation";
  /** Parts of the answer. */
  readonly says?: readonly string[];
  /**
   * Why no call can succeed. `root only`: PVE refuses every API token, so nothing may be sent.
   * `gone`: PVE 9 has it no longer. Either way the answer must say what to do instead.
   */
  readonly closed?: "root only" | "gone";
  /** Words of the answer to what PVE does not take here. */
  readonly refused?: string;
  /** A digest is given that is not that of now. */
  readonly stale?: boolean;
}

/** A call; its arguments may come from the answers to the calls before it. */
export type Case = readonly [
  args: Args | ((before: readonly ToolAnswer[]) => Args | Promise<Args>),
  around?: Around,
];

/** An action's call, or one for each type of guest or target that it serves. */
export type Line = Case | Readonly<Record<string, Case>>;

/** Lines by tool and action. */
export type Calls = Readonly<Record<string, Readonly<Record<string, Line>>>>;

/** All cases of a line, each with the name that it has in it. */
export function casesOf(line: Line): (readonly [name: string, each: Case])[] {
  return isCase(line) ? [["", line]] : Object.entries(line);
}

/** True for a line of one case. */
export function isCase(line: Line): line is Case {
  return Array.isArray(line);
}
