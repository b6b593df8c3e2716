/**
 * What a prompt is: a task in words, data that this server reads for it, and the tools to use
 * next.
 *
 * @module
 */
import type { Guest } from "../../pve/guests.ts";
import type { CompletionSource } from "../completion_source.ts";
import type { Section, SectionReader } from "./section_reader.ts";

/** An argument of a prompt; MCP has texts only. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required?: true;
  /** What it names, for completions. */
  readonly source?: CompletionSource;
  /** Other words that it takes in place of the values of its source. */
  readonly otherWords?: readonly string[];
}

/**
 * A tool to use next. The action is `default` in a tool that does one thing; `args` are the other
 * arguments, `node=pve1 upid=…`, or "".
 */
export type NextTool = readonly [tool: string, action: string, args: string, why: string];

/** The content of a prompt, from which its text is composed. */
export interface PromptBody {
  /** What is to be done, in sentences. */
  readonly task: string;
  readonly sections: readonly (Section | undefined)[];
  readonly next: readonly NextTool[];
}

/** What a prompt is built from. */
export interface PromptContext {
  readonly args: Readonly<Record<string, string>>;
  readonly reader: SectionReader;
  /** Finds a guest by number or name. */
  readonly guest: (nameOrVmid: string) => Promise<Guest>;
}

export interface PromptSpec {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  readonly build: (context: PromptContext) => Promise<PromptBody>;
}
