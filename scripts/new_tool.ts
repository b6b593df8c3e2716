/**
 * Writes a new tool for those who add one (docs/adding-a-tool.md): its file, its test and its line
 * in the contract test, all three of the API facts; then says what only a person can write.
 *
 *     deno task new-tool CATEGORY NAME "METHOD /path"…
 *
 * @module
 */
import { writeErr, writeOut } from "../src/base/process/console.ts";
import { didYouMean } from "../src/base/text/nearest.ts";
import { CATEGORIES } from "../src/tool/categories.ts";
import { wholeName } from "../src/tool/registry.ts";
import { TOOLS } from "../src/tools/manifest_gen.ts";
import { actionsOf, type NewAction, type ReturnedBy } from "./new_tool/actions.ts";
import { sampleCalls } from "./new_tool/samples.ts";
import { contractText, type NewTool, testText, toolText, withEntry } from "./new_tool/texts.ts";
import { ROOT } from "./project.ts";
import { run } from "./run.ts";

const USAGE = 'Usage: deno task new-tool CATEGORY NAME "METHOD /path"…';
const CONTRACT_FOLDER = "tests/contract/calls/";

async function readReturned(): Promise<ReturnedBy> {
  const { operations } = JSON.parse(await Deno.readTextFile(`${ROOT}facts/pve-api-9.2.json`));
  return (operation) => operations[operation]?.returns;
}

/** Names of the tools of a category. */
function toolsIn(category: string): string[] {
  return TOOLS.filter((each) => each.category === category).map(({ tool }) => tool.name);
}

/** The tool that the arguments ask for, or an error that says what is wrong with them. */
async function toolOf([category = "", name = "", ...operations]: readonly string[]): Promise<
  { readonly tool: NewTool; readonly category: string }
> {
  const whole = wholeName(name);
  if (operations.length === 0) throw new TypeError(USAGE);
  if (!Object.hasOwn(CATEGORIES, category)) {
    const known = Object.keys(CATEGORIES);
    throw new TypeError(
      `Cannot find category "${category}": expected one of ${known.join(", ")}.` +
        didYouMean(category, known),
    );
  }
  if (!/^proxmox_[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(whole)) {
    throw new TypeError(`Cannot name a tool "${name}": expected a name such as node_clock`);
  }
  if (TOOLS.some(({ tool }) => tool.name === whole)) {
    throw new TypeError(`Cannot make "${whole}": there is a tool of this name`);
  }
  const siblings = toolsIn(category);
  const actions = actionsOf(operations, await readReturned());
  const calls = (action: NewAction): ReturnType<typeof sampleCalls> =>
    sampleCalls(action, siblings);
  return { tool: { name: whole, actions, calls }, category };
}

/** The contract file that holds the category, with the tool's entry in it. */
async function contractFile(
  tool: NewTool,
  category: string,
): Promise<{ readonly path: string; readonly text: string }> {
  const entry = contractText(tool);
  for await (const { name } of Deno.readDir(ROOT + CONTRACT_FOLDER)) {
    const path = CONTRACT_FOLDER + name;
    const text = withEntry(await Deno.readTextFile(ROOT + path), {
      name: tool.name,
      entry,
      siblings: toolsIn(category),
    });
    if (text !== undefined) return { path, text };
  }
  throw new TypeError(`Cannot find a tool of category "${category}" in ${CONTRACT_FOLDER}`);
}

/** What only a person can decide, an entry for each thing. */
function whatIsLeft({ actions }: NewTool, [toolPath, testPath, contractPath]: string[]): string[] {
  const more = actions.filter(({ optional }) => optional.length > 0).map(({ name, optional }) =>
    `     ${name}: ${optional.join(", ")}`
  );
  return [
    `1. ${toolPath}: every TODO, and the columns of lists.`,
    ...(more.length === 0 ? [] : [
      "   Proxmox VE takes more parameters, all accepted; list the common ones in `params`:",
      ...more,
    ]),
    `2. ${testPath}: a sentence for its name, and what is to come`,
    "   of each call. It fails until then, and shows what came:",
    `     deno task test ${testPath}`,
    `3. ${contractPath}: arguments that an administrator would give. Then`,
    "     deno task test tests/contract/every_action_test.ts",
    "4. What follows from the tool, and every check:",
    "     deno task snapshots && deno task docs && deno task ok",
    "   A tool that changes something also belongs to a subagent in subagents/.",
  ];
}

async function main(args: readonly string[]): Promise<void> {
  const { tool, category } = await toolOf(args);
  const file = tool.name.replace("proxmox_", "");
  const contract = await contractFile(tool, category);
  const added = [
    { path: `src/tools/${category}/${file}.ts`, text: toolText(tool) },
    { path: `tests/tools/${category}/${file}_test.ts`, text: testText(tool) },
  ];
  for (const { path, text } of added) {
    await Deno.writeTextFile(ROOT + path, text, { createNew: true });
  }
  await Deno.writeTextFile(ROOT + contract.path, contract.text);
  const paths = [...added, contract].map(({ path }) => path);
  await run(Deno.execPath(), ["fmt", "--quiet", ...paths], { cwd: ROOT });
  writeOut(`Wrote ${paths.join(", ")}. What is left:\n`);
  writeOut(whatIsLeft(tool, paths).join("\n"));
}

try {
  await main(Deno.args);
} catch (error) {
  if (!(error instanceof TypeError || error instanceof Deno.errors.AlreadyExists)) throw error;
  writeErr(error.message);
  Deno.exit(1);
}
