/**
 * The server as a user starts it: a process with the permissions of the README, from the sources or
 * from the bundle that E2E_ENTRY names.
 *
 * @module
 */

/** The module that is started. */
export const ENTRY = new URL(`../../${Deno.env.get("E2E_ENTRY") ?? "main.ts"}`, import.meta.url)
  .pathname;

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds after which a program that does not end by itself is killed: its code is then 137. */
const PATIENCE_MS = 20_000;

/** What Deno needs of the environment to find its cache. */
function base(): Record<string, string> {
  const names = ["PATH", "HOME", "DENO_DIR", "USERPROFILE", "LOCALAPPDATA", "SYSTEMROOT"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** Arguments of Deno for the strict permissions that the README documents. */
function strictArgs(net: string | undefined, read: string | undefined): string[] {
  return [
    "run",
    "--no-prompt",
    "--allow-env=PROXMOX_*",
    "--ignore-env",
    ...(net === undefined ? [] : [`--allow-net=${net}`]),
    ...(read === undefined ? [] : [`--allow-read=${read}`]),
    ENTRY,
  ];
}

/** How the program is started. */
interface StartOptions {
  readonly net?: string;
  readonly read?: string;
  readonly cwd?: string;
  /** Its stdout is a terminal, by Linux's `script`, which hands on what is written there. */
  readonly terminal?: boolean;
}

/** A command that runs another at a terminal. */
function atTerminal(command: readonly string[]): readonly string[] {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return ["script", "--quiet", "--return", "--command", words.join(" "), "/dev/null"];
}

/** Starts the program. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options: StartOptions = {},
): Deno.ChildProcess {
  const own = [Deno.execPath(), ...strictArgs(options.net, options.read), ...args];
  const [program = "", ...words] = options.terminal ? atTerminal(own) : own;
  return new Deno.Command(program, {
    args: words,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...base(), NO_COLOR: "1", ...env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Feeds lines to the program, ends its input, and waits for its end. */
export async function runLines(
  child: Deno.ChildProcess,
  lines: readonly string[],
  settle: (stdout: string) => boolean = () => true,
): Promise<Ended> {
  const writer = child.stdin.getWriter();
  const decoder = new TextDecoder();
  let stdout = "";
  const { promise: settled, resolve } = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const chunk of child.stdout) {
      stdout += decoder.decode(chunk, { stream: true });
      if (settle(stdout)) resolve();
    }
    resolve();
  })();
  const errors = new Response(child.stderr).text();
  for (const line of lines) {
    await writer.write(new TextEncoder().encode(line + "\n")).catch(() => resolve());
  }
  if (lines.length > 0) await settled;
  const watchdog = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  await writer.close().catch(() => undefined);
  const { code } = await child.status;
  clearTimeout(watchdog);
  await reading;
  return { code, stdout, stderr: await errors };
}

/** The lines of a session: initialize, initialized, and what follows. */
export function session(...requests: readonly object[]): string[] {
  const initialize = {
    jsonrpc: "2.0",
    id: 0,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    },
  };
  const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
  return [initialize, initialized, ...requests].map((message) => JSON.stringify(message));
}

/** A `tools/call` request. */
export function call(id: number, name: string, args: Readonly<Record<string, unknown>>): object {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } };
}

/** True when the answer to request `id` has been written. */
export function answered(id: number): (stdout: string) => boolean {
  return (stdout) => stdout.includes(`"id":${id}}`) || new RegExp(`"id":${id}[,}]`).test(stdout);
}

/** A message that the program wrote. */
export interface Message {
  readonly jsonrpc: string;
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Every line of stdout as a JSON-RPC message; fails on any other line. */
export function messages(stdout: string): Message[] {
  return stdout.split("\n").filter((line) => line !== "").map((line) =>
    JSON.parse(line) as Message
  );
}
