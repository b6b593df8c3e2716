/** The chain of the audit log: several processes, real files, and every way to break it. */
import { basename, dirname } from "node:path";
import { fileAuditLog, rotateAuditLog } from "../../src/guard/audit.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { AuditVerifier, readLines } from "../../src/guard/audit_verify.ts";
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";

const WRITER = new URL("./audit_writer.ts", import.meta.url).pathname;

/** A folder of its own for the time of the test, with the path of a log in it. */
async function withLog(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(`${folder}/audit.jsonl`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes lines in another process, which has permission for nothing but the log. */
async function writeInProcess(path: string, name: string, count: number): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--no-check", `--allow-read=${path}`, `--allow-write=${path}`],
      ...[WRITER, path, name, String(count)],
    ],
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
}

/** Writes lines in this process. */
async function write(path: string, ...actions: readonly string[]): Promise<void> {
  const audit = fileAuditLog(path, () => 0);
  for (const action of actions) {
    await audit.write({ phase: "before", tool: "test", action, target: "" });
  }
}

function letGo(path: string): void {
  fileAuditLog(path, () => 0).close();
}

async function linesOf(path: string): Promise<string[]> {
  return (await Deno.readTextFile(path)).trimEnd().split("\n");
}

/** What is found in files, `!` before what is wrong. */
async function findings(files: readonly string[], expected?: string): Promise<string[]> {
  const verifier = new AuditVerifier(expected);
  for (const [index, file] of files.entries()) {
    verifier.beginFile(String(index));
    verifier.endFile(await readLines(file, (line) => verifier.add(line)));
  }
  if (!verifier.hasExpected) return ["! expected"];
  return verifier.findings.map(({ isProblem, file, line, message }) =>
    `${isProblem ? "!" : "-"} ${file}:${line} ${message}`
  );
}

Deno.test("four processes write one chain of 10,000 lines, and five ways to break it are found", () =>
  withLog(async (path) => {
    await Promise.all(["a", "b", "c", "d"].map((name) => writeInProcess(path, name, 2_500)));
    const lines = await linesOf(path);
    assertEquals(lines.length, 10_000);
    assertEquals(new Set(lines.map((line) => JSON.parse(line).action)).size, 10_000);
    const { hash: last } = JSON.parse(lines[9_999]!);
    assertEquals(await findings([path], last), []);

    const broken = async (change: (lines: string[]) => string[]): Promise<string[]> => {
      await Deno.writeTextFile(path, change([...lines]).join("\n") + "\n");
      return await findings([path], last);
    };
    const [, one = "", two = ""] = lines;
    const changed = await broken((all) => all.with(1, one.replace('"test"', '"tool"')));
    assertEquals(changed, ["! 0:2 was changed: its text has another hash than it says"]);
    const missing = await broken((all) => all.toSpliced(5_000, 3));
    assertEquals(missing, [
      "! 0:5001 is number 5004, after number 5000: what was between is missing",
    ]);
    const swapped = await broken((all) => all.with(1, two).with(2, one));
    assertEquals(swapped[1], "! 0:3 is number 2, after number 3: the order is another");
    const added = await broken((all) => all.toSpliced(2, 0, '{"time":"2027-01-01"}'));
    assertEquals(added, ["! 0:3 is not of the chain, or was changed"]);
    assertEquals(await broken((all) => all.slice(0, -1)), ["! expected"]);

    const headless = await broken((all) => all.slice(2));
    assertStringIncludes(headless[0] ?? "", "! 0:1 is number 3, after number 0");
    const twice = await broken((all) => all.toSpliced(2, 0, one));
    assertEquals(twice, ["! 0:3 is number 2, after number 2: the order is another"]);
    const lastChanged = await broken((all) => all.with(9_999, lines[9_999]!.replace("test", "x")));
    assertEquals(lastChanged, ["! expected"]);
    assertEquals(await findings([path]), [
      "! 0:10000 was changed: its text has another hash than it says",
    ]);
  }));

Deno.test("a line written anew with a hash of its own breaks the chain after it", () =>
  withLog(async (path) => {
    await write(path, "one");
    const [first = ""] = await linesOf(path);
    letGo(path);
    await Deno.writeTextFile(path, "");
    await write(path, "forged", "two");
    const [forged = "", second = ""] = await linesOf(path);
    await Deno.writeTextFile(path, `${first}\n${second}\n`);
    assertEquals(await findings([path]), [
      "! 0:2 follows another line than the one that is before it now",
    ]);
    await Deno.writeTextFile(path, `${first}\n${forged}\n`);
    assertEquals(await findings([path]), ["! 0:2 begins another chain"]);
    letGo(path);
  }));

Deno.test("a file that a server began without the one before it is told with what makes such files", () =>
  withLog(async (path) => {
    await write(path, "one");
    letGo(path);
    await Deno.rename(path, `${path}.1`);
    await write(path, "two");
    const [found = "", ...more] = await findings([`${path}.1`, path]);
    assertMatch(found, /^! 1:1 begins another chain: .* renamed or emptied .* audit rotate/);
    assertEquals(more, []);
    letGo(path);
  }));

Deno.test("a torn last line is told and not fatal, and what is written after it is of the chain", () =>
  withLog(async (path) => {
    await write(path, "one", "two", "three");
    const whole = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, whole.slice(0, -40));
    assertEquals(await findings([path]), ["- 0:3 ends in the middle: its writer was interrupted"]);
    letGo(path);
    await write(path, "four", "five");
    assertEquals(await findings([path]), ["- 0:3 ends in the middle: its writer was interrupted"]);
    const [, , torn = "", four] = await linesOf(path);
    assertMatch(four ?? "", /"number":3,"skipped":"[\da-f]{64}"/);
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace(torn, torn.slice(0, 9)));
    assertEquals(await findings([path]), ["! 0:3 is not of the chain, or was changed"]);
    letGo(path);
  }));

Deno.test("a last line that lacks nothing but its end is of the chain", () =>
  withLog(async (path) => {
    await write(path, "one");
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).trimEnd());
    letGo(path);
    await write(path, "two");
    assertEquals(await findings([path]), []);
    assertEquals((await linesOf(path)).length, 2);
    letGo(path);
  }));

Deno.test("a log that is older than the chain is gone on with, and what it held is held to", () =>
  withLog(async (path) => {
    const old = '{"phase":"before"}\n{"phase":"after"}\n';
    await Deno.writeTextFile(path, old);
    await write(path, "one");
    assertEquals(await findings([path]), ["- 0:1 and what follows it is older than the chain"]);
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("after", "never"));
    assertEquals(await findings([path]), ["! 0:1 is not of the chain, or was changed"]);
    letGo(path);
  }));

Deno.test("a log that is renamed while processes write to it goes on in a new file", () =>
  withLog(async (path) => {
    const [first, second] = [`${path}.1`, `${path}.2`];
    await write(path, "one");
    await writeInProcess(path, "other", 2); // What this process has not seen.
    await Deno.rename(path, first);
    await write(path, "two", "three");
    assertEquals(await findings([first, path]), []);
    assertEquals(await findings([path]), [
      "- 0:1 continues another file, whose last line was number 3",
    ]);
    assertEquals((await findings([path, first]))[1]?.slice(0, 5), "! 1:1");
    // Cut to nothing, as programs do that cannot rename.
    await Deno.copyFile(path, second);
    await Deno.truncate(path);
    await write(path, "four");
    assertEquals(await findings([first, second, path]), []);
    letGo(path);
  }));

Deno.test("rotate leaves a file that continues the chain, for processes that begin later, too", () =>
  withLog(async (path) => {
    await write(path, "one", "two");
    const older = rotateAuditLog(path, Date.UTC(2027, 0, 1));
    assertEquals(older, `${path}.20270101T000000Z`);
    await writeInProcess(path, "other", 2);
    await write(path, "three");
    assertEquals(await findings([older, path]), []);
    assertEquals((await linesOf(path)).length, 4);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    letGo(path);
  }));

Deno.test("rotate leaves everything as it was where a file has the name already", () =>
  withLog(async (path) => {
    await write(path, "one");
    const older = rotateAuditLog(path, 0);
    assertThrows(() => rotateAuditLog(path, 0), Deno.errors.AlreadyExists);
    const names = await Array.fromAsync(Deno.readDir(dirname(path)), ({ name }) => name);
    assertEquals(names.sort(), [path, older].map((each) => basename(each)));
    letGo(path);
  }));

Deno.test("processes write on while the log is rotated, and no line is lost", () =>
  withLog(async (path) => {
    await write(path, "first");
    const writers = ["a", "b"].map((name) => writeInProcess(path, name, 300));
    const rotated: string[] = [];
    for (let turn = 0; turn < 8; turn++) {
      await writeInProcess(path, `turn ${turn}`, 1);
      rotated.push(rotateAuditLog(path, Date.UTC(2027, 0, 1, 0, 0, turn)));
    }
    await Promise.all(writers);
    assertEquals(await findings([...rotated, path]), []);
    const all = (await Promise.all([...rotated, path].map(linesOf))).flat();
    assertEquals(all.filter((line) => JSON.parse(line).phase === "before").length, 609);
    letGo(path);
  }));

Deno.test("a log that there is no room for refuses the call", async () => {
  const audit = fileAuditLog("/dev/full", () => 0);
  await assertRejects(
    () => audit.write({ phase: "before", tool: "test", action: "one", target: "" }),
    Error,
    "test was not done: the audit log cannot be written",
  );
  audit.close();
});

Deno.test("a log that cannot be written says why, and not what would not help", () =>
  withLog(async (path) => {
    const nowhere = `${path}.d/audit.jsonl`;
    const { details } = await assertRejects(() => write(nowhere, "one"), ToolError);
    assertEquals(details.reason, `PROXMOX_AUDIT_LOG="${nowhere}": its folder does not exist`);
    assertEquals(details.notes, [
      "Nothing was done",
      "Make that folder, or name a file in another one",
    ]);
  }));
