/** Every change of what a model sees shows in a review, and none makes it grow unseen. */
import { assertEquals } from "../assert.ts";
import {
  entriesOf,
  flatten,
  FORMS,
  outgrown,
  type Sizes,
  sizesNow,
  snapshotOf,
} from "./tool_lists.ts";

const SNAPSHOTS = new URL("snapshots/", import.meta.url);

for (const form of Object.keys(FORMS)) {
  Deno.test(`tools/list is as its ${form} snapshot; deno task snapshots writes it anew`, async () => {
    const committed = await Deno.readTextFile(new URL(`${form}.json`, SNAPSHOTS));
    assertEquals(snapshotOf(await entriesOf(form)), committed);
  });
}

async function agreed(): Promise<Sizes> {
  return JSON.parse(await Deno.readTextFile(new URL("sizes.json", SNAPSHOTS))) as Sizes;
}

Deno.test("no tool, list or instruction is more than 5 % over its committed size", async () => {
  assertEquals(outgrown(await agreed(), await sizesNow()), []);
});

Deno.test("every tool has a committed size, and every committed size a tool", async () => {
  assertEquals([...flatten(await agreed()).keys()], [...flatten(await sizesNow()).keys()]);
});

Deno.test("outgrown() names what grew by more than 5 %", () => {
  const sizes = (acl: number, pool: number): Sizes => ({
    lists: { full: 1000 },
    instructions: {},
    tools: { proxmox_acl: acl, proxmox_pool: pool },
  });
  assertEquals(outgrown(sizes(100, 100), sizes(105, 106)), [
    { name: "tools/proxmox_pool", was: 100, is: 106 },
  ]);
});
