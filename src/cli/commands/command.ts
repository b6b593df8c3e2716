/**
 * Defines commands: arguments, options and exit codes in one place, from which parsing, `--help`
 * and the shell completions are derived.
 *
 * @module
 */
import { writeOut } from "../../base/process/console.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import { didYouMean } from "../../base/text/nearest.ts";

/** Exit codes, the same for every command. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** The command line does not make sense; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** One option of a command. */
export interface Option {
  readonly type: "boolean" | "string";
  readonly short?: string;
  /** What stands for the value of a string in `--help`. */
  readonly value?: string;
  readonly description: string;
}

type Options = Readonly<Record<string, Option>>;

/** What the options of a command line say. */
export type OptionValues<O extends Options> = {
  readonly [K in keyof O]?: O[K]["type"] extends "boolean" ? boolean : string;
};

/** What the first positional of a command may be; completions offer its values. */
export type PositionalKind = "tool" | "client" | "shell" | "audit";

/** A command as its module describes it. */
export interface CommandSpec<O extends Options> {
  /** What follows the program's name, options left out: `tools [NAME]`. */
  readonly usage: string;
  /** What it does, in a few sentences. */
  readonly about: string;
  readonly options: O;
  /** Fewest and most positionals after the command. */
  readonly positionals: readonly [number, number];
  /** What the first of them is. */
  readonly firstPositional?: PositionalKind;
  readonly examples?: readonly string[];
  /** When it ends with exit code 1; 0 is always "done" and 2 wrong usage or configuration. */
  readonly failure?: string;
  readonly run: (
    options: OptionValues<O>,
    positionals: readonly string[],
  ) => Promise<number> | number;
}

/** A command that can be run. */
export interface Command {
  readonly spec: Omit<CommandSpec<Options>, "run">;
  /** Runs it with the arguments after its name; answers the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** A command: one line about it, and how to load it. */
export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Commands by name. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

const HELP: Option = { type: "boolean", short: "h", description: "Print this" };

function optionLine([name, option]: [string, Option]): [string, string] {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const value = option.type === "boolean" ? "" : ` ${option.value ?? "TEXT"}`;
  return [`${short}--${name}${value}`, option.description];
}

/** The text of `--help`. */
export function helpOf(spec: Command["spec"]): string {
  const lines = Object.entries({ ...spec.options, help: HELP }).map(optionLine);
  const width = Math.max(...lines.map(([left]) => left.length)) + 2;
  return [
    `Usage: proxmox-mcp ${spec.usage} [OPTIONS]`,
    "",
    spec.about,
    "",
    "Options:",
    ...lines.map(([left, right]) => `  ${left.padEnd(width)}${right}`),
    ...(spec.examples ? ["", "Examples:", ...spec.examples.map((each) => `  ${each}`)] : []),
    "",
    `Exit codes: 0 done, ${
      spec.failure === undefined ? "" : `1 ${spec.failure}, `
    }2 wrong usage or configuration`,
  ].join("\n");
}

/** What was given on a command line. */
interface ParsedArguments {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

async function parse(spec: Command["spec"], args: readonly string[]): Promise<ParsedArguments> {
  if (args.length === 0) return { values: {}, positionals: [] }; // A server starts without node:util.
  const { parseArgs } = await import("node:util");
  const options = Object.fromEntries(
    Object.entries({ ...spec.options, help: HELP }).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(optionProblem(error, Object.keys(options)));
  }
}

/** What is wrong with an option; the parser also tells of `--`, which no command has a use for. */
function optionProblem(error: unknown, known: readonly string[]): string {
  const message = errorMessage(error);
  const unknown = /^Unknown option '(-+([^']+))'/.exec(message);
  if (!unknown) return message.split("\n").slice(0, 2).join(" ");
  const [, option = "", name = ""] = unknown;
  const long = known.map((each) => `--${each}`);
  const guess = name.length === 1 ? "" : didYouMean(option, long);
  return `There is no option "${option}".${guess || ` There are: ${long.join(", ")}`}`;
}

function checkPositionals(spec: Command["spec"], positionals: readonly string[]): void {
  const [min, max] = spec.positionals;
  if (positionals.length < min) throw new UsageError(`Expected more: ${spec.usage}`);
  if (positionals.length > max) {
    throw new UsageError(`Expected less than "${positionals[max]}": ${spec.usage}`);
  }
}

/** Makes a command of its description. */
export function defineCommand<const O extends Options>(spec: CommandSpec<O>): Command {
  return {
    spec,
    run: async (args) => {
      const { values, positionals } = await parse(spec, args);
      if (values.help === true) return writeOut(helpOf(spec));
      checkPositionals(spec, positionals);
      return await spec.run(values as OptionValues<O>, positionals);
    },
  };
}
