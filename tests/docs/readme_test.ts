/** The README is short enough to be read, and its commands are the ones that work. */
import { ROOT } from "../../scripts/project.ts";
import { assert, assertEquals } from "../assert.ts";
import { blocksOf } from "./calls.ts";
import { DOCUMENTS } from "./documents.ts";

const README = Deno.readTextFileSync(`${ROOT}README.md`);
const DENO = Deno.readTextFileSync(`${ROOT}.dvmrc`).trim();

Deno.test("a stranger finishes the README: it has at most 250 lines", () => {
  const lines = README.trimEnd().split("\n").length;
  assert(lines <= 250, `${lines} lines`);
});

Deno.test("the README starts with two commands, which take Node.js alone", () => {
  const [first, second] = blocksOf(README).map(({ text }) => text);
  assertEquals([first, second], [
    `npx -y deno@${DENO} task demo`,
    `npx -y deno@${DENO} task test`,
  ]);
});

function shellBlocks(text: string): string[] {
  return blocksOf(text).filter(({ language }) => language === "sh")
    .map((block) => block.text.replace(/^ +(?=\S)/gm, ""));
}

Deno.test("the Korean README has the same sections and commands", () => {
  const korean = Deno.readTextFileSync(`${ROOT}docs/README.ko.md`);
  assertEquals(shellBlocks(korean), shellBlocks(README));
  const tables = (text: string): number => [...text.matchAll(/^\| -/gm)].length;
  assertEquals(
    tables(korean),
    tables(README) - 1,
    "The table of tools is in the English one alone",
  );
});

Deno.test("documents start tasks of a checkout in one way", () => {
  for (const path of DOCUMENTS.filter((each) => /README|getting-started|install/.test(each))) {
    for (const { text } of blocksOf(Deno.readTextFileSync(ROOT + path))) {
      for (const [written] of text.matchAll(/\S+ task [a-z]+/g)) {
        assert(written.startsWith(`deno@${DENO} task `), `${path}: ${written}`);
      }
    }
  }
});
