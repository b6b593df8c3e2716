/**
 * Writes the snapshots of what actions send, of what lists and series show by default and of
 * `tools/list`, and the sizes that its parts may have: what shrank or is new gets its size, what
 * grew keeps the old one. What grew by more than 5 % is refused, unless
 * `--grow NAME` (`tools/proxmox_acl`, `lists/full`; may be repeated) agrees to it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { writeErr, writeOut } from "../src/base/process/console.ts";
import {
  entriesOf,
  FORMS,
  outgrown,
  type Sizes,
  sizesNow,
  snapshotOf,
} from "../tests/mcp/tool_lists.ts";
import { CATEGORIES } from "../src/tool/categories.ts";
import { DEFAULTS_FILE, defaultsNow } from "../tests/contract/calls/defaults.ts";
import { changesFile, makeAll, ROWS } from "../tests/contract/calls/rows.ts";
import { ROOT } from "./project.ts";

const FOLDER = `${ROOT}tests/mcp/snapshots/`;

async function agreed(): Promise<Sizes> {
  try {
    return JSON.parse(await Deno.readTextFile(`${FOLDER}sizes.json`)) as Sizes;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { lists: {}, instructions: {}, tools: {} };
  }
}

/** The sizes to commit. */
function kept(before: Sizes, now: Sizes, grown: ReadonlySet<string>): Sizes {
  const keep = (kind: keyof Sizes): Record<string, number> =>
    Object.fromEntries(
      Object.entries(now[kind]).map(([name, is]) => {
        const was = before[kind][name] ?? is;
        return [name, grown.has(`${kind}/${name}`) ? is : Math.min(was, is)];
      }),
    );
  return { lists: keep("lists"), instructions: keep("instructions"), tools: keep("tools") };
}

const { values: { grow = [] } } = parseArgs({
  options: { grow: { type: "string", multiple: true } },
});
const before = await agreed();
const now = await sizesNow();
const refused = outgrown(before, now).filter(({ name }) => !grow.includes(name));
for (const { name, was, is } of refused) writeErr(`${name} grew from ${was} to ${is} tokens`);
if (refused.length > 0) {
  writeErr("Say less, or agree to it with --grow NAME");
  Deno.exit(1);
}
const sizes = kept(before, now, new Set(grow));
await Deno.mkdir(FOLDER, { recursive: true });
await Deno.writeTextFile(`${FOLDER}sizes.json`, JSON.stringify(sizes, null, 2) + "\n");
for (const form of Object.keys(FORMS)) {
  await Deno.writeTextFile(`${FOLDER}${form}.json`, snapshotOf(await entriesOf(form)));
}
for (const category of Object.keys(CATEGORIES)) {
  const rows = ROWS.filter(({ registered }) => registered.category === category);
  await Deno.writeTextFile(changesFile(category), (await makeAll(rows)).changes);
}
await Deno.writeTextFile(DEFAULTS_FILE, JSON.stringify(await defaultsNow(), null, 2) + "\n");
writeOut(Object.entries(now.lists).map(([form, size]) => `${form}: ${size} tokens`).join("\n"));
