/** The API gateway: its calls take the same path as those of every tool. */
import { assert, assertEquals, assertMatch, assertRejects } from "../assert.ts";
import { connect, type Harness, rowsOf } from "../harness.ts";
import { assertDone, assertFailed } from "../outcome.ts";
import { operationNames } from "../../src/pve/api.ts";
import { requiredNames } from "../../src/tool/required.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { testSteps } from "../tools/steps.ts";

const CALL = "proxmox_api_call";

testSteps("proxmox_api_call is checked, waited for, masked and answered as every tool is", CALL, [
  {
    call: { operation: "GET /nodes/pve1/qemu/100/config" },
    says: ["GET /nodes/{node}/qemu/{vmid}/config of web01 (100)"],
    data: { cores: 4 },
  },
  {
    call: { operation: "GET /nodes/{node}/qemu/{vmid}/config", params: { vmid: "web01" } },
    data: { cores: 4 },
  },
  {
    call: { operation: "POST /nodes/pve3/qemu/107/status/start", params: { timout: 9 } },
    fails: true,
    says: ['timout: is not a parameter of this action. Did you mean "timeout"?'],
    sends: "",
  },
  {
    call: { operation: "POST /nodes/pve3/qemu/107/status/start" },
    content: { task: { exitstatus: "OK" } },
    sends: "POST /nodes/pve3/qemu/107/status/start",
  },
  {
    call: { operation: "POST /nodes/pve3/qemu/107/status/start", parameters: { timeout: 9 } },
    fails: true,
    says: [
      'parameters: is not one of operation, params, unchecked, dry_run, confirm; parameters of the operation go into "params"',
    ],
    sends: "",
  },
  { call: { operation: "GET /nodes/pve1/subscription" }, data: { key: "[masked]" } },
  {
    call: { operation: "GET /nodes", params: { limit: 1, fields: "node" } },
    content: { total: 3, next_offset: 1 },
  },
  {
    call: { operation: "POST /cluster/bulk-action/guest/start", params: { vms: "107,204" } },
    sends: "POST /cluster/bulk-action/guest/start vms=107&vms=204",
  },
  {
    call: { operation: "PUT /nodes/pve1/disks/wipedisk", params: { disk: "/dev/sde" } },
    fails: true,
    says: ["cannot be done with an API token", "Nothing was sent"],
    sends: "",
  },
]);

testSteps("proxmox_api_call reaches operations that have a type of their own", CALL, [
  {
    call: {
      operation: "POST /nodes/pve3/qemu/105/firewall/rules",
      params: { type: "in", action: "ACCEPT", enable: true, comment: "first" },
    },
    sends: "POST /nodes/pve3/qemu/105/firewall/rules type=in&action=ACCEPT&enable=1&comment=first",
  },
  {
    call: {
      operation: "PUT /nodes/{node}/lxc/{vmid}/firewall/rules/{pos}",
      params: { vmid: 200, pos: 0, type: "out", action: "DROP" },
    },
    fails: true,
    says: ["no rule at position 0"],
  },
  {
    call: {
      operation: "GET /nodes/{node}/qemu/{vmid}/cloudinit/dump",
      params: { vmid: "ci-runner01", type: "user" },
    },
    says: ["#cloud-config"],
  },
  {
    call: { operation: "GET /nodes/pve1/qemu/100/firewall/refs", params: { type: "alias" } },
    says: ["office"],
    hides: ["management"],
  },
  {
    call: { operation: "GET /nodes/pve1/qemu/100/firewall/refs", params: { type: "vm" } },
    fails: true,
    says: ["type: "],
  },
]);

testSteps("proxmox_api_call says that HA does in its own time what it was asked for", CALL, [
  {
    call: { operation: "POST /nodes/pve2/qemu/101/status/stop" },
    says: ["task hastop on pve2: OK", "HA was asked to do it, and does it in its own time"],
    hides: ["Requesting HA stop", "UPID"],
  },
  {
    call: { operation: "POST /nodes/pve2/qemu/102/status/stop" },
    hides: ["HA was asked"],
  },
]);

testSteps("proxmox_api_call says what is wrong with a call before it is sent", CALL, [
  {
    call: { operation: "PATCH /nodes" },
    fails: true,
    says: ["Proxmox VE has no operation PATCH /nodes", "That path has GET"],
    sends: "",
  },
  {
    call: { operation: "PUT /nodes" },
    fails: true,
    says: ["no operation PUT /nodes", "That path has GET"],
    sends: "",
  },
  {
    call: { operation: "GET /nodes/pve1/qemu?full=1" },
    fails: true,
    says: ["Cannot call a path with a query", "Parameters go into `params`"],
  },
  {
    call: { operation: "GET /nodes/pve1/status", params: { node: "pve2" } },
    fails: true,
    says: ['two values of "node"', 'The path says "pve1", params says "pve2"'],
  },
  { call: { params: {} }, fails: true, says: ["operation: is missing"] },
]);

testSteps("proxmox_api_call needs the elevated tier for all but plain reading", CALL, [
  { call: { operation: "GET /nodes/pve1/status" }, data: { uptime: /^\d+$/ } },
  {
    call: { operation: "POST /nodes/pve3/qemu/107/status/start" },
    fails: "denied",
    sends: "",
  },
  {
    call: { operation: "GET /nodes/pve1/qemu/100/agent/get-osinfo" },
    says: ["GET /nodes/{node}/qemu/{vmid}/agent/get-osinfo"],
  },
  {
    call: { operation: "POST /nodes/pve1/qemu/100/agent/ping" },
    fails: "denied",
    says: ["needs the elevated tier"],
    sends: "",
  },
  {
    call: {
      operation: "GET /nodes/pve1/qemu/100/agent/file-read",
      params: { file: "/etc/shadow" },
    },
    fails: "denied",
  },
], { elevated: false });

testSteps(
  "proxmox_api_search finds operations, and describes what one takes",
  "proxmox_api_search",
  [
    {
      call: { query: "rollback snapshot" },
      says: ["POST /nodes/{node}/qemu/{vmid}/snapshot/{snapname}/rollback", "VM.Snapshot"],
    },
    {
      call: { query: "POST /nodes/pve1/qemu/100/snapshot" },
      says: ["POST /nodes/{node}/qemu/{vmid}/snapshot"],
      rows: [{ name: "snapname", type: "string", required: 1 }],
      data: { task: 1 },
    },
    { call: { query: "zzzzqqq" }, says: ["0 found", "Try fewer or other words"] },
    { call: {}, fails: true, says: ["query: is missing"] },
  ],
);

Deno.test("a compact server lists the API gateway alone, which finds and runs every tool", async () => {
  await using harness = await connect({ settings: { TOOLSETS: "compact" } });
  const { tools } = await harness.client.listTools();
  assertEquals(tools.map(({ name }) => name), [
    "proxmox_api_search",
    "proxmox_api_call",
    "proxmox_tool_run",
  ]);
  const found = await harness.call("proxmox_api_search", { query: "snapshot of a guest" });
  assert(rowsOf(found).some(({ call }) => call === "proxmox_guest_snapshot"), found.text);
  const run = (tool: string, args?: Record<string, unknown>) =>
    harness.call("proxmox_tool_run", { tool, ...(args ? { arguments: args } : {}) });
  const bare = await run("proxmox_guest_snapshot");
  assertFailed(bare);
  assertMatch(bare.text, /Nothing was run[^]*action=create: vmid, snapname, description/);
  const taken = await run("guest_snapshot", { action: "create", vmid: "web01", snapname: "now" });
  assertDone(taken, /^Took snapshot "now" of web01/);
  const wrong = await run("guest_snapshot", { action: "create", vmid: "web01" });
  assertFailed(wrong);
  assertMatch(wrong.text, /snapname: is missing[^]*action=create: vmid, snapname/);
  assertMatch((await run("guest_snapshto")).text, /Did you mean "?proxmox_guest_snapshot/);
});

/** A compact server over a cluster of one node, where nothing has to be named. */
async function compactOnOneNode(): Promise<Harness> {
  const harness = await connect({ settings: { TOOLSETS: "compact" } });
  const { cluster } = harness.simulator;
  for (const node of cluster.nodeNames().slice(1)) cluster.nodes.delete(node);
  return harness;
}

Deno.test("describing any tool or operation, however it is asked for, sends nothing", async () => {
  await using harness = await compactOnOneNode();
  const names = TOOLS.flatMap((
    { tool },
  ) => [tool.name, tool.name.replace("proxmox_", ""), tool.title]);
  const filled = operationNames().map((name) => name.replace(/\{[\w-]+\}/g, "100"));
  for (const query of [...names, ...operationNames(), ...filled]) {
    for (
      const more of [{}, { limit: 1 }, { arguments: { vmid: 100 } }, { params: { node: "pve1" } }]
    ) {
      const { isError, text } = await harness.call("proxmox_api_search", { query, ...more });
      assertEquals(isError, "arguments" in more || "params" in more, `${query}: ${text}`);
    }
  }
  assertEquals(harness.simulator.requests, []);
});

Deno.test("a compact server runs nothing that changes, or needs something, without arguments", async () => {
  await using harness = await compactOnOneNode();
  const { simulator } = harness;
  for (const { tool } of TOOLS) {
    const bare = Object.entries(tool.actions).every(([name, action]) =>
      name === Object.keys(tool.actions).join() && action.kind === "read" &&
      requiredNames(tool, action).length === 0
    );
    for (const empty of [{}, { arguments: {} }, { arguments: "{}" }, { arguments: null }]) {
      const { text } = await harness.call("proxmox_tool_run", { tool: tool.name, ...empty });
      assertEquals(!/Nothing was run/.test(text), bare, text);
    }
    if (!bare) assertEquals(simulator.requests, [], tool.name);
    simulator.requests.splice(0);
  }
});

Deno.test("a compact server tells all of a tool by its name, whatever its parameters are named", async () => {
  await using harness = await connect({ settings: { TOOLSETS: "compact" } });
  const asked = await harness.call("proxmox_api_search", { query: "guest_snapshot" });
  assertDone(asked, /^proxmox_guest_snapshot: Snapshots of a guest\.$/);
  assertEquals(rowsOf(asked).map((row) => row.with), [
    ...["action=list", "action=create", "action=rollback", "action=delete", "where"],
  ]);
  assertMatch(asked.text, /action=create \| vmid, snapname, description\?, vmstate\? \(changes\)/);
  assertMatch(asked.text, /action=delete \| vmid, snapname \(takes away\)/);
});

Deno.test("a compact server that only reads tells of what reads alone", async () => {
  await using harness = await connect({ settings: { TOOLSETS: "compact", READ_ONLY: "true" } });
  const { text } = await harness.call("proxmox_api_search", { query: "snapshots of a guest" });
  assertMatch(text, /proxmox_guest_snapshot \| reads \|/);
  assert(!text.includes("action=create"), text);
});

Deno.test("a compact server runs a tool that needs no arguments", async () => {
  await using harness = await connect({ settings: { TOOLSETS: "compact" } });
  for (const args of [{}, { arguments: {} }]) {
    assertDone(
      await harness.call("proxmox_tool_run", { tool: "guest_list", ...args }),
      /^Guests: 15/,
    );
  }
});

Deno.test("what the settings leave out of the API gateway is not there", async () => {
  await using harness = await connect({ settings: { EXCLUDE_TOOLS: "api_call" } });
  const { tools } = await harness.client.listTools();
  const names = tools.map(({ name }) => name);
  assert(names.includes("proxmox_api_search") && !names.includes(CALL));
  await assertRejects(() => harness.call(CALL, { operation: "GET /version" }), Error, "no tool");
});
