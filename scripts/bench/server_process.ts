/**
 * A server in a process of its own, which says on its first line how it is reached.
 *
 * @module
 */

/** Starts the server of a file in this folder; it ends when its standard input does. */
export async function startServer<Reached>(
  file: string,
  args: readonly string[] = [],
): Promise<{ readonly child: Deno.ChildProcess; readonly reached: Reached }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-net=127.0.0.1"],
      ...[new URL(file, import.meta.url).pathname, ...args],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.endsWith("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`${file} does not start`);
    line += value;
  }
  return { child, reached: JSON.parse(line) as Reached };
}
