/** Resources, completions, prompts, the audit log and the instructions name one of several clusters. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../assert.ts";
import { connect } from "../harness.ts";
import { connectSeveral, connectTwo, refusing, type Several } from "../several.ts";

async function read({ client }: Several, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  return (contents[0] as { readonly text: string }).text;
}

async function complete(
  { client }: Several,
  of: string,
  name: string,
  value: string,
  chosen: Record<string, string> = {},
): Promise<string[]> {
  const ref = of.startsWith("proxmox:")
    ? { type: "ref/resource" as const, uri: of }
    : { type: "ref/prompt" as const, name: of };
  const argument = { name, value };
  return (await client.complete({ ref, argument, context: { arguments: chosen } })).completion
    .values;
}

async function prompt(
  { client }: Several,
  name: string,
  args: Record<string, string>,
): Promise<string> {
  const { messages } = await client.getPrompt({ name, arguments: args });
  return (messages[0]?.content as { readonly text: string }).text;
}

Deno.test("a resource of one cluster has its name first, and each template says so", async () => {
  await using several = await connectTwo();
  const { resourceTemplates } = await several.client.listResourceTemplates();
  const templates = resourceTemplates.map(({ uriTemplate }) => uriTemplate);
  for (const path of ["guest/{guest}", "node/{node}", "task/{upid}", "guests", "health"]) {
    assert(templates.includes(`proxmox://{cluster}/${path}`), path);
  }
  assert(templates.includes("proxmox://tools/{tool}"));
  assertMatch(await read(several, "proxmox://lab/guest/web01"), /^# lab: web01/);
  assertMatch(await read(several, "proxmox://home/guest/web01/config"), /^# home: /);
  assertMatch(await read(several, "proxmox://lab/node/pve1"), /^# lab: Status of pve1/);
  assertMatch(await read(several, "proxmox://lab/guests"), /^# lab: Guests: 18/);
  assertMatch(await read(several, "proxmox://guests"), /^# Guests: 33, in 2 clusters/);
  assertMatch(await read(several, "proxmox://guest/1000"), /^# lab: /);
  for (
    const uri of [
      "proxmox://guest/web01",
      "proxmox://away/guest/web01",
      "proxmox://lab/tools/proxmox_guest_list",
      "proxmox://lab/home/guest/web01",
      "proxmox://lab",
      "proxmox://",
    ]
  ) {
    await assertRejects(() => read(several, uri), Error, undefined, uri);
  }
  await assertRejects(
    () => read(several, "proxmox://guest/web01"),
    Error,
    "proxmox://{cluster}/guest/web01 is the address",
  );
  await assertRejects(() => read(several, "proxmox://lba/health"), Error, 'Did you mean "lab"?');
});

Deno.test("with one cluster, addresses and prompts have none", async () => {
  await using server = await connect();
  const { resourceTemplates } = await server.client.listResourceTemplates();
  assert(!JSON.stringify(resourceTemplates).includes("{cluster}"));
  const { prompts } = await server.client.listPrompts();
  assert(!JSON.stringify(prompts).includes('"cluster"'));
});

Deno.test("names are completed after that of their cluster, or within the chosen one", async () => {
  await using several = await connectTwo();
  const OF = "proxmox://{cluster}/guest/{guest}";
  assertEquals(await complete(several, OF, "cluster", "l"), ["lab"]);
  assertEquals(await complete(several, OF, "guest", "web0", { cluster: "lab" }), [
    "web01",
    "web02",
  ]);
  assertEquals(await complete(several, "diagnose_guest", "guest", "web01"), [
    "home/web01",
    "lab/web01",
  ]);
  assertEquals(await complete(several, "plan_node_maintenance", "node", "lab/"), [
    "lab/pve1",
    "lab/pve2",
    "lab/pve3",
    "lab/pve4",
  ]);
  assertEquals(await complete(several, "create_guest", "storage", "nas"), ["home/nas", "lab/nas"]);
  assertEquals(await complete(several, "create_guest", "pool", "prod"), ["production"]);
  assertEquals(await complete(several, "health_report", "cluster", ""), ["home", "lab"]);
});

Deno.test("names are completed without a cluster that does not answer", async () => {
  await using several = await connectSeveral({ home: {}, lab: { transport: refusing } });
  assertEquals(await complete(several, "diagnose_guest", "guest", "web01"), ["home/web01"]);
});

Deno.test("a prompt is about the cluster that is named, or that alone has what is named", async () => {
  await using several = await connectTwo();
  for (
    const [name, args] of [
      ["diagnose_guest", { guest: "lab/web01" }],
      ["diagnose_guest", { guest: "web01", cluster: "lab" }],
      ["diagnose_guest", { guest: "1000" }],
      ["plan_node_maintenance", { node: "pve4" }],
      ["plan_node_maintenance", { node: "lab/pve1" }],
      ["create_guest", { node: "lab/pve2", type: "lxc" }],
      ["backup_review", { storage: "lab/nas" }],
      ["health_report", { cluster: "lab" }],
    ] as const
  ) {
    for (const { simulator } of Object.values(several.clusters)) simulator.requests.length = 0;
    const text = await prompt(several, name, args);
    assertStringIncludes(text, "was read from the cluster lab at", name);
    assertStringIncludes(text, "cluster=lab", name);
    const toHome = several.clusters.home!.simulator.requests;
    const isFound = !JSON.stringify(args).includes("lab");
    assert(isFound || toHome.length === 0, `${name} ${JSON.stringify(args)}`);
  }
  await assertRejects(
    () => prompt(several, "diagnose_guest", { guest: "web01" }),
    Error,
    '"web01" is in 2 clusters',
  );
  await assertRejects(
    () => prompt(several, "health_report", { cluster: "away" }),
    Error,
    "Cannot call health_report",
  );
});

Deno.test("a prompt about no cluster in particular is about all", async () => {
  await using several = await connectTwo();
  for (const name of ["health_report", "backup_review", "capacity_report", "create_guest"]) {
    const text = await prompt(several, name, {});
    assertStringIncludes(text, "was read from the clusters home, lab at", name);
    assert(!text.includes("What could not be read"), `${name}: ${text.slice(-1500)}`);
  }
});

Deno.test("lines of the audit log name the cluster", async () => {
  const path = await Deno.makeTempFile();
  const audited = { settings: { AUDIT_LOG: path } };
  await using several = await connectSeveral({ home: audited, lab: audited });
  await several.call("proxmox_guest_start", { vmid: "lab/win11-test" });
  await several.call("proxmox_guest_start", { vmid: "home/win11-test" });
  const lines = (await Deno.readTextFile(path)).trim().split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  assertEquals(
    lines.map(({ phase, cluster, target }) => [phase, cluster, target]),
    ["lab", "home"].flatMap((name) =>
      ["before", "after"].map((phase) => [phase, name, "107 win11-test on pve3"])
    ),
  );
  await Deno.remove(path);
});

Deno.test("the instructions name the clusters, and how to say which", async () => {
  await using several = await connectSeveral({ home: { elevated: false }, lab: {} });
  const text = several.client.getInstructions() ?? "";
  assertStringIncludes(text, "several Proxmox VE clusters: home, lab");
  assertStringIncludes(text, "`home/web01`");
  assert(!text.includes("are refused until"), text);
});
