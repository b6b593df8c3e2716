/** Lists and reports over several clusters: one list, and none that does not answer is left out unsaid. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { rowsOf, type ToolAnswer } from "../../harness.ts";
import { assertDenied, assertDone, assertFailed } from "../../outcome.ts";
import { afterSeconds, connectSeveral, connectTwo, refusing, silent } from "../../several.ts";
import { hooked } from "../../hooked_transport.ts";

function total({ structured }: ToolAnswer): unknown {
  return structured.total;
}

/** The values of a column, in the order of the rows. */
function column(answer: ToolAnswer, name: string): unknown[] {
  return rowsOf(answer).map((row) => row[name]);
}

const LISTS: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
  ["proxmox_guest_list", {}],
  ["proxmox_node", { action: "list" }],
  ["proxmox_storage_config", { action: "list" }],
  ["proxmox_storage_config", { action: "cluster_usage" }],
  ["proxmox_node_task", { action: "list" }],
  ["proxmox_backup", { action: "list" }],
  ["proxmox_backup", { action: "list", newest: true }],
  ["proxmox_pool", { action: "list" }],
  ["proxmox_user", { action: "list" }],
  ["proxmox_ha_resource", { action: "list" }],
  ["proxmox_cluster_backup_job", { action: "list" }],
  ["proxmox_api_call", { operation: "GET /cluster/resources" }],
  ["proxmox_api_call", { operation: "GET /access/roles" }],
];

Deno.test("lists go over all clusters, with a column that says which", async () => {
  await using several = await connectTwo();
  for (const [tool, args] of LISTS) {
    const answer = await several.call(tool, args);
    assertDone(answer, /, in 2 clusters$/);
    assertEquals((answer.structured.columns as string[])[0], "cluster", tool);
    const parts = await Promise.all(
      ["home", "lab"].map((cluster) => several.call(tool, { ...args, cluster })),
    );
    assertEquals(total(answer), parts.reduce((sum, each) => sum + Number(total(each)), 0), tool);
    const { cluster: _, ...one } = rowsOf(answer)[0] ?? {};
    assert(Object.keys(one).length > 1, tool);
  }
});

Deno.test("without an order of their own, rows stand cluster by cluster", async () => {
  await using several = await connectTwo();
  const clusters = column(await several.call("proxmox_guest_list"), "cluster");
  assertEquals(clusters, [...Array(15).fill("home"), ...Array(18).fill("lab")]);
});

Deno.test("tasks and backups of all are newest first, page by page", async () => {
  await using several = await connectTwo();
  const { services } = several.clusters.lab!;
  await services.pve.request("POST /nodes/{node}/qemu/{vmid}/status/start", {
    node: "pve3",
    vmid: 107,
  });
  several.clock.advance(60_000);
  for (
    const [tool, field] of [["proxmox_node_task", "starttime"], [
      "proxmox_backup",
      "ctime",
    ]] as const
  ) {
    const whole = await several.call(tool, { action: "list", limit: 200 });
    const times = column(whole, field).map(String);
    assertEquals(times, times.toSorted().reverse(), tool);
    const paged: unknown[] = [];
    for (let offset = 0; offset < Number(total(whole)); offset += 5) {
      const page = await several.call(tool, { action: "list", limit: 5, offset });
      assertEquals(total(page), total(whole));
      paged.push(...rowsOf(page));
    }
    assertEquals(paged, rowsOf(whole), tool);
  }
  const [newest] = rowsOf(await several.call("proxmox_node_task", { action: "list", limit: 1 }));
  assertEquals(newest?.cluster, "lab");
});

Deno.test("filters, sorting, groups, fields and pages hold over all", async () => {
  await using several = await connectTwo();
  const list = (args: Record<string, unknown>): Promise<ToolAnswer> =>
    several.call("proxmox_guest_list", args);
  const sorted = column(await list({ sort: "-mem", filter: "status=running" }), "mem");
  assertEquals(sorted, sorted.toSorted((one, other) => Number(other) - Number(one)));
  assertEquals(column(await list({ filter: "web01" }), "cluster"), ["home", "lab"]);
  assertEquals(total(await list({ filter: "cluster=lab" })), 18);
  const groups = rowsOf(await list({ group: "cluster" }));
  assertEquals(groups.map(({ cluster, count }) => [cluster, count]), [["home", 15], ["lab", 18]]);
  const fields = await list({ fields: ["name", "node"], limit: 1, offset: 15 });
  assertEquals(fields.structured.columns, ["cluster", "name", "node"]);
  assertEquals([total(fields), fields.structured.next_offset], [33, 16]);
  assertEquals(column(fields, "cluster"), ["lab"]);
  const onDemand = await list({ fields: ["name", "ostype"], filter: "name=web01" });
  assertEquals(column(onDemand, "ostype"), ["l26", "l26"]);
  const wrong = await list({ sort: "meme" });
  assertFailed(wrong, /There is no field "meme"/, /./);
  const none = await list({ filter: "name=nobody" });
  assertEquals(total(none), 0);
  assertStringIncludes(none.text, "None of the 33 rows fits");
});

Deno.test("a filter that leaves rows of some clusters alone says of which, and names those there are", async () => {
  await using several = await connectSeveral({
    home: {},
    lab: { simulator: { guests: 18, nodes: 4 } },
    branch: { simulator: { site: "branch" } },
  });
  const list = (filter: string): Promise<ToolAnswer> =>
    several.call("proxmox_guest_list", { filter, limit: 1 });
  assertDone(await list("cluster=lab"), /^Guests: 18, in lab$/);
  assertDone(await list("name=web01|web02"), /^Guests: 4, in home, lab$/);
  assertDone(await list("status=running"), /, in 3 clusters$/);
  assertDone(await list("name=nobody"), /^Guests: 0, in 3 clusters$/);
  const { text } = await list("cluster=hom");
  assertStringIncludes(
    text,
    'No row has cluster=hom, but branch, home, lab. Did you mean "home"?',
  );
});

/** The columns by which the rows of each report are ranked, and whether the greatest are first. */
const RANKS: Readonly<Record<string, readonly string[]>> = {
  capacity: ["full_in_days", "-used_fraction"],
  changes: ["-failed", "-last"],
  waste: ["-size"],
  updates: ["-waits_for_reboot", "-updates"],
  access: ["-powers", "who"],
  backups: ["template", "-failed", "ctime"],
};

for (const [action, sort] of Object.entries(RANKS)) {
  Deno.test(`the rows of the report ${action} over several clusters have one rank over all`, async () => {
    await using several = await connectTwo();
    const ask = (args: Record<string, unknown>): Promise<ToolAnswer> =>
      several.call("proxmox_report", { action, limit: 500, fields: ["all"], ...args });
    const rows = rowsOf(await ask({}));
    assert(new Set(rows.map(({ cluster }) => cluster)).size > 1);
    assertEquals(rows, rowsOf(await ask({ sort })));
  });
}

Deno.test("a list of things that have the name of what is gone goes over all", async () => {
  await using several = await connectTwo();
  const answer = await several.call("proxmox_node_task", { action: "list", vmid: 4711 });
  assertDone(answer, /Tasks: 0, in 2 clusters/);
});

Deno.test("a report is of all clusters, the most urgent of all first", async () => {
  await using several = await connectTwo();
  const { text, structured } = await several.call("proxmox_report", {
    action: "health",
    limit: 50,
  });
  assertMatch(String(structured.summary), /^home, lab: The cluster is not all well/);
  const urgencies = rowsOf({ text, structured, isError: false }).map(({ urgency }) =>
    ["now", "soon", "note"].indexOf(String(urgency))
  );
  assert(urgencies.length > 4);
  assertEquals(urgencies, urgencies.toSorted());
  assertStringIncludes(text, "lab: quorum: yes, 4 of 4 nodes online");
  for (const action of ["backups", "capacity", "access", "changes", "waste", "updates"]) {
    const answer = await several.call("proxmox_report", { action });
    assertDone(answer, /./);
    const clusters = new Set(column(answer, "cluster"));
    assertEquals([...clusters].sort(), ["home", "lab"], action);
  }
});

Deno.test("what each cluster answers alone becomes a row of it", async () => {
  await using several = await connectSeveral({ home: {}, old: { simulator: { release: "8.4" } } });
  const answer = await several.call("proxmox_api_call", { operation: "GET /version" });
  assertDone(answer, /^home, old: GET \/version$/);
  assertEquals(
    rowsOf(answer).map(({ cluster, release }) => [cluster, release]),
    [["home", "9.2"], ["old", "8.4"]],
  );
});

Deno.test("one that does not answer is named, and the others are shown", async () => {
  await using several = await connectSeveral({ home: {}, lab: { transport: refusing }, far: {} });
  for (const [tool, args] of LISTS) {
    const answer = await several.call(tool, args);
    assertDone(answer, /, in 2 of 3 clusters$/);
    assertStringIncludes(answer.text, "lab is not shown: ");
    assertStringIncludes(answer.text, "connection refused");
    assertEquals([...new Set(column(answer, "cluster"))].sort(), ["far", "home"], tool);
  }
});

Deno.test("a report says in its title what it does not show, and counts no nodes for rows", async () => {
  await using several = await connectSeveral({ home: {}, lab: {} });
  const status = await several.call("proxmox_cluster", { action: "status" });
  assertDone(status, /^home, lab: cluster example, quorate: 3 of 3 nodes online, as pve1 sees it$/);
  several.clusters.lab?.simulator.faults.add({ kind: "refused" });
  const health = await several.call("proxmox_report", { action: "health" });
  assertDone(health, /^home: The cluster .*; lab: not shown$/);
});

Deno.test("a silent one is given up after ten seconds, and one that takes its time is not", async () => {
  await using several = await connectSeveral({ home: {}, lab: { transport: silent } });
  const asked = several.call("proxmox_guest_list");
  await afterSeconds(several, undefined, 5);
  const answer = await afterSeconds(several, asked, 5);
  assertDone(answer, /Guests: 15, in 1 of 2 clusters/);
  assertStringIncludes(answer.text, "lab is not shown");

  const slow = Promise.withResolvers<void>();
  await using both = await connectSeveral({
    home: {},
    lab: {
      transport: (transport) =>
        hooked(transport, {
          arrives: (line) => line.startsWith("GET /cluster/resources") ? slow.promise : undefined,
        }),
    },
  });
  const waited = both.call("proxmox_guest_list");
  for (let seconds = 0; seconds < 30; seconds += 5) await afterSeconds(both, undefined, 5);
  slow.resolve();
  assertDone(await waited, /Guests: 30, in 2 clusters/);
});

Deno.test("when none answers, why is said of each", async () => {
  await using several = await connectSeveral({
    home: { transport: refusing },
    lab: { transport: refusing },
  });
  const answer = await several.call("proxmox_guest_list");
  assertFailed(answer, /Cannot do proxmox_guest_list/, /connection refused/);
});

Deno.test("what is wrong with the arguments is said once", async () => {
  await using several = await connectTwo();
  const answer = await several.call("proxmox_guest_list", { limt: 4 });
  assertFailed(answer, /Cannot call proxmox_guest_list with these arguments/, /Nothing was sent/);
  for (const { simulator } of Object.values(several.clusters)) assertEquals(simulator.requests, []);
});

Deno.test("no secret that one cluster's call knows is in the list of all", async () => {
  const secret = "s3cr3t-of-the-lab";
  await using several = await connectSeveral({
    home: {},
    lab: {
      transport: (transport) =>
        hooked(transport, {
          answers: (line, data) =>
            line === "GET /storage"
              ? [...data as object[], { storage: "own", password: secret, path: `/x/${secret}` }]
              : undefined,
        }),
    },
  });
  const answer = await several.call("proxmox_storage_config", { action: "list", fields: ["all"] });
  assertDone(answer, /./);
  assertStringIncludes(answer.text, "own");
  assert(!answer.text.includes(secret), answer.text);
  assert(!JSON.stringify(answer.structured).includes(secret));
});

Deno.test("nothing is denied to all where one allows it", async () => {
  await using several = await connectSeveral({
    home: { elevated: false },
    lab: { elevated: false },
  });
  const answer = await several.call("proxmox_console_vnc", { vmid: "web01" });
  assertDenied(answer, /needs the elevated tier/, /./);
});
