/**
 * Runs the program as a user does: the source, or what `E2E_ENTRY` names, with no more than the
 * permissions that the documentation gives it.
 *
 * @module
 */

/** What a run came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = new URL("../../", import.meta.url);
const entry = Deno.env.get("E2E_ENTRY");

/** The command that starts the program; its own arguments come after these. */
export const START: readonly string[] = [
  Deno.execPath(),
  "run",
  "--no-prompt",
  "--allow-net",
  "--allow-env=PROXMOX_*",
  "--ignore-env",
  "--allow-read",
  ...(entry === undefined ? ["main.ts"] : ["--no-config", entry]),
];

/** What Deno itself needs to find its cache. */
function inherited(): Record<string, string> {
  const names = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "PATH"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** Runs the program to its end, with the given variables as its only settings. */
export async function cli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const [command = "", ...start] = START;
  const output = await new Deno.Command(command, {
    args: [...start, ...args],
    env: { ...inherited(), ...env },
    clearEnv: true,
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}
