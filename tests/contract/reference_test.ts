/** Calls written for the reference's 92 tools are understood here. */
import { assert, assertEquals } from "../assert.ts";
import { parseCall } from "../../src/call/parse.ts";
import type { CategoryName } from "../../src/tool/categories.ts";
import { ToolError } from "../../src/tool/answer.ts";
import type { ToolDefinition } from "../../src/tool/define.ts";
import { tierOf } from "../../src/tool/registry.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import type { Args } from "./calls/line.ts";
import {
  caseOf,
  REFERENCE_ROWS,
  referenceArgs,
  type ReferenceRow,
  withOptional,
} from "./calls/reference.ts";
import { REFERENCE } from "./reference.ts";

/** PVE requires more than the reference did, and no default makes sense: the error must name it. */
const NEEDS_MORE: Readonly<Record<string, readonly string[]>> = {
  "proxmox_lxc_mountpoint add": ["path"],
  "proxmox_node_config set_time": ["timezone"],
  "proxmox_sdn_vnet create": ["zone"],
  "proxmox_sdn_zone create": ["type"],
  "proxmox_sdn_controller create": ["type"],
  "proxmox_sdn_subnet create": ["vnet"],
  "proxmox_cluster_config join": ["fingerprint"],
  "proxmox_notification create": [
    "from-address",
    "from",
    "server",
    "token",
    "mailto",
    "mailto-user",
  ],
};

/** How many tools of the reference each category has. */
const COUNTS: Readonly<Record<Exclude<CategoryName, "report">, number>> = {
  node: 14,
  cluster: 5,
  guest: 23,
  create: 2,
  disk: 1,
  mountpoint: 1,
  cloudinit: 1,
  agent: 7,
  exec: 1,
  console: 3,
  backup: 1,
  storage: 3,
  firewall: 6,
  ha: 2,
  sdn: 4,
  access: 7,
  ceph: 6,
  certificate: 1,
  acme: 3,
  notification: 1,
};

Deno.test("all 92 tools of the reference are here, in its 20 categories with its counts", () => {
  assertEquals(REFERENCE.length, 92);
  const names = new Set(REFERENCE.map((tool) => tool.name));
  for (const [category, count] of Object.entries(COUNTS)) {
    const tools = TOOLS.filter((each) => each.category === category && names.has(each.tool.name));
    assertEquals(tools.length, count, category);
  }
  const here = new Set<string>(TOOLS.map(({ tool }) => tool.name));
  assertEquals(REFERENCE.filter((tool) => !here.has(tool.name)).map((tool) => tool.name), []);
  const byCategory = new Map<string, Set<CategoryName>>();
  for (const tool of REFERENCE) {
    const folder = TOOLS.find((each) => each.tool.name === tool.name)!.category;
    byCategory.set(tool.category, (byCategory.get(tool.category) ?? new Set()).add(folder));
  }
  for (const [category, folders] of byCategory) assertEquals(folders.size, 1, category);
});

interface Refusal {
  readonly row: ReferenceRow;
  readonly error: ToolError;
}

/** What is refused of the reference's rows, each called with these arguments. */
function refusalsOf(argsOf: (row: ReferenceRow) => Args): Refusal[] {
  return REFERENCE_ROWS.flatMap((row) => {
    const { tool } = TOOLS.find((each) => each.tool.name === row.tool)!;
    try {
      parseCall(tool, argsOf(row));
      return [];
    } catch (error) {
      assert(error instanceof ToolError, String(error));
      return [{ row, error }];
    }
  });
}

/** Values that lines take from the calls before them. */
const MADE_BEFORE = {
  vmid: 100,
  upid: "UPID:pve1:000000F1:0005DDE6:6B03016B:qmcreate:100:root@pam!mcp:",
  pid: 4711,
  certificates: "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----",
};

/** A row's call with its required parameters, as the line of the same tool and action has them. */
function requiredArgs(row: ReferenceRow): Args {
  const [given, { reference = [] } = {}] = caseOf(row)!;
  const values = typeof given === "function" ? MADE_BEFORE : given;
  return referenceArgs(
    row,
    undefined,
    reference instanceof Array ? values : { ...values, ...reference },
  );
}

Deno.test("every required call of the reference's 318 rows is accepted, or told what PVE needs more", () => {
  assertEquals(REFERENCE_ROWS.length, 318);
  const refused: string[] = [];
  for (const { row, error } of refusalsOf(requiredArgs)) {
    const label = `${row.tool} ${row.actionName}`;
    const named = Object.keys(error.details.parameters ?? {});
    const allowed = NEEDS_MORE[label] ?? [];
    const onlyMissing = named.length > 0 && named.every((name) => allowed.includes(name));
    if (!onlyMissing) refused.push(`${label}: ${error.message} ${JSON.stringify(error.details)}`);
  }
  assertEquals(refused, []);
});

/** Spellings of a name, the reference's own first. */
const SPELLINGS: Readonly<Record<string, (name: string) => string>> = {
  own: (name) => name,
  hyphens: (name) => name.replaceAll("_", "-"),
  underscores: (name) => name.replaceAll("-", "_"),
  // `dryRun` may be `dry-run` of Proxmox VE or `dry_run` of every change.
  capitals: (name) =>
    name === "dry-run" ? name : name.replace(/[-_](\w)/g, (_, letter) => letter.toUpperCase()),
};

for (const [spelling, spell] of Object.entries(SPELLINGS)) {
  Deno.test(`every parameter name of the reference is accepted by the action it had there: ${spelling}`, () => {
    assertEquals(unknownNames(spell), []);
  });
}

/** Names of the reference that the action they had there does not know. */
function unknownNames(spell: (name: string) => string): string[] {
  const refused: string[] = [];
  const argsOf = ({ required, optional, key }: ReferenceRow): Args => ({
    ...Object.fromEntries([...required, ...optional].map((name) => [spell(name), "any"])),
    ...key,
  });
  for (const { row, error } of refusalsOf(argsOf)) {
    const unknown = Object.entries(error.details.parameters ?? {}).filter(([, text]) =>
      text.startsWith("is not a parameter")
    ).map(([name]) => name);
    if (unknown.length > 0 || !error.details.parameters) {
      const label = `${row.tool} ${JSON.stringify(row.key)}`;
      refused.push(`${label}: ${unknown.join(", ") || error.message}`);
    }
  }
  return refused;
}

/** Texts for people, which an empty value empties whatever stands beside it. */
const REMARKS = ["alias", "comment", "comments", "description", "email", "firstname", "lastname"];

/** What a call would change, remarks aside; undefined where the call is refused. */
function changesOf({ tool: toolName }: ReferenceRow, call: Args): string | undefined {
  const { tool } = TOOLS.find((each) => each.tool.name === toolName)!;
  try {
    const { args, notes } = parseCall(tool, call);
    const keys = String(args.delete ?? "").split(",").filter((key) => !REMARKS.includes(key));
    const unused = notes.filter((note) => note.includes("was not used"));
    const others = Object.entries({ ...args, delete: keys.join(",") })
      .filter(([name, value]) => value !== "" || !REMARKS.includes(name)).sort();
    return JSON.stringify([others, unused]);
  } catch (error) {
    assert(error instanceof ToolError, String(error));
    return undefined;
  }
}

Deno.test("a client that fills in every other optional with nothing takes nothing away", () => {
  const wrong: string[] = [];
  let compared = 0;
  for (const row of REFERENCE_ROWS) {
    const nothing = changesOf(row, requiredArgs(row));
    for (const name of row.optional) {
      const { args } = withOptional(row, name);
      const call = Object.fromEntries(
        Object.entries({ ...requiredArgs(row), ...args }).filter(([, value]) =>
          value !== undefined
        ),
      );
      const wanted = changesOf(row, call);
      // A VNet says which subnet is meant: a call that names it and empties the rest does that.
      if (wanted === undefined || wanted === nothing || name === "vnet") continue;
      compared++;
      for (const empty of ["", []]) {
        const filled = {
          ...Object.fromEntries(row.optional.map((each) => [each, empty])),
          ...call,
        };
        const got = changesOf(row, filled);
        if (got !== wanted) wrong.push(`${row.tool} ${row.actionName} ${name}: ${wanted} ${got}`);
      }
    }
  }
  assert(compared > 300, `only ${compared} were compared`);
  assertEquals(wrong, []);
});

/** Values of the reference that Proxmox VE 9.2 takes no more, with what is said instead. */
const GONE: Readonly<Record<string, string>> = {
  "proxmox_storage_content content=backup": "dump folder",
};

Deno.test("every value that the reference lists is accepted, or told what to do instead", () => {
  const wrong = new Set<string>();
  for (const { tool: toolName, key, values = {} } of REFERENCE_ROWS) {
    const { tool } = TOOLS.find((each) => each.tool.name === toolName)!;
    for (const [name, listed] of Object.entries(values)) {
      for (const value of listed) {
        const words = `${toolName} ${name}=${value}`;
        const problem = problemOf(tool, { ...key, [name]: value }, name);
        if (GONE[words] === undefined ? problem : !problem?.includes(GONE[words])) {
          wrong.add(`${words}: ${problem}`);
        }
      }
    }
  }
  assertEquals([...wrong], []);
});

/** What is wrong with one parameter of a call, but for its absence. */
function problemOf(tool: ToolDefinition, call: object, name: string): string | undefined {
  try {
    parseCall(tool, call);
  } catch (error) {
    assert(error instanceof ToolError, String(error));
    const problem = error.details.parameters?.[name];
    return problem === "is missing" ? undefined : problem;
  }
  return undefined;
}

Deno.test("what was basic is basic, and reading needs the elevated tier in whole categories alone", () => {
  const wholly: readonly string[] = ["create", "disk", "mountpoint", "agent", "exec", "console"];
  const wrong: string[] = [];
  for (const { name, operations } of REFERENCE) {
    const { category, tool } = TOOLS.find((each) => each.tool.name === name)!;
    for (const { key, elevated, reads } of operations) {
      const actionName = key[tool.discriminator ?? "action"] ?? "default";
      const tier = tierOf(category, tool.actions[actionName]!);
      const whole = wholly.includes(category);
      if (whole ? tier === "basic" : tier === "elevated" && reads) {
        wrong.push(`${name} ${actionName} is ${tier}`);
      }
      if (!elevated && tier === "elevated") wrong.push(`${name} ${actionName} was basic`);
    }
  }
  assertEquals(wrong, []);
});
