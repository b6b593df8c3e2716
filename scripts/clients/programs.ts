/**
 * The clients' own programs, as tools/clients/package-lock.json pins them. They see nothing of this
 * machine but PATH, have an empty home, and are ended when they take too long.
 *
 * @module
 */
import { ROOT } from "../project.ts";

const FOLDER = `${ROOT}tools/clients/`;
const MAX_RUN_SECONDS = 120;
/** What `timeout` answers when the time was over. */
const TIMED_OUT = 124;

/** Where each program is: for Linux on x64, and without a script of its package having run. */
const PROGRAMS = {
  claude: "@anthropic-ai/claude-code-linux-x64/claude",
  codex: ".bin/codex",
  gemini: ".bin/gemini",
  opencode: "opencode-linux-x64/bin/opencode",
};

/** A client that has a program of its own. */
export type ClientProgram = keyof typeof PROGRAMS;

/** What keeps each to itself: no updates, no telemetry. The rest stands in their settings. */
const QUIET: Readonly<Record<ClientProgram, Readonly<Record<string, string>>>> = {
  claude: { DISABLE_AUTOUPDATER: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
  codex: {},
  gemini: { GEMINI_TELEMETRY_ENABLED: "false" },
  opencode: { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" },
};

/** Where and with what a client runs. */
export interface Surroundings {
  readonly home: string;
  readonly cwd: string;
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What to answer to its questions, each a part of the question and a line, in their order. */
  readonly answers?: readonly (readonly [question: string, line: string])[];
}

/** How a run ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Reads what a client prints, and answers its questions when they come. */
async function converse(
  child: Deno.ChildProcess,
  answers: NonNullable<Surroundings["answers"]>,
): Promise<string> {
  const writer = child.stdin.getWriter();
  const encoder = new TextEncoder();
  const left = [...answers];
  let text = "";
  if (left.length === 0) await writer.close();
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const [next] = left;
    if (!next || !text.includes(next[0])) continue;
    left.shift();
    await writer.write(encoder.encode(`${next[1]}\n`));
    if (left.length === 0) await writer.close();
  }
  return text;
}

/** Runs a client to its end. */
export async function runClient(
  program: ClientProgram,
  args: readonly string[],
  { home, cwd, path, env, answers = [] }: Surroundings,
): Promise<Run> {
  // Ends what the client has started too, which `Deno.Command` does not.
  const bounded = [
    "-k",
    "5",
    `${MAX_RUN_SECONDS}`,
    `${FOLDER}node_modules/${PROGRAMS[program]}`,
  ];
  const child = new Deno.Command("timeout", {
    args: [...bounded, ...args],
    cwd,
    clearEnv: true,
    env: { PATH: path, HOME: home, NO_COLOR: "1", ...QUIET[program], ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr, { code }] = await Promise.all([
    converse(child, answers),
    new Response(child.stderr).text(),
    child.status,
  ]);
  if (code === TIMED_OUT) {
    throw new Error(`"${program} ${args.join(" ")}" did not end:\n${stdout}${stderr}`);
  }
  return { code, stdout, stderr };
}

/**
 * Runs a client, which must succeed.
 *
 * @throws {Error} With what it printed, when it failed.
 */
export async function mustRun(
  program: ClientProgram,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<Run> {
  const finished = await runClient(program, args, surroundings);
  if (finished.code !== 0) {
    throw new Error(
      `"${program} ${args.join(" ")}" failed with code ${finished.code}:\n` +
        `${finished.stdout}${finished.stderr}`,
    );
  }
  return finished;
}
