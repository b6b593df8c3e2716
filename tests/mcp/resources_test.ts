/** What clients read by address. */
import { GIB } from "../../src/base/byte_units.ts";
import { bytes } from "../../src/base/text/units.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../assert.ts";
import { connect, type Harness, type HarnessOptions, rowsOf } from "../harness.ts";
import { hasLine } from "../outcome.ts";

async function read({ client }: Harness, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  assertEquals(contents.map((each) => [each.uri, each.mimeType]), [[uri, "text/markdown"]]);
  return (contents[0] as { readonly text: string }).text;
}

async function uris(options: HarnessOptions): Promise<string[]> {
  await using server = await connect(options);
  const { resources } = await server.client.listResources();
  const { resourceTemplates } = await server.client.listResourceTemplates();
  assertEquals(server.simulator.requests, [], "listing asks nothing of the cluster");
  return [
    ...resources.map(({ uri }) => uri),
    ...resourceTemplates.map(({ uriTemplate }) => uriTemplate),
  ].map((uri) => uri.replace("proxmox://", ""));
}

const ALL = [
  "cluster",
  "health",
  "nodes",
  "guests",
  "storage",
  "tasks",
  "ha",
  "backup-jobs",
  "node/{node}",
  "guest/{guest}",
  "guest/{guest}/config",
  "task/{upid}",
  "tools/{tool}",
];

Deno.test("resources are listed, those of a tool that is left out are not", async () => {
  assertEquals(await uris({}), ALL);
  assertEquals(await uris({ settings: { READ_ONLY: "true" } }), ALL);
  assertEquals(await uris({ settings: { TOOLSETS: "compact" } }), ALL);
  assertEquals(
    await uris({ settings: { TOOLSETS: "guest", EXCLUDE_TOOLS: "guest_config" } }),
    ["guests", "guest/{guest}", "tools/{tool}"],
  );
});

Deno.test("a resource is the answer of its tool as Markdown", async () => {
  await using server = await connect({ elevated: false });
  const cases: [path: string, title: string, words: readonly string[]][] = [
    ["cluster", "# cluster example, quorate: 3 of 3 nodes online", ["pve1", "online"]],
    ["health", "# The cluster is not all well", ["urgency", "what"]],
    ["nodes", "# Nodes: 3", ["node", "status"]],
    ["guests", "# Guests: 15", ["100", "web01", "qemu"]],
    ["storage", "# Use of storages: ", ["ceph-vm", "pve1", "rbd"]],
    ["tasks", "# Tasks: ", ["qmstart", "100"]],
    ["ha", "# State of HA: ", ["lrm:pve1", "lrm", "pve1"]],
    ["backup-jobs", "# Backup jobs: ", ["id", "enabled", "schedule"]],
    ["node/pve1", "# Status of pve1", ["memory", "total", bytes(128 * GIB)]],
    ["guest/web01", "# web01 (100), VM on pve1: running", ["maxmem", bytes(8 * GIB)]],
    ["guest/100/config", "# Guest configuration of web01 (100)", ["cores", "4"]],
  ];
  for (const [path, title, words] of cases) {
    const text = await read(server, `proxmox://${path}`);
    assert(text.startsWith(`${title}`), text);
    assert(hasLine(text, words), text);
  }
});

Deno.test("a task is read by its UPID, percent-encoded or not", async () => {
  await using server = await connect();
  const list = await server.call("proxmox_node_task", { action: "list", fields: "upid" });
  const upid = String(rowsOf(list)[0]?.upid);
  const plain = await read(server, `proxmox://task/${upid}`);
  assertMatch(plain, /^# Task \w+ .*ended: /);
  assertEquals(await read(server, `proxmox://task/${encodeURIComponent(upid)}`), plain);
});

Deno.test("nothing that a guest says becomes a table, a link, an image or HTML", async () => {
  await using server = await connect();
  await server.call("proxmox_guest_config_update", {
    vmid: "web01",
    description: "a | b ![x](http://evil/) <img src=x> `c` \u001b[31mred\u202e",
    cipassword: "hunter22",
  });
  const text = await read(server, "proxmox://guest/web01/config");
  assertStringIncludes(text, "a \\| b ![x\\](http://evil/) &lt;img src=x> \\`c\\` red");
  for (const hidden of ["\u001b", "\u202e", "hunter22"]) assert(!text.includes(hidden), text);
  assert(hasLine(text, ["pending", "cipassword", "[masked]"]), text);
});

Deno.test("a long list is bounded, and says how to go on", async () => {
  await using server = await connect({ simulator: { guests: 2_000 } });
  const text = await read(server, "proxmox://guests");
  assertMatch(text, /^# Guests: 20\d\d\n/);
  assertMatch(text, /100 of 2,0\d\d shown; `proxmox_guest_list` with offset=100 shows more$/m);
  assert(text.length < 40_000);
});

Deno.test("the page of a tool has the actions that this server allows", async () => {
  await using server = await connect();
  const page = await read(server, "proxmox://tools/proxmox_guest_snapshot");
  assertStringIncludes(page, "## action=rollback (elevated, confirmed)");
  assertStringIncludes(page, "| `snapname` | yes | string |");
  assertStringIncludes(await read(server, "proxmox://tools/proxmox_api_call"), "| `operation` |");
  await using reading = await connect({ settings: { READ_ONLY: "true" } });
  const reduced = await read(reading, "proxmox://tools/proxmox_guest_snapshot");
  assertStringIncludes(reduced, "## action=list (basic)");
  assert(!reduced.includes("rollback"));
});

Deno.test("what does not exist is not found, and the nearest is named", async () => {
  await using server = await connect();
  for (
    const [uri, message] of [
      ["proxmox://gests", "There is no resource"],
      ["proxmox://guest/", "There is no resource"],
      ["proxmox://guest/%zz", "There is no resource"],
      ["https://guest/web01", "There is no resource"],
      ["proxmox://guest/wbe01", "Did you mean web01"],
      ["proxmox://node/pve9", "There is no such node"],
      ["proxmox://tools/proxmox_guest_snapshto", 'Did you mean "proxmox_guest_snapshot"?'],
    ] as const
  ) {
    const error = await assertRejects(() => read(server, uri), Error, message);
    assertEquals((error as Error & { code: number }).code, -32002, uri);
  }
});

Deno.test("what cannot be read is an error that says why", async () => {
  await using server = await connect({ token: "limited" });
  await assertRejects(
    () => read(server, "proxmox://node/pve1"),
    Error,
    "Permission check failed (/nodes/pve1, Sys.Audit)",
  );
  await assertRejects(() => read(server, "proxmox://task/nothing"), Error, "It is not a UPID");
});
