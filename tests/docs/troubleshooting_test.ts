/** docs/troubleshooting.md has the messages of the code as headings, word for word. */
import { ROOT } from "../../scripts/project.ts";
import { assert, assertEquals } from "../assert.ts";

function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sources(path);
    else if (entry.name.endsWith(".ts")) yield Deno.readTextFileSync(path);
  }
}

const TEXTS = [
  ...sources(`${ROOT}src`),
  Deno.readTextFileSync(`${ROOT}facts/pve-real-answers.json`),
];

const HEADINGS = Deno.readTextFileSync(`${ROOT}docs/troubleshooting.md`)
  .split("\n").filter((line) => line.startsWith("### ")).map((line) => line.slice(4));

/**
 * True when all parts of a heading stand in one source, `…` being what is filled in there, as is the
 * name of a setting: each cluster has its own.
 */
function isIn(text: string, heading: string): boolean {
  return heading.replace(/^PROXMOX_(\w+)(?=: )/, "$1…").split("…")
    .every((part) => text.includes(part.trim()));
}

Deno.test("the page has the messages that people meet", () => {
  assert(HEADINGS.length > 30, `${HEADINGS.length} headings`);
  assertEquals(HEADINGS.length, new Set(HEADINGS).size);
});

for (const heading of HEADINGS) {
  Deno.test(`the message exists: ${heading}`, () => {
    const said = heading.split("…").map((part) => part.trim()).filter((part) => part.length > 5);
    assert(said.length > 0, "It says too little to be looked up");
    assert(TEXTS.some((text) => isIn(text, heading)), `Nothing says "${heading}"`);
  });
}
