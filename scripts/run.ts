/**
 * Running the tools that releases are built with.
 *
 * @module
 */

/** Where and with what a command runs. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it found counts, and not how it ended. */
  readonly mayFail?: boolean;
}

/**
 * Runs a command to its end.
 *
 * @returns What it printed: stdout, and stderr after it.
 * @throws {Error} With what it printed, when it failed.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const output = await new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
  }).output();
  const decoder = new TextDecoder();
  const stdout = decoder.decode(output.stdout);
  const stderr = decoder.decode(output.stderr);
  if (!output.success && !options.mayFail) {
    throw new Error(
      `"${command} ${args.join(" ")}" failed with code ${output.code}:\n${stdout}${stderr}`,
    );
  }
  return { stdout, stderr };
}
