/** The subagents have a form that Claude Code reads, and no more tools than their domain takes. */
import { ROOT } from "../../scripts/project.ts";
import { CATEGORIES, type CategoryName } from "../../src/tool/categories.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import plugin from "../../.claude-plugin/plugin.json" with { type: "json" };
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { connect } from "../harness.ts";
import { TOOL_NAMES } from "./check_call.ts";
import { frontmatterOf } from "./frontmatter.ts";

const KEYS = ["name", "description", "model", "tools", "skills"];
/** Tools of Claude Code itself; all of them only read. */
const BUILT_IN = ["Read", "ListMcpResourcesTool", "ReadMcpResourceTool"];
const [SERVER = ""] = Object.keys(plugin.mcpServers);
const PREFIX = `mcp__plugin_${plugin.name}_${SERVER}__`;
/** What the API of the models takes as the name of a tool. */
const MAX_NAME_LENGTH = 64;
const AGENTS = Array.from(Deno.readDirSync(`${ROOT}subagents`), ({ name }) => name.slice(0, -3))
  .sort();

function dataOf(agent: string): Readonly<Record<string, unknown>> {
  const path = `subagents/${agent}.md`;
  return frontmatterOf(Deno.readTextFileSync(ROOT + path), path).data;
}

function toolsOf(agent: string): string[] {
  return String(dataOf(agent).tools).split(",").map((name) => name.trim());
}

/** The tools of our server that an agent may use, without prefix. */
function ours(agent: string): string[] {
  return toolsOf(agent).filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length));
}

function categoryOf(name: string): CategoryName | undefined {
  return TOOLS.find(({ tool }) => tool.name === name)?.category;
}

Deno.test("there are the seven subagents", () => {
  assertEquals(AGENTS, [
    "access-admin",
    "cluster-admin",
    "lxc-manager",
    "monitor",
    "network-admin",
    "storage-admin",
    "vm-manager",
  ]);
});

for (const agent of AGENTS) {
  Deno.test(`${agent} has valid frontmatter, with examples of when to use it`, () => {
    const data = dataOf(agent);
    for (const key of Object.keys(data)) assert(KEYS.includes(key), `Unknown key: ${key}`);
    assertEquals(data.name, agent);
    const description = String(data.description);
    assertMatch(description, /^Use this agent /);
    const examples = description.match(
      /<example>\nContext: .+\nuser: ".+"\nassistant: ".+"\n<\/example>/g,
    );
    assert((examples?.length ?? 0) >= 2, "Fewer than two examples");
    assert(["inherit", "haiku", "sonnet", "opus"].includes(String(data.model)));
  });

  Deno.test(`${agent} names tools that exist, once, and skills of the plugin`, () => {
    const names = toolsOf(agent);
    assertEquals(names.length, new Set(names).size, "A tool is named twice");
    for (const name of names) {
      const known = BUILT_IN.includes(name) ||
        (name.startsWith(PREFIX) && TOOL_NAMES.includes(name.slice(PREFIX.length)));
      assert(known, `There is no tool ${name}`);
    }
    for (const skill of dataOf(agent).skills as string[]) {
      const [, name = ""] = new RegExp(`^${plugin.name}:([\\w-]+)$`).exec(skill) ?? [];
      assert(Deno.statSync(`${ROOT}skills/${name}/SKILL.md`).isFile, skill);
    }
  });
}

Deno.test("no tool's name is too long with the prefix of the plugin", () => {
  for (const name of TOOL_NAMES) {
    const length = PREFIX.length + name.length;
    assert(length <= MAX_NAME_LENGTH, `${PREFIX}${name} has ${length} characters`);
  }
});

Deno.test("every tool belongs to a subagent", () => {
  const used = new Set(AGENTS.flatMap(ours));
  const left = TOOLS.map(({ tool }) => tool.name).filter((name) => !used.has(name));
  assertEquals(left, []);
});

Deno.test("monitor has tools alone that can do nothing but read", async () => {
  await using server = await connect();
  const { tools } = await server.client.listTools();
  const names = ours("monitor");
  assert(names.length > 10);
  for (const name of names) {
    const tool = tools.find((each) => each.name === name);
    assertEquals(tool?.annotations?.readOnlyHint, true, name);
    assertEquals(tool?.annotations?.destructiveHint, undefined, name);
  }
});

Deno.test("monitor works without elevation", () => {
  for (const name of ours("monitor")) {
    const category = categoryOf(name);
    if (category === undefined) continue; // The search of the API.
    assert(!("elevated" in CATEGORIES[category]), `${name} is elevated as a whole`);
  }
});

/** Categories whose changing tools one subagent alone may have. */
const OWNERS: Readonly<Partial<Record<CategoryName, readonly string[]>>> = {
  cluster: ["cluster-admin"],
  ha: ["cluster-admin"],
  firewall: ["cluster-admin"],
  notification: ["cluster-admin"],
  sdn: ["network-admin"],
  access: ["access-admin"],
  ceph: ["storage-admin"],
  certificate: ["storage-admin"],
  acme: ["storage-admin"],
  agent: ["vm-manager"],
  disk: ["vm-manager"],
  cloudinit: ["vm-manager"],
  exec: ["lxc-manager"],
  mountpoint: ["lxc-manager"],
};

Deno.test("what changes a domain is with the subagent of that domain alone", () => {
  for (const { category, tool } of TOOLS) {
    const owners = OWNERS[category];
    const reads = Object.values(tool.actions).every(({ kind }) => kind === "read");
    if (!owners || reads) continue;
    const holders = AGENTS.filter((agent) => ours(agent).includes(tool.name));
    assertEquals(holders, owners, tool.name);
  }
});

Deno.test("VMs and containers are made and moved by the right subagents", () => {
  const holders = (name: string): string[] => AGENTS.filter((agent) => ours(agent).includes(name));
  assertEquals(holders("proxmox_create_vm"), ["vm-manager"]);
  assertEquals(holders("proxmox_create_lxc"), ["lxc-manager"]);
  assertEquals(holders("proxmox_guest_migrate"), ["cluster-admin"]);
  assertEquals(holders("proxmox_node_power"), ["cluster-admin"]);
  assertEquals(holders("proxmox_node_network_iface"), ["network-admin"]);
  assertEquals(holders("proxmox_guest_delete"), ["lxc-manager", "vm-manager"]);
});
