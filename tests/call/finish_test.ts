/** Calls that finish well: the guest is found, the task waited for, the list paged and explained. */
import { grant } from "../../src/simulator/access/acl.ts";
import { span } from "../../src/base/text/units.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { connect, rowsOf } from "../harness.ts";
import { assertDone, assertFailed, hasContent } from "../outcome.ts";

Deno.test("a name that several guests have is asked back with the candidates", async () => {
  await using harness = await connect();
  await harness.call("proxmox_guest_config_update", { vmid: 101, name: "web01" });
  const { text } = await harness.call("proxmox_guest_stop", { vmid: "web01" });
  assertMatch(text, /"web01" is the name of 2 guests: web01 \(100, VM on pve1, running\); web01/);
  assertMatch(text, /Ask again with the number/);
  const changes = harness.simulator.requests.filter(({ method }) => method !== "GET");
  assertEquals(changes.length, 1, "nothing was stopped");
});

Deno.test("an unknown guest is answered with the nearest names", async () => {
  await using harness = await connect();
  const { text } = await harness.call("proxmox_guest_status", { vmid: "wbe01" });
  assertMatch(text, /no guest "wbe01" among the 15.*Did you mean web01 \(100, VM on pve1/);
});

Deno.test("a token that sees no guest at all is told so", async () => {
  await using harness = await connect();
  harness.simulator.cluster.guests.clear();
  const { text } = await harness.call("proxmox_guest_status", { vmid: "web01" });
  assertMatch(text, /the token sees no guest at all\. It may lack VM\.Audit on \/vms/);
});

Deno.test("a wrong node and a wrong type are corrected, and the answer says so", async () => {
  await using harness = await connect();
  const args = { vmid: "Web01", node: "pve3", type: "lxc" };
  const answer = await harness.call("proxmox_guest_config", args);
  const { text } = answer;
  assertDone(answer, /^Guest configuration of web01 \(100\)/);
  assertMatch(text, /the given type was corrected/);
  assertMatch(text, /It is on pve1, not on pve3: the given node was corrected/);
});

Deno.test("who lives where is asked once for calls at the same time, and shortly after", async () => {
  await using harness = await connect();
  const asked = (): number =>
    harness.simulator.requests.filter(({ path }) => path.endsWith("/cluster/resources")).length;
  const names = ["web01", "web02", "db01", "db02", "gitlab"];
  await Promise.all(names.map((vmid) => harness.call("proxmox_guest_config", { vmid })));
  await harness.call("proxmox_guest_config", { vmid: "dns01" });
  assertEquals(asked(), 1);
  harness.clock.advance(6_000);
  await harness.call("proxmox_guest_config", { vmid: "dns01" });
  assertEquals(asked(), 2);
});

Deno.test("a guest that somebody made since the list was read is found", async () => {
  await using harness = await connect();
  await harness.call("proxmox_guest_config", { vmid: "web01" });
  const { pve, tasks } = harness.services;
  const fresh = { node: "pve1", vmid: 501, name: "fresh" };
  const { data } = await pve.request("POST /nodes/{node}/qemu", fresh);
  const request = { signal: new AbortController().signal };
  await tasks.wait(String(data), { seconds: 4, request });
  const answer = await harness.call("proxmox_guest_config", { vmid: "fresh" });
  assertDone(answer, /^Guest configuration of fresh \(501\)/);
});

Deno.test("wait=0 returns at once, with the task and the next step", async () => {
  await using harness = await connect();
  const before = harness.clock.now();
  const answer = await harness.call("proxmox_guest_start", { vmid: 107, wait: 0 });
  const { text, structured } = answer;
  assertEquals(harness.clock.now(), before);
  assertDone(answer, /^Starting win11-test \(107\) has started and goes on/);
  const { upid, state } = structured.task as { readonly upid: string; readonly state: string };
  assertEquals(state, "running");
  assert(text.includes(`proxmox_node_task action=wait upid=${upid}`));
  const waited = await harness.call("proxmox_node_task", { action: "wait", upid });
  assertDone(waited, /^The task has ended/);
  assert(hasContent(waited, { task: { node: "pve3", type: "qmstart", exitstatus: "OK" } }));
});

Deno.test("PROXMOX_TASK_WAIT is the time to wait unless a call says otherwise", async () => {
  await using harness = await connect({ settings: { TASK_WAIT: "7" } });
  harness.simulator.faults.add({ kind: "task-endless" });
  const seconds = async (args: Record<string, unknown>): Promise<number> => {
    const before = harness.clock.now();
    await harness.call("proxmox_guest_start", args);
    return (harness.clock.now() - before) / 1000;
  };
  assertEquals(await seconds({ vmid: 107 }), 7);
  assertEquals(await seconds({ vmid: 106, wait: 21 }), 21);
});

Deno.test("progress tells the last line of the log, and the per cent in it", async () => {
  await using harness = await connect();
  const heard: { readonly progress: number; readonly message?: string | undefined }[] = [];
  const call = {
    name: "proxmox_backup",
    arguments: { action: "create", vmid: "web01", storage: "nas" },
  };
  await harness.client.callTool(call, undefined, { onprogress: (each) => void heard.push(each) });
  const withPercent = heard.filter(({ message }) => /\d+%/.test(message ?? ""));
  assert(withPercent.length > 0, JSON.stringify(heard));
  for (const { progress, message = "" } of withPercent) {
    assert(progress >= Number(/(\d+)%/.exec(message)?.[1]), message);
  }
  const numbers = heard.map(({ progress }) => progress);
  assertEquals(numbers, numbers.toSorted((one, other) => one - other));
  assertEquals(new Set(numbers).size, numbers.length, "always more");
});

Deno.test("changes to one guest run one after another, to different guests side by side", async () => {
  await using harness = await connect();
  const { simulator } = harness;
  simulator.faults.add({ kind: "latency", ms: 100 });
  const snapshot = (vmid: number, snapname: string): Promise<unknown> =>
    harness.call("proxmox_guest_snapshot", { action: "create", vmid, snapname })
      .then((answer) => assertDone(answer, /^Took snapshot/));
  await Promise.all([
    ...["a1", "a2", "a3"].map((name) => snapshot(104, name)),
    ...["b1", "b2"].map((name) => snapshot(107, name)),
  ]);
  const order = simulator.requests.filter(({ method, path }) =>
    method === "POST" && path.includes("/qemu/104/")
  );
  assertEquals(order.map(({ body }) => /snapname=(\w+)/.exec(body)?.[1]), ["a1", "a2", "a3"]);
  const tasks = [...simulator.cluster.tasks.all()].filter(({ type }) => type === "qmsnapshot");
  const of = (id: string) => tasks.filter((task) => task.id === id && task.user.includes("!demo"));
  assertEquals([of("104").length, of("107").length], [3, 2]);
  for (const [index, task] of of("104").entries()) {
    const before = of("104")[index - 1]?.end?.time ?? 0;
    assert(task.starttime >= before, "one after another");
  }
  const [first] = of("107");
  assert((first?.starttime ?? 0) < (of("104")[1]?.starttime ?? 0), "side by side");
});

Deno.test("the rate limit says how long it made a call wait, and is silent when it did not", async () => {
  await using harness = await connect({ settings: { RATE_LIMIT: "2" } });
  const { text } = await harness.call("proxmox_guest_start", { vmid: 107 });
  assertMatch(text, new RegExp(`PROXMOX_RATE_LIMIT delayed this call by ${span(3)}$`));
  harness.clock.advance(10_000);
  const free = await harness.call("proxmox_node", { action: "list" });
  assert(!free.text.includes("RATE_LIMIT"), free.text);
});

const EMPTY: readonly (readonly [tool: string, args: Record<string, unknown>, hint: RegExp])[] = [
  ["proxmox_guest_list", { filter: "name=nope" }, /None of the 15 rows fits filter="name=nope"/],
  ["proxmox_guest_list", { offset: 400 }, /offset=400 is behind the last of 15 rows/],
  ["proxmox_user", { action: "list" }, /User\.Modify or Sys\.Audit/],
  ["proxmox_node_task", { action: "list" }, /Sys\.Audit on \/nodes/],
  ["proxmox_sdn_zone", { action: "list" }, /SDN\.Audit on \/sdn/],
];

for (const [tool, args, hint] of EMPTY) {
  Deno.test(`an empty list says why it may be: ${tool} ${JSON.stringify(args)}`, async () => {
    await using harness = await connect({ token: "limited" });
    const answer = await harness.call(tool, args);
    assertDone(answer);
    assertMatch(answer.text, hint);
    assert(JSON.stringify(answer.structured.notes).length > 10);
  });
}

Deno.test("a page behind the last row is told by the offset that was asked for", async () => {
  await using harness = await connect();
  const tasks = await harness.call("proxmox_node_task", { action: "list", offset: 100, limit: 2 });
  assertMatch(tasks.text, /offset=100 is behind the last of 9 rows/);
});

const STORAGES = "Datastore.Audit or Datastore.AllocateSpace on /storage";
const UNSEEN: readonly (readonly [tool: string, args: Record<string, unknown>, takes: string])[] = [
  ["proxmox_storage_config", { action: "list" }, STORAGES],
  ["proxmox_storage_config", { action: "cluster_usage" }, STORAGES],
  ["proxmox_api_call", { operation: "GET /nodes/pve1/storage" }, STORAGES],
  ["proxmox_pool", { action: "list" }, "Pool.Audit on /pool"],
];

for (const [tool, args, takes] of UNSEEN) {
  Deno.test(`a list of what the token may not see is no empty list: ${tool}`, async () => {
    await using blind = await connect({ token: "limited" });
    const reason = `Reason: The token may see none: that takes ${takes}`;
    const answer = await blind.call(tool, args);
    assertFailed(answer, /^Whether there are (?:storages|pools) cannot be seen$/);
    assertEquals(answer.text.split("\n")[1], reason);
  });
}

Deno.test("a token that sees storages and no guest is not told that there is no guest", async () => {
  await using harness = await connect({ token: "limited" });
  const { cluster } = harness.simulator;
  cluster.table("access.acl").clear();
  grant(cluster, "/storage", "users", "viewer@pve", "PVEDatastoreUser");
  const answer = await harness.call("proxmox_guest_list", {});
  assertFailed(answer, /^Whether there are guests cannot be seen$/);
  assertDone(await harness.call("proxmox_storage_config", { action: "cluster_usage" }));
});

Deno.test("a token with a pool that has no members yet is told that there is none, or none to be seen", async () => {
  await using harness = await connect({ token: "limited" });
  const { cluster } = harness.simulator;
  cluster.table("access.acl").clear();
  grant(cluster, "/pool/new", "users", "viewer@pve", "PVEAdmin");
  for (const args of [{}, { type: "qemu" }]) {
    const answer = await harness.call("proxmox_guest_list", args);
    assertDone(answer);
    assertMatch(answer.text, /There is none.*, or the token may not see it: that takes VM\.Audit/);
  }
});

Deno.test("whether there is none is known to a token that sees all, and not to one that sees some", async () => {
  const content = { action: "list", storage: "local", node: "pve1", content: "images" };
  const noteTo = async (...grants: readonly (readonly [path: string, role: string])[]) => {
    await using harness = await connect({ token: "limited" });
    for (const [path, role] of grants) {
      grant(harness.simulator.cluster, path, "users", "viewer@pve", role);
    }
    return (await harness.call("proxmox_storage_content", content)).text;
  };
  const none = /\n• There is none with content=images$/;
  assertMatch(await noteTo(["/storage", "PVEDatastoreAdmin"]), none);
  assertMatch(await noteTo(["/storage", "PVEDatastoreUser"], ["/vms", "PVEVMAdmin"]), none);
  assertMatch(
    await noteTo(["/storage", "PVEDatastoreUser"], ["/vms/107", "PVEVMAdmin"]),
    /There is none with content=images, or the token may not see it: that takes VM\.Config\.Disk on \/vms and Datastore\.Audit on \/storage\/local, or Datastore\.Allocate on \/storage\/local$/,
  );
  assertMatch(
    await noteTo(["/storage", "PVEDatastoreUser"]),
    /^❌ Error: Whether there are disks cannot be seen\n/,
  );
});

Deno.test("a list of thousands is bounded, says the total, and can be read to its end", async () => {
  await using harness = await connect({ simulator: { guests: 1_500 } });
  const seen = new Set<unknown>();
  let offset: unknown = 0;
  while (offset !== undefined) {
    const args = { limit: 10_000, offset, fields: "all" };
    const answer = await harness.call("proxmox_guest_list", args);
    assert(answer.text.length < 30_000, `${answer.text.length} characters`);
    assertEquals(answer.structured.total, 1_500);
    for (const row of rowsOf(answer)) seen.add(row.vmid);
    offset = answer.structured.next_offset;
  }
  assertEquals(seen.size, 1_500);
});

Deno.test("an empty list names the arguments that chose among the rows", async () => {
  await using harness = await connect();
  const noteOf = async (tool: string, args: Record<string, unknown>): Promise<unknown> =>
    ((await harness.call(tool, args)).structured.notes as string[]).at(-1);
  const lxc = { type: "lxc", node: "pve3", filter: "status=stopped" };
  assertEquals(
    await noteOf("proxmox_guest_list", lxc),
    'None of the 15 rows fits type=lxc node=pve3 filter="status=stopped"',
  );
  assertMatch(
    String(await noteOf("proxmox_acl", { action: "get", path: "/x" })),
    /^None of the \d+ rows fits path=\/x$/,
  );
  const content = { action: "list", storage: "local", node: "pve1", content: "images" };
  assertMatch(
    String(await noteOf("proxmox_storage_content", content)),
    /^There is none with content=images$/,
  );
});

Deno.test("a task that failed is explained as a refusal is", async () => {
  await using harness = await connect();
  const message = "bridge 'vmbr9' does not exist";
  harness.simulator.faults.add({ kind: "task-fails", type: "qmstart", message });
  const { text, isError } = await harness.call("proxmox_guest_start", { vmid: 107 });
  assertEquals(isError, true);
  assertMatch(text, /proxmox_node action=network shows the bridges of a node/);
});
