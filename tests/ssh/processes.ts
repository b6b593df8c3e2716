/**
 * Programs and processes, for tests that prove what runs and what has ended.
 *
 * @module
 */

/** Runs a program that must succeed, and returns what it printed. */
export async function command(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** Whether a process of this id runs and is no zombie. */
export async function runs(pid: number): Promise<boolean> {
  const args = [`/proc/${pid}/stat`];
  const { success, stdout } = await new Deno.Command("cat", { args }).output();
  return success && !/\) [ZX] /.test(new TextDecoder().decode(stdout));
}

/** Resolves when a process has ended, which must be soon. */
export async function ended(pid: number): Promise<void> {
  const most = Date.now() + 20_000;
  while (await runs(pid)) {
    if (Date.now() > most) throw new Error(`Process ${pid} still runs`);
  }
}

/** The ids of the processes below this one, those farthest down first. */
export async function descendants(pid: number): Promise<number[]> {
  const args = [`/proc/${pid}/task/${pid}/children`];
  const { stdout } = await new Deno.Command("cat", { args }).output();
  const children = new TextDecoder().decode(stdout).split(/\s+/).filter((each) => each !== "");
  const below = await Promise.all(children.map((child) => descendants(Number(child))));
  return [...below.flat(), ...children.map(Number)];
}
