/** Shell commands of the documents do the same in every shell that a reader may have. */
import { ROOT } from "../../scripts/project.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { type Block, blocksOf } from "./calls.ts";
import { DOCUMENTS } from "./documents.ts";
import { readShell, type Special } from "./shell.ts";

const PAGES = [...DOCUMENTS, "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "facts/README.md"];
const SHELLS = ["sh", "bash", "zsh", "shell", "console"];

function shellBlocks(path: string): Block[] {
  return blocksOf(Deno.readTextFileSync(ROOT + path))
    .filter(({ language }) => SHELLS.includes(language));
}

function values(text: string): string[][] {
  return readShell(text).commands.map(({ words }) => words.map(({ value }) => value));
}

/** Settings that a line sets for its shell alone, where no program sees them. */
function unexported(text: string): string[] {
  return readShell(text).commands.map(({ words }) => words.map(({ value }) => value))
    .filter((words) => words.every((word) => /^PROXMOX_\w+=/.test(word)))
    .map((words) => words.join(" "));
}

/** What is wrong with pasting a text into bash or zsh. */
function problems(text: string): Special[] {
  const { commands, comments } = readShell(text);
  const words = commands.flatMap((command) => command.words);
  return [...comments, ...words.flatMap(({ patterns, history }) => [...patterns, ...history])];
}

for (const path of PAGES) {
  Deno.test(`shell commands in ${path} can be pasted into any shell`, () => {
    const wrong = shellBlocks(path).flatMap(({ text, line }) =>
      problems(text).map((each) =>
        `line ${line + each.line}: ${each.character} in ${text.split("\n")[each.line - 1]?.trim()}`
      )
    );
    assertEquals(wrong, [], "Quote it, or say it in the text around the block");
  });
}

Deno.test("a setting that a shell block sets reaches the programs that it starts", () => {
  for (const path of PAGES) {
    for (const { text } of shellBlocks(path)) assertEquals(unexported(text), [], path);
  }
  assertEquals(unexported("PROXMOX_HOST=pve1\nPROXMOX_HOST=pve1 proxmox-mcp doctor"), [
    "PROXMOX_HOST=pve1",
  ]);
});

Deno.test("most pages have shell commands, and every block of code says what it is", () => {
  const blocks = PAGES.flatMap(shellBlocks);
  assert(blocks.length > 35, `${blocks.length}`);
  for (const path of PAGES) {
    for (const { language, line } of blocksOf(Deno.readTextFileSync(ROOT + path))) {
      assert(language !== "", `${path}:${line} has a block without a language`);
    }
  }
});

Deno.test("the examples of every command can be pasted into any shell", async () => {
  for (const { load } of Object.values(COMMANDS)) {
    const { spec } = await load();
    for (const example of spec.examples ?? []) assertEquals(problems(example), [], example);
  }
});

Deno.test("readShell() tells quoted characters from those that a shell takes for patterns", () => {
  const found = (text: string): string =>
    problems(text).map(({ character, line }) => `${line}${character}`).join(" ");
  assertEquals(found("deno run --allow-env=PROXMOX_* main.ts"), "1*");
  assertEquals(found("curl https://pve1/x?y=1 \\\n  --data net[0]=a"), "1? 2[");
  assertEquals(found(`deno run '--allow-env=P_*' "a?" \\* x\\[0\\]`), "");
  assertEquals(found('echo $? $* ${names[0]} "$(ls *.md)"\n'), "1*");
  assertEquals(found("if [ -f a ]; then echo b; fi"), "");
  assertEquals(found("pveum acl modify / --tokens mcp@pve!mcp"), "1!");
  assertEquals(found('pveum acl modify / --tokens "mcp@pve!mcp"'), "1!");
  assertEquals(found("pveum acl modify / --tokens 'mcp@pve!mcp'"), "");
  assertEquals(found("ls   # all files\necho a#b"), "1#");
});

Deno.test("readShell() makes words and commands as a shell does", () => {
  assertEquals(values("A=1 B='x y' run --flag \"a b\" | sh && echo c; d"), [
    ["A=1", "B=x y", "run", "--flag", "a b"],
    ["sh"],
    ["echo", "c"],
    ["d"],
  ]);
  assertEquals(values('for f in a b; do\n  cp "$f" > c\ndone'), [
    ["for", "f", "in", "a", "b"],
    ["cp", "$f", "c"],
  ]);
  assertThrows(() => readShell("echo 'a"), TypeError, "single quote of line 1 has no end");
  assertThrows(() => readShell('x\necho "a'), TypeError, "double quote of line 2 has no end");
  assertThrows(() => readShell("cat <<EOF\nEOF"), TypeError, "here-document");
});
