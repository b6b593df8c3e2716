/** The path of a call is the one that docs/architecture.md tells. */
import { ROOT } from "../../scripts/project.ts";
import { assert, assertEquals } from "../assert.ts";

interface Step {
  readonly name: string;
  readonly modules: readonly string[];
}

/** The steps of the document's table, in its order. */
function stepsOf(document: string): Step[] {
  const [, section = ""] = document.split("## The path of a call\n");
  const [table = ""] = section.split("\n## ");
  return [...table.matchAll(/^\| ([a-z]+) +\| (.+?) +\|/gm)].map(([, name = "", modules = ""]) => ({
    name,
    modules: [...modules.matchAll(/`([^`]+)`/g)].map(([, module = ""]) => module),
  }));
}

/** The code without imports and comments. */
function codeOf(source: string): string {
  return source.replace(/^import [^]*?;$/gm, "").replace(/\/\*\*[^]*?\*\//g, "")
    .replace(/^ *\/\/.*$/gm, "");
}

/** Where a function of that name is called, at or after a place; its definition is no call. */
function callOf(name: string, code: string, from: number): number {
  const call = new RegExp(`(?<!function )\\b${name}(?:Action)?\\(`, "g");
  call.lastIndex = from;
  return call.exec(code)?.index ?? -1;
}

/** The steps that the code does not call in the order in which they are told. */
function misplaced(steps: readonly Step[], code: string): string[] {
  let place = code.indexOf("function runTool(");
  return steps.map(({ name }) => name).filter((name) => {
    const next = callOf(name, code, place);
    if (next >= 0) place = next;
    return next < 0;
  });
}

const STEPS = stepsOf(await Deno.readTextFile(`${ROOT}docs/architecture.md`));
const CODE = codeOf(await Deno.readTextFile(`${ROOT}src/call/run.ts`));

Deno.test("src/call/run.ts calls the steps of docs/architecture.md, in their order", () => {
  assert(STEPS.length > 10, "no table");
  assertEquals(misplaced(STEPS, CODE), []);
});

Deno.test("a step that is told elsewhere, left out or made up is found", () => {
  const names = STEPS.map(({ name }) => name);
  for (let index = 1; index < STEPS.length; index++) {
    const swapped = STEPS.with(index, STEPS[index - 1]!).with(index - 1, STEPS[index]!);
    assert(misplaced(swapped, CODE).length > 0, `${names[index]} before ${names[index - 1]}`);
  }
  for (const name of names) {
    const without = CODE.replace(new RegExp(`\\b${name}(?=(?:Action)?\\()`, "g"), "other");
    assert(misplaced(STEPS, without).includes(name), name);
  }
});

Deno.test("the modules of the steps are there", async () => {
  for (const { name, modules } of STEPS) {
    assert(modules.length > 0, name);
    for (const module of modules) assert(await Deno.stat(ROOT + module), module);
  }
});

Deno.test("what is said at the head of src/call/run.ts names the same steps", async () => {
  const [, head = ""] = /order in which it stands here: ([^.]+)\./.exec(
    await Deno.readTextFile(`${ROOT}src/call/run.ts`),
  ) ?? [];
  assertEquals(head.split(/[\s*]*→[\s*]*/), STEPS.map(({ name }) => name));
});
