/** What clients offer while somebody types. */
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";

interface Completed {
  readonly values: string[];
  readonly total?: number | undefined;
  readonly hasMore?: boolean | undefined;
}

/** Completes a template's variable, or an argument of a prompt. */
async function complete(
  { client }: Harness,
  of: string,
  name: string,
  value: string,
): Promise<Completed> {
  const ref = of.startsWith("proxmox:")
    ? { type: "ref/resource" as const, uri: of }
    : { type: "ref/prompt" as const, name: of };
  return (await client.complete({ ref, argument: { name, value } })).completion;
}

const GUEST = "proxmox://guest/{guest}";

Deno.test("guests are completed by name and by number, what starts so first", async () => {
  await using server = await connect();
  assertEquals((await complete(server, GUEST, "guest", "web")).values, ["web01", "web02"]);
  assertEquals((await complete(server, GUEST, "guest", "20")).values, [
    "200",
    "201",
    "202",
    "203",
    "204",
  ]);
  assertEquals((await complete(server, "diagnose_guest", "guest", "RUNNER")).values, [
    "ci-runner01",
  ]);
  const { values, total, hasMore } = await complete(server, GUEST, "guest", "");
  assertEquals([values.length, total, hasMore], [30, 30, false]);
});

Deno.test("of a name that several guests have, the numbers are completed", async () => {
  await using server = await connect();
  await server.call("proxmox_guest_config_update", { vmid: 101, name: "web01" });
  const { values } = await complete(server, `${GUEST}/config`, "guest", "");
  assert(!values.includes("web01"));
  assert(values.includes("100") && values.includes("101"));
});

Deno.test("nodes, storages, pools, tasks, tools and types are completed", async () => {
  await using server = await connect();
  const cases: [string, string, string, string[]][] = [
    ["proxmox://node/{node}", "node", "pve", ["pve1", "pve2", "pve3"]],
    ["plan_node_maintenance", "node", "3", ["pve3"]],
    ["capacity_report", "storage", "lo", ["local", "local-lvm"]],
    ["backup_review", "pool", "prod", ["production"]],
    ["create_guest", "type", "", ["vm", "lxc"]],
    ["proxmox://tools/{tool}", "tool", "api_", ["proxmox_api_search", "proxmox_api_call"]],
  ];
  for (const [of, name, value, expected] of cases) {
    assertEquals((await complete(server, of, name, value)).values, expected, `${of} ${name}`);
  }
  const tasks = await complete(server, "proxmox://task/{upid}", "upid", "UPID:pve3");
  assert(tasks.values.length > 0 && tasks.values.every((each) => each.startsWith("UPID:pve3:")));
});

Deno.test("every variable and argument can be completed; free text completes to nothing", async () => {
  await using server = await connect();
  const { resourceTemplates } = await server.client.listResourceTemplates();
  const { prompts } = await server.client.listPrompts();
  const variables = resourceTemplates.flatMap(({ uriTemplate }) =>
    [...uriTemplate.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [uriTemplate, name] as const)
  );
  const args = prompts.flatMap((prompt) =>
    (prompt.arguments ?? []).map(({ name }) => [prompt.name, name] as const)
  );
  const text: string[] = [];
  for (const [of, name] of [...variables, ...args]) {
    const { values } = await complete(server, of, name, "");
    if (values.length === 0) text.push(`${of} ${name}`);
  }
  assertEquals(text.toSorted(), ["create_guest purpose", "diagnose_guest symptom"]);
});

Deno.test("at most 100 values are answered, with how many there are", async () => {
  await using server = await connect({ simulator: { guests: 500 } });
  const { values, total, hasMore } = await complete(server, GUEST, "guest", "");
  assertEquals([values.length, hasMore], [100, true]);
  assert((total ?? 0) >= 500);
});

Deno.test("what the token may not see, or a cluster that is gone, completes to nothing", async () => {
  await using limited = await connect({ token: "limited" });
  assertEquals((await complete(limited, "capacity_report", "storage", "")).values, []);
  await using gone = await connect();
  gone.simulator.faults.add({ kind: "refused" });
  assertEquals((await complete(gone, "proxmox://node/{node}", "node", "")).values, []);
});

Deno.test("there are no completions for what does not exist", async () => {
  await using server = await connect();
  for (
    const [of, name] of [
      ["no_such_prompt", "guest"],
      ["diagnose_guest", "node"],
      ["proxmox://guests", "guest"],
      [GUEST, "node"],
    ] as const
  ) {
    await assertRejects(() => complete(server, of, name, ""), Error, `There is no "${name}"`);
  }
});
