/** What a model sees: small, portable schemas, under a token budget. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { instructions } from "../../src/mcp/instructions.ts";
import type { ToolDefinition } from "../../src/tool/define.ts";
import { requiredNames } from "../../src/tool/required.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { entriesOf, FORMS, tokens } from "../mcp/tool_lists.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

type Entries = readonly { readonly name: string; readonly json: Json }[];

const LISTS = new Map<string, Entries>();
const FORM_NAMES = Object.keys(FORMS);
for (const form of FORM_NAMES) {
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

Deno.test("every tool has a title, and the one hint that says whether it changes something", () => {
  for (const { name, json } of FORM_NAMES.flatMap(entries)) {
    const { annotations: { title, ...hints } } = json as {
      readonly annotations: Readonly<Record<string, Json>>;
    };
    assertEquals(typeof title, "string", name);
    const reads = "readOnlyHint" in hints;
    assertEquals(Object.keys(hints), [reads ? "readOnlyHint" : "destructiveHint"], name);
    assertEquals(typeof Object.values(hints)[0], "boolean", name);
    // False is what MCP takes it for when it is not there.
    if (reads) assertEquals(hints.readOnlyHint, true, name);
  }
});

Deno.test("a tool's hint is that of the actions that a server allows", () => {
  const hints = (form: string, tool: string): Json | undefined => {
    const { json } = entries(form).find(({ name }) => name === tool) ?? {};
    const { annotations } = json as { readonly annotations: Readonly<Record<string, Json>> };
    return annotations;
  };
  assertEquals(hints("full", "proxmox_pool"), { title: "Resource pools", destructiveHint: true });
  assertEquals(hints("read_only", "proxmox_pool"), { title: "Resource pools", readOnlyHint: true });
  assertEquals(hints("full", "proxmox_guest_start"), {
    title: "Start a guest",
    destructiveHint: false,
  });
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

/** What the entry says of its actions. */
function differences({ name, discriminator = "action" }: Tool): string | undefined {
  const { json } = entries("full").find((each) => each.name === name) ?? {};
  type Entry = { inputSchema: { properties: Record<string, { description?: string }> } };
  return (json as Entry).inputSchema.properties[discriminator]?.description;
}

type Tool = Pick<ToolDefinition, "name" | "discriminator">;

Deno.test("an entry says once what most actions need, and not that an object is named", () => {
  assertEquals(differences({ name: "proxmox_role" }), "update takes append");
  assertEquals(
    differences({ name: "proxmox_domain" }),
    "create needs type; sync takes scope, remove-vanished, dry-run",
  );
  assertEquals(
    differences({ name: "proxmox_guest_network" }),
    "add needs bridge; all but add need net",
  );
  assertEquals(differences({ name: "proxmox_cluster_backup_job" }), "get, update, delete need id");
  assertEquals(differences({ name: "proxmox_ceph" }), undefined, "one action need not be chosen");
});

Deno.test("an entry does not say what the names of its actions say", () => {
  assertEquals(differences({ name: "proxmox_cloudinit" }), undefined, "dump takes dump_type");
  assertEquals(differences({ name: "proxmox_acme_info" }), undefined, "…_plugin is on one plugin");
});

Deno.test("an entry tells which actions alone take a parameter", () => {
  assertEquals(
    differences({ name: "proxmox_pool" }),
    "update, remove_members take vms, storage, allow-move",
  );
  assertEquals(
    differences({ name: "proxmox_backup" }),
    "create needs vmid; restore needs vmid, archive, takes network, force, unique, start, hostname; " +
      "delete needs storage, volume; delete_old needs before, storage; list takes newest",
  );
});

/** True for what is named as its action: `iface`, `dump` and `dump_type`. */
function isNamedAlike(action: string, name: string): boolean {
  return name.split(/[-_]/).some((word) => action.split("_").includes(word));
}

Deno.test("what an action needs is said, but for the one name of its object and what is named as the action", () => {
  for (const { tool } of TOOLS.filter(({ tool }) => Object.keys(tool.actions).length > 1)) {
    const { json } = entries("full").find(({ name }) => name === tool.name)!;
    const { inputSchema } = json as { readonly inputSchema: { readonly required: Json[] } };
    const said = [...inputSchema.required, ...(differences(tool) ?? "").split(/[ ,;]+/)];
    const needed = Object.entries(tool.actions).flatMap(([which, action]) =>
      requiredNames(tool, action).filter((name) => !isNamedAlike(which, name))
    );
    const unsaid = new Set(needed.filter((name) => !said.includes(name)));
    assert(unsaid.size <= 1, `${tool.name}: ${[...unsaid]}`);
    for (const name of unsaid) {
      const those = Object.entries(tool.actions).filter(([which]) =>
        ["get", "create", "update", "delete"].includes(which.split("_")[0] ?? "")
      ).map(([, action]) => action);
      assert(those.length > 1, tool.name);
      assert(those.every((action) => requiredNames(tool, action).includes(name)), tool.name);
    }
  }
});

Deno.test("what people often give is listed", () => {
  const wanted = {
    proxmox_backup: ["protected", "hostname"],
    proxmox_guest_disk_move: ["delete"],
    proxmox_guest_network: ["name"],
    proxmox_lxc_mountpoint: ["backup"],
    proxmox_create_lxc: ["nameserver", "onboot"],
    proxmox_create_vm: ["bios", "efidisk0", "agent", "onboot"],
    proxmox_storage_content: ["checksum", "checksum-algorithm"],
    proxmox_guest_delete: ["destroy-unreferenced-disks"],
    proxmox_user: ["email"],
    proxmox_guest_clone: ["full"],
  };
  for (const [tool, names] of Object.entries(wanted)) {
    const { json } = entries("full").find(({ name }) => name === tool)!;
    const { inputSchema } = json as { readonly inputSchema: { readonly properties: object } };
    assertEquals(names.filter((name) => !(name in inputSchema.properties)), [], tool);
  }
});

/** Most tokens of each list, the gateway and annotations included. */
const BUDGETS = { full: 10_850, compact: 300, core: 3_500, read_only: 5_200 };

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
