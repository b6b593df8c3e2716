/**
 * The program as it serves over HTTP.
 *
 * @module
 */
import { assert } from "../assert.ts";
import { start } from "./process.ts";

/** A running server; a test that fails leaves none behind. */
export interface Running extends AsyncDisposable {
  readonly url: URL;
  /** What it wrote to stderr before it served. */
  readonly stderr: string;
  /** Ends it by signals, and answers its exit code. */
  end(...signals: Deno.Signal[]): Promise<number>;
}

/** Starts the program to serve over HTTP, and waits until it does. */
export async function serveProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  read?: string,
  net = "127.0.0.1",
): Promise<Running> {
  const permissions = { net, ...(read === undefined ? {} : { read }) };
  const child = start(args, env, permissions);
  await child.stdin.close();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let stderr = "";
  let url: string | undefined;
  while (url === undefined) {
    const { value, done } = await reader.read();
    assert(!done, `it ended: ${stderr}`);
    stderr += value;
    url = /^Serving MCP at (\S+)$/m.exec(stderr)?.[1];
  }
  const end = async (...signals: Deno.Signal[]): Promise<number> => {
    for (const signal of signals) child.kill(signal);
    const watchdog = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const { code } = await child.status;
    clearTimeout(watchdog);
    await reader.cancel();
    await child.stdout.cancel();
    return code;
  };
  let ended: Promise<number> | undefined;
  return {
    url: new URL(url),
    stderr,
    end: (...signals) => ended = end(...signals),
    [Symbol.asyncDispose]: async () => void await (ended ?? end("SIGKILL")),
  };
}
