import { commandLine, inputOf, MAX_STDIN_BYTES, shellWord } from "../../src/ssh/command_line.ts";
import { type ExecRequest, SshError } from "../../src/ssh/types.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { assertDocumented, requestFor, sharedServer } from "./clients.ts";
import { NASTY_PARTS, nastyRows } from "./nasty_strings.ts";

const SEED = 20260115;

const shared = sharedServer();

function request(command: string, more: Partial<ExecRequest> = {}): ExecRequest {
  return requestFor(command, { vmid: 101, ...more });
}

/** What `pct` got: container 101 answers with its arguments. */
async function argumentsOfPct(command: string): Promise<unknown> {
  return JSON.parse((await shared.exec.run(request(command))).stdout.text);
}

/** The shells of this machine that people have as their login shell. */
async function shells(): Promise<string[]> {
  const wanted = ["bash", "dash", "sh", "zsh", "ksh", "mksh", "fish", "busybox"];
  const found = await Promise.all(wanted.map(async (name) => {
    const args = ["-c", `command -v ${name}`];
    return (await new Deno.Command("sh", { args, stdout: "null" }).output()).success ? [name] : [];
  }));
  return found.flat();
}

Deno.test("every shell sees a word as what it was before it was quoted", async () => {
  const words = [...NASTY_PARTS, ...nastyRows(1000, SEED)];
  const line = `exec perl -e 'print join("\\0", @ARGV)' -- ${words.map(shellWord).join(" ")}`;
  const found = await shells();
  assert(found.includes("bash") && found.includes("dash"));
  for (const shell of found) {
    const args = shell === "busybox" ? ["sh", "-c", line] : ["-c", line];
    const { stdout } = await new Deno.Command(shell, { args }).output();
    assertEquals(new TextDecoder("utf-8", { ignoreBOM: true }).decode(stdout).split("\0"), words);
  }
});

Deno.test("pct gets each command exactly as it was asked for", async () => {
  const waiting = nastyRows(100, SEED + 1).filter((command) => command.trim() !== "");
  const worker = async (): Promise<void> => {
    for (let command = waiting.pop(); command !== undefined; command = waiting.pop()) {
      assertEquals(await argumentsOfPct(command), ["exec", "101", "--", "/bin/sh", "-c", command]);
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  await assertRejects(() => Deno.stat("/tmp/escaped"), Deno.errors.NotFound);
});

Deno.test("a command may be as long as a command line, and no longer", async () => {
  const fits = (length: number): boolean => {
    try {
      return commandLine(request("é".repeat(length)), 0) !== "";
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
  assert(most > 60_000, `only ${most} characters of two bytes fit`);
  const command = "é".repeat(most);
  const { stdout } = await shared.exec.run(
    request(`printf %s '${command.slice(20)}' | wc -c`, { vmid: 100 }),
  );
  assertEquals(stdout.text.trim(), String(2 * (most - 20)));
  const error = assertThrows(() => commandLine(request(`${command}é`), 0), SshError);
  assertEquals(error.kind, "request");
  assert(error.hint.includes("stdin"));
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
