import { commandLine, inputOf, MAX_STDIN_BYTES, shellWord } from "../../src/ssh/command_line.ts";
import { type ExecRequest, SshError } from "../../src/ssh/types.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { depth } from "../depth.ts";
import { needs } from "../programs.ts";
import { assertDocumented, requestFor } from "./clients.ts";
import { NASTY_PARTS, nastyRows } from "./nasty_strings.ts";
import { shellWords } from "./shell_words.ts";
import { sshTests } from "./ssh_tests.ts";

const SEED = 20260115;

const { test, opensshTest } = sshTests();

function request(command: string, more: Partial<ExecRequest> = {}): ExecRequest {
  return requestFor(command, { vmid: 101, ...more });
}

/** Shells that people have as their login shell. */
const SHELLS = ["bash", "busybox", "dash", "fish", "ksh", "mksh", "zsh"] as const;
const WORDS = [...NASTY_PARTS, ...nastyRows(1000, SEED)];

for (const shell of SHELLS) {
  Deno.test(
    `${shell} sees a word as what it was before it was quoted`,
    needs(shell, "perl"),
    async () => {
      const line = `exec perl -e 'print join("\\0", @ARGV)' -- ${WORDS.map(shellWord).join(" ")}`;
      const args = shell === "busybox" ? ["sh", "-c", line] : ["-c", line];
      const { stdout } = await new Deno.Command(shell, { args }).output();
      assertEquals(new TextDecoder("utf-8", { ignoreBOM: true }).decode(stdout).split("\0"), WORDS);
    },
  );
}

Deno.test("a word is what it was before it was quoted, as POSIX has it", () => {
  assertEquals(shellWords(WORDS.map(shellWord).join(" ")), WORDS);
});

test("pct gets each command exactly as it was asked for", async ({ exec }) => {
  const waiting = nastyRows(depth(20, 300), SEED + 1).filter((command) => command.trim() !== "");
  const worker = async (): Promise<void> => {
    for (let command = waiting.pop(); command !== undefined; command = waiting.pop()) {
      // Container 101 answers with the arguments of pct.
      const { stdout } = await exec.run(request(command));
      assertEquals(JSON.parse(stdout.text), ["exec", "101", "--", "/bin/sh", "-c", command]);
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  await assertRejects(() => Deno.stat("/tmp/escaped"), Deno.errors.NotFound);
});

/** The longest command of this character that fits into a command line. */
function longestOf(character: string): string {
  const fits = (length: number): boolean => {
    try {
      return commandLine(request(character.repeat(length)), 0) !== "";
    } catch (error) {
      assert(error instanceof SshError && error.kind === "request");
      return false;
    }
  };
  let [most, tooLong] = [1, 100_000];
  while (tooLong - most > 1) {
    const middle = Math.floor((most + tooLong) / 2);
    if (fits(middle)) most = middle;
    else tooLong = middle;
  }
  return character.repeat(most);
}

Deno.test("a command may be as long as a command line, and no longer", () => {
  const command = longestOf("é");
  assert(command.length > 60_000, `only ${command.length} characters of two bytes fit`);
  const error = assertThrows(() => commandLine(request(`${command}é`), 0), SshError);
  assertEquals(error.kind, "request");
  assert(error.hint.includes("stdin"));
});

opensshTest("the longest command runs", async ({ exec }) => {
  const text = longestOf("é").slice(20);
  const { stdout } = await exec.run(request(`printf %s '${text}' | wc -c`, { vmid: 100 }));
  assertEquals(stdout.text.trim(), String(2 * text.length));
});

Deno.test("what cannot be run as it is, is refused before anything is sent", async () => {
  const refused: Partial<ExecRequest>[] = [
    { command: "echo a\0b" },
    { command: "echo \ud800" },
    { command: "  \n" },
    { vmid: 99 },
    { vmid: 1_000_000_000 },
    { vmid: 100.5 },
    { vmid: NaN },
    { timeoutSeconds: 0 },
    { timeoutSeconds: NaN },
    { timeoutSeconds: 86_401 },
  ];
  for (const each of refused) {
    const error = assertThrows(() => commandLine(request("true", each), 0), SshError);
    assertEquals(error.kind, "request");
    await assertDocumented(error);
  }
  const long = "x".repeat(MAX_STDIN_BYTES + 1);
  assertEquals(
    assertThrows(() => inputOf(request("true", { stdin: long })), SshError).kind,
    "request",
  );
  assertEquals(
    assertThrows(() => inputOf(request("true", { stdin: "\udc00" })), SshError).kind,
    "request",
  );
});
