/**
 * The server over HTTP, on the embedded Proxmox VE, for as long as something tries it.
 *
 * @module
 */

/** What Deno allows the server when it is tried. */
export const STRICT = ["run", "--no-prompt", "--allow-env=PROXMOX_*", "--ignore-env"];

/** A server to start: `serve` and its options stand among the arguments. */
export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Serves over HTTP while `work` runs.
 *
 * @param entry main.ts, or a bundle.
 * @param args More arguments for `serve`.
 */
export async function served(
  entry: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const serve = ["serve", "--demo", "--http", "0", ...args];
  const start = [...STRICT, "--allow-net=127.0.0.1", entry, ...serve];
  await whileServing({ command: Deno.execPath(), args: start, env }, work);
}

/** Starts a server, does work with it, and asks it to end, which it has to do well. */
export async function whileServing(
  { command, args, env }: Start,
  work: (url: string, pid: number) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(command, {
    args: [...args],
    env: { ...env },
    stdin: "null",
    stdout: "inherit",
    stderr: "piped",
  }).spawn();
  const url = Promise.withResolvers<string>();
  // Read to its end: a server whose log nobody takes would wait.
  const reading = (async (): Promise<void> => {
    let text = "";
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const [, found] = /^Serving MCP at (\S+)$/m.exec(text) ?? [];
      if (found !== undefined) url.resolve(found);
    }
    url.reject(new Error(`The server did not start: ${text}`));
  })();
  let runs = true;
  const ended = child.status.finally(() => runs = false);
  try {
    await work(await url.promise, child.pid);
  } finally {
    if (runs) child.kill("SIGTERM");
    await reading;
  }
  const { code } = await ended;
  if (code !== 0) throw new Error(`The server ended with code ${code}`);
}
