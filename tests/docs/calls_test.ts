/** Every call of a tool in the documents, the skills and the subagents would be accepted. */
import { ROOT } from "../../scripts/project.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { callsOf } from "./calls.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { problemOf, TOOL_NAMES } from "./check_call.ts";
import { DOCUMENTS } from "./documents.ts";

Deno.test("callsOf() reads calls in prose, in code and in JSON", () => {
  const text = [
    "Take one: `proxmox_guest_snapshot action=create vmid=web01 snapname=before`.",
    "`proxmox_guest_list` lists them; then proxmox_guest_start vmid=100.",
    "```text",
    "proxmox_get_next_vmid",
    `proxmox_guest_config_update vmid=100 config='{"onboot":true}' delete="ide2"`,
    "```",
    "```json",
    '{ "name": "proxmox_guest_stop", "arguments": { "vmid": "db01" } }',
    "```",
  ].join("\n");
  assertEquals(callsOf(text), [
    {
      name: "proxmox_guest_snapshot",
      args: { action: "create", vmid: "web01", snapname: "before" },
      call: true,
      line: 1,
    },
    { name: "proxmox_guest_list", args: {}, call: false, line: 2 },
    { name: "proxmox_guest_start", args: { vmid: "100" }, call: true, line: 2 },
    { name: "proxmox_get_next_vmid", args: {}, call: true, line: 4 },
    {
      name: "proxmox_guest_config_update",
      args: { vmid: "100", config: '{"onboot":true}', delete: "ide2" },
      call: true,
      line: 5,
    },
    { name: "proxmox_guest_stop", args: { vmid: "db01" }, call: true, line: 7 },
  ]);
});

Deno.test("problemOf() sees unknown tools, actions, parameters, and missing ones", () => {
  const problem = (text: string): string => problemOf(callsOf(text)[0]!) ?? "";
  assertMatch(problem("proxmox_guest_strat vmid=100"), /There is no tool/);
  assertMatch(problem("proxmox_guest_snapshot action=take vmid=100"), /has no action "take"/);
  assertMatch(problem("proxmox_guest_start vmid=100 force=1"), /force is not a parameter/);
  assertMatch(problem("proxmox_guest_snapshot action=create vmid=100"), /snapname is missing/);
  assertMatch(problem('proxmox_api_call operation="GET /nodes/pve1/nothing"'), /no operation/);
});

for (const path of DOCUMENTS) {
  Deno.test(`every call in ${path} would be accepted`, async () => {
    const calls = callsOf(await Deno.readTextFile(ROOT + path));
    const problems = calls.flatMap((call) => {
      const problem = problemOf(call);
      return problem === undefined ? [] : [`line ${call.line}: ${call.name}: ${problem}`];
    });
    assertEquals(problems, []);
  });
}

Deno.test("the skills and the README have calls to check", async () => {
  for (const path of DOCUMENTS.filter((each) => /README|SKILL|references/.test(each))) {
    const calls = callsOf(await Deno.readTextFile(ROOT + path));
    assert(calls.some(({ call }) => call), `${path} has no call`);
  }
});

function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(ROOT + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sources(path);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith("_gen.ts")) yield path;
  }
}

Deno.test("tools and actions that messages of the program name exist", () => {
  const named = /\bproxmox_([a-z_]+[a-z])\b(?: (action|operation)=([a-z_]+))?/g;
  for (const path of sources("src")) {
    for (const [words, short, , action] of Deno.readTextFileSync(ROOT + path).matchAll(named)) {
      const name = `proxmox_${short}`;
      assert(TOOL_NAMES.includes(name), `${path} names ${name}`);
      const tool = TOOLS.find((each) => each.tool.name === name)?.tool;
      assert(action === undefined || (tool && action in tool.actions), `${path} names ${words}`);
    }
  }
});
