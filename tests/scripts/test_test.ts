import { ROOT } from "../../scripts/project.ts";
import { assert, assertEquals } from "../assert.ts";

/** How a run of tests ended, and the last line that it printed. */
async function runTests(path: string, ...args: string[]): Promise<readonly [number, string]> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-run"],
      ...["scripts/test.ts", "tests/scripts/needing_programs.ts", ...args],
    ],
    cwd: ROOT,
    env: { PATH: path, NO_COLOR: "1" },
  }).output();
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  return [code, lines.at(-1) ?? ""];
}

Deno.test("a run of tests names what it lacked, and the command that installs it", async () => {
  const bare = await Deno.makeTempDir();
  const line = "2 tests ignored: missing sshd, zsh. " +
    "To run them, on Debian: apt-get install openssh-server zsh";
  try {
    assertEquals(await runTests(bare), [0, line]);
    assertEquals(await runTests(bare, "--none-ignored"), [1, line]);
    const [passing] = await runTests(bare, "--none-ignored", "--filter=last");
    assertEquals(passing, 0);
    for (const program of ["sshd", "zsh"]) {
      await Deno.writeTextFile(`${bare}/${program}`, "", { mode: 0o755 });
    }
    const [code, last] = await runTests(bare, "--none-ignored");
    assertEquals([code, last.replace(/ \(.*$/, "")], [0, "ok | 3 passed | 0 failed"]);
  } finally {
    await Deno.remove(bare, { recursive: true });
  }
});

async function* modulesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
    if (isDirectory) yield* modulesIn(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

Deno.test("whatever has a depth is run at its full depth", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)) as {
    readonly tasks: Readonly<Record<string, { readonly command: string }>>;
  };
  const deep = tasks["test:deep"]?.command.match(/(?<= )tests\/\S+/g) ?? [];
  for await (const path of modulesIn("tests")) {
    if (!(await Deno.readTextFile(path)).match(/from "[./]+\/depth\.ts"/)) continue;
    assert(deep.some((each) => path.startsWith(each)), `${path} is not in deno task test:deep`);
  }
});
