/**
 * A container of the node stand-in, whose `/bin/sh` knows just the commands that tests run in it.
 *
 * @module
 */

/** What a command in a container has from outside. */
export interface Surroundings {
  readonly stdin: string;
  /** Aborted when the command gets SIGTERM. */
  readonly term: AbortSignal;
}

/** How a command ended. */
export interface CommandEnd {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A command that runs until it is ended: it writes `FILE` when it has started, and `FILE.end` when
 * it gets SIGTERM.
 */
export function endlessCommand(file: string): string {
  return `trap 'echo ended > ${file}.end; exit' TERM; echo on > ${file}; sleep 300 & wait`;
}

const ENDLESS = /^trap 'echo ended > (\S+)\.end; exit' TERM; echo on > \1; sleep 300 & wait$/;
/** Name, arguments, and where the output goes. */
const SIMPLE = /^(\S+)((?: (?!>)\S+)*)(?: ?(>&2|>>? ?\S+))?$/;

type Program = (args: readonly string[], stdin: string) => string | Promise<string>;

const PROGRAMS: Readonly<Record<string, Program>> = {
  true: () => "",
  echo: (args) => `${args.join(" ")}\n`,
  cat: async ([file], stdin) => file === undefined ? stdin : await Deno.readTextFile(file),
  wc: (_, stdin) => `${new TextEncoder().encode(stdin).length}\n`,
};

async function endless(file: string, term: AbortSignal): Promise<CommandEnd> {
  const ended = new Promise<void>((resolve) => {
    if (term.aborted) resolve();
    else term.addEventListener("abort", () => resolve());
  });
  await Deno.writeTextFile(file, "on\n");
  await ended;
  await Deno.writeTextFile(`${file}.end`, "ended\n");
  return { status: 0, stdout: "", stderr: "" };
}

/** Runs `/bin/sh -c SCRIPT`. */
export async function runInContainer(
  script: string,
  { stdin, term }: Surroundings,
): Promise<CommandEnd> {
  const file = ENDLESS.exec(script)?.[1];
  if (file !== undefined) return await endless(file, term);
  let [stdout, stderr, unread] = ["", "", stdin];
  for (const command of script.split("; ")) {
    const [, name = "", rest = "", target = ""] = SIMPLE.exec(command) ?? [];
    const args = rest.split(" ").filter((arg) => arg !== "");
    if (name === "exit") return { status: Number(args[0]), stdout, stderr };
    const program = PROGRAMS[name];
    if (!program) return { status: 127, stdout, stderr: `/bin/sh: 1: ${command}: not found\n` };
    const output = await program(args, unread);
    if (name !== "echo" && name !== "true") unread = "";
    if (target === "") stdout += output;
    else if (target === ">&2") stderr += output;
    else {
      const append = target.startsWith(">>");
      await Deno.writeTextFile(target.replace(/^>+ ?/, ""), output, { append });
    }
  }
  return { status: 0, stdout, stderr };
}
