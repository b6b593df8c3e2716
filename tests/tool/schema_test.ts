/** What a model sees: small, portable schemas, under a token budget. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { instructions } from "../../src/mcp/instructions.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { entriesOf, FORMS, tokens } from "../mcp/tool_lists.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

type Entries = readonly { readonly name: string; readonly json: Json }[];

const LISTS = new Map<string, Entries>();
for (const form of Object.keys(FORMS)) {
  const entries = await entriesOf(form);
  LISTS.set(form, entries.map((entry) => ({ name: entry.name, json: entry as unknown as Json })));
}

function entries(form: string): Entries {
  return LISTS.get(form) ?? [];
}

/** Every object in a value with its path. */
function* objects(
  value: Json,
  path: string,
): Generator<[string, Readonly<Record<string, Json>>]> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* objects(each, `${path}[${index}]`);
  } else if (typeof value === "object" && value !== null) {
    yield [path, value as Readonly<Record<string, Json>>];
    for (const [key, each] of Object.entries(value)) yield* objects(each, `${path}.${key}`);
  }
}

const FORBIDDEN = ["$ref", "$schema", "$defs", "exclusiveMinimum", "exclusiveMaximum", "const"];
const COMBINATORS = ["anyOf", "oneOf", "allOf", "not"];

for (const form of Object.keys(FORMS)) {
  Deno.test(`schemas of the ${form} list are portable between clients`, () => {
    for (const { name, json } of entries(form)) {
      const entry = json as { readonly inputSchema: Readonly<Record<string, Json>> };
      assertEquals(entry.inputSchema.type, "object", name);
      for (const word of COMBINATORS) assert(!(word in entry.inputSchema), `${name}: root ${word}`);
      for (const [path, object] of objects(json, name)) {
        for (const word of FORBIDDEN) assert(!(word in object), `${path}: ${word}`);
        if (!path.endsWith(".properties")) {
          assert(!Array.isArray(object.type), `${path}: several types`);
          if (typeof object.description === "string") {
            assert(object.description.length <= 2048, path);
          }
        }
        if (object.type === "array") {
          assert(object.items !== undefined, `${path}: array without items`);
        }
      }
    }
  });
}

Deno.test("every tool has exactly the annotations title, readOnlyHint and destructiveHint", () => {
  for (const { name, json } of [...entries("full"), ...entries("compact")]) {
    const { annotations } = json as { readonly annotations: Readonly<Record<string, Json>> };
    assertEquals(Object.keys(annotations), ["title", "readOnlyHint", "destructiveHint"], name);
  }
});

Deno.test("required parameters are listed ones", () => {
  for (const { name, json } of [...entries("full"), ...entries("compact")]) {
    const { inputSchema } = json as {
      readonly inputSchema: { readonly properties: object; readonly required?: readonly string[] };
    };
    for (const each of inputSchema.required ?? []) {
      assert(each in inputSchema.properties, `${name}: ${each}`);
    }
  }
});

Deno.test("an entry says once what most actions need", () => {
  const needs = (tool: string): unknown => {
    const { json } = entries("full").find(({ name }) => name === tool) ?? {};
    type Entry = { inputSchema: { properties: { action?: { description?: string } } } };
    return (json as Entry).inputSchema.properties.action?.description;
  };
  assertEquals(needs("proxmox_role"), "all but list need roleid");
  assertEquals(needs("proxmox_domain"), "all but list need realm; create needs type");
  assertEquals(
    needs("proxmox_backup"),
    "create needs vmid; restore needs vmid, archive; delete needs storage, volume; delete_old needs before, storage",
  );
  assertEquals(needs("proxmox_ceph"), undefined, "one action need not be chosen");
});

/** Most tokens of each list, the gateway and annotations included. */
const BUDGETS = { full: 12_000, compact: 300, core: 3_500, read_only: 12_000 };

for (const [form, budget] of Object.entries(BUDGETS)) {
  Deno.test(`the ${form} list fits its budget of tokens`, () => {
    const list = entries(form);
    const sum = tokens({ tools: list.map(({ json }) => json) });
    const largest = list.map(({ name, json }) => ({ name, size: tokens(json) }))
      .sort((one, other) => other.size - one.size).slice(0, 8);
    const words = largest.map(({ name, size }) => `${name} ${size}`).join(", ");
    assert(sum <= budget, `${sum} tokens; the largest: ${words}`);
  });
}

Deno.test("the instructions fit their budget of tokens", () => {
  for (const flag of [true, false]) {
    const listed = flag ? [] : TOOLS;
    const situation = { elevated: flag, readOnly: !flag, demo: true, tools: TOOLS, listed };
    assert(tokens(instructions(situation)) <= 300);
  }
});

Deno.test("the instructions tell only of what is on offer", () => {
  const all = { elevated: false, readOnly: false, demo: false, tools: TOOLS, listed: TOOLS };
  const storage = TOOLS.filter(({ category }) => category === "storage");
  assertMatch(instructions(all), /`vmid` takes.*`wait` sets.*PROXMOX_ALLOW_ELEVATED/);
  assert(!instructions({ ...all, tools: storage, listed: storage }).includes("vmid"));
  assert(!instructions({ ...all, readOnly: true }).includes("`wait`"));
  assertMatch(
    instructions({ ...all, listed: [] }),
    /api_search finds tools .*tool_run runs .*guest_list \{\}, guest_status \{vmid\}, guest_config .*node_task/,
  );
  const first = TOOLS.filter(({ tool }) => tool.name === "proxmox_guest_list");
  assertMatch(
    instructions({ ...all, listed: first }),
    /finds more tools .*Run without a search: guest_status \{vmid\}, guest_config/,
  );
  assert(!instructions({ ...all, tools: storage, listed: [] }).includes("without a search"));
  assert(!instructions(all).includes("proxmox_tool_run"));
});
