/** What a dry run says of each guest in an operation on many, beside what becomes of it. */
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { changes } from "../../guard/late.ts";
import { tokens } from "../../mcp/tool_lists.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import { assertDone, assertFailed, assertUnconfirmed, hasRow } from "../../outcome.ts";

const BULK = "proxmox_node_bulk";
const DRAIN = { action: "migrate_all", node: "pve3", target: "pve2", maxworkers: 2 };

type Args = Readonly<Record<string, unknown>>;

/** What is planned for each guest, by number. */
async function planOf(harness: Harness, args: Args): Promise<Map<number, string>> {
  const answer = await harness.call(BULK, { ...args, dry_run: true });
  assertDone(answer);
  assertEquals(changes(harness), []);
  return new Map(
    rowsOf(answer).filter(({ guest }) => guest !== undefined && guest !== "all").map((row) => [
      Number(/\d+/.exec(String(row.guest))?.[0]),
      `${row.verdict}: ${row.what}`,
    ]),
  );
}

function configure({ cluster }: Simulator, vmid: number, config: Args): void {
  Object.assign(cluster.guests.get(vmid)!.config, config);
}

Deno.test("of a node that is drained it tells where each guest goes, and which stay and why", async () => {
  const cases: readonly (readonly [Args, (simulator: Simulator) => void])[] = [
    [{ "with-local-disks": true }, () => {}],
    [{}, () => {}],
    [{ "with-local-disks": true }, (simulator) => {
      configure(simulator, 104, { usb0: "host=1234:5678" });
      configure(simulator, 201, { lock: "backup" });
      configure(simulator, 107, { ide2: "local:iso/virtio-win-0.1.285.iso,media=cdrom" });
    }],
    [{ "with-local-disks": true }, ({ cluster }) => {
      cluster.storages.definitions.get("local-lvm")!.nodes = "pve1,pve3";
    }],
  ];
  for (const [args, seed] of cases) {
    await using harness = await connect();
    seed(harness.simulator);
    const plan = await planOf(harness, { ...DRAIN, ...args });
    const { guests } = harness.simulator.cluster;
    assertEquals([...plan.keys()].sort(), [104, 105, 107, 201]);
    assertDone(await harness.call(BULK, { ...DRAIN, ...args }));
    await harness.clock.advance(60_000);
    for (const [vmid, words] of plan) {
      const stays = guests.get(vmid)!.node === "pve3";
      assertEquals(words.startsWith("stops it: stays"), stays, `${vmid} ${words}`);
    }
  }
});

Deno.test("it tells how each moves, what else would take what stays, and what HA does", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  cluster.table("ha.resources").set("ct:201", { type: "ct", state: "started" } as never);
  cluster.table("ha.rules").set("home", {
    ...{ type: "node-affinity", resources: "ct:201", nodes: "pve1:2,pve3" },
  } as never);
  const plan = await planOf(harness, { ...DRAIN, "with-local-disks": true });
  assertEquals(plan.get(104), "fine: pve2, live, copying its local disks");
  assertMatch(plan.get(107) ?? "", /^stops it: stays: snapshots of local scsi0 on local-lvm$/);
  assertMatch(plan.get(201) ?? "", /^warns: pve2, by restart, .*HA rule home has it on pve1$/);
  cluster.storages.definitions.get("local-lvm")!.nodes = "pve1,pve3";
  const other = await planOf(harness, { ...DRAIN, "with-local-disks": true });
  assertMatch(other.get(104) ?? "", /pve2 has no local-lvm; pve1 would take it$/);
});

Deno.test("memory that the target lacks is told of the guest for which it does not suffice", async () => {
  await using harness = await connect();
  const plan = await planOf(harness, {
    ...{ action: "migrate_all", node: "pve1", target: "pve3" },
    ...{ maxworkers: 1, "with-local-disks": true },
  });
  const words = [...plan.values()].filter((each) => /may use .* of memory/.test(each));
  assert(words.length > 0, JSON.stringify([...plan]));
  assert(words.length < plan.size, JSON.stringify([...plan]));
  assertMatch(words[0] ?? "", /^warns: pve3, .*; pve2 would take it$/);
});

Deno.test("a dry run chooses the target, and its code goes there; no other call does", async () => {
  await using harness = await connect();
  const { target: _target, ...args } = { ...DRAIN, "with-local-disks": true };
  const answer = await harness.call(BULK, { ...args, dry_run: true });
  assertMatch(answer.text, /Request 1: POST \/nodes\/pve3\/migrateall .*target=pve[12]/);
  assertFailed(await harness.call(BULK, args), /migrate_all/);
  assertUnconfirmed(await harness.call(BULK, { ...args, confirm: "yes" }), /waits to be confirmed/);
  assertEquals(changes(harness), []);
  const [, confirm] = /confirm=([\w.-]+)/.exec(answer.text) ?? [];
  assertDone(await harness.call(BULK, { ...args, confirm }));
  assertEquals(changes(harness), ["POST /nodes/pve3/migrateall"]);
});

Deno.test("Proxmox VE wants a number of workers for many moves", async () => {
  await using harness = await connect();
  delete harness.simulator.cluster.table("datacenter").get("options")?.max_workers;
  const operation = "POST /nodes/pve3/migrateall";
  const args = { operation, params: { target: "pve2" } };
  const planned = await harness.call("proxmox_api_call", { ...args, dry_run: true });
  assert(hasRow(planned, { verdict: "stops it", guest: "all", what: /maxworkers/ }), planned.text);
  const called = await harness.call("proxmox_api_call", args);
  assertEquals(called.isError, true);
  assertMatch(called.text, /max_workers/);
});

Deno.test("of a node that is stopped or started it tells which guests are left as they are", async () => {
  for (const [action, node] of [["stop_all", "pve1"], ["start_all", "pve2"]] as const) {
    await using harness = await connect();
    configure(harness.simulator, 204, { onboot: 1 });
    const plan = await planOf(harness, { action, node });
    assert(plan.size > 0);
    const { guests } = harness.simulator.cluster;
    const before = new Map([...guests].map(([vmid, { status }]) => [vmid, status]));
    assertDone(await harness.call(BULK, { action, node }));
    await harness.clock.advance(400_000);
    for (const [vmid, words] of plan) {
      const changed = guests.get(vmid)!.status !== before.get(vmid);
      assertEquals(words.startsWith("fine"), changed, `${action} ${vmid} ${words}`);
    }
  }
});

Deno.test("what is lost by stopping all is what stops: not guests under HA, nor those that are locked", async () => {
  for (const vms of [undefined, "100,103,108"]) {
    await using harness = await connect();
    const args = { action: "stop_all", node: "pve1", ...(vms === undefined ? {} : { vms }) };
    const { text } = await harness.call(BULK, { ...args, dry_run: true });
    const lost = text.split("\n").find((line) => line.includes("Lost: ") && !line.includes("lock"));
    const named = [...(lost ?? "").matchAll(/\((\d+)\)/g)].map(([, vmid]) => Number(vmid));
    const { guests } = harness.simulator.cluster;
    const ran = [...guests.values()].filter(({ status }) => status === "running");
    await harness.call(BULK, args);
    // HA looks, has it done, and looks again.
    for (let times = 0; times < 4; times++) {
      await harness.clock.advance(100_000);
      harness.simulator.cluster.tasks.settle();
    }
    const down = ran.filter(({ vmid }) => guests.get(vmid)!.status !== "running");
    assertEquals(named.sort(), down.map(({ vmid }) => vmid).sort(), text);
    assert(!named.includes(108));
  }
});

Deno.test("of a node that is drained, what HA keeps apart from a guest of the target stays", async () => {
  await using harness = await connect();
  const drain = { action: "migrate_all", node: "pve1", maxworkers: 2, "with-local-disks": true };
  const apart = await planOf(harness, { ...drain, target: "pve2" });
  assertMatch(apart.get(100) ?? "", /^stops it: stays: HA keeps it apart from vm:101 there; pve3/);
  const free = await planOf(harness, { ...drain, target: "pve3" });
  assertMatch(free.get(100) ?? "", /^warns: pve3, live; HA rule prefer-first-node has it on pve1$/);
  await harness.call(BULK, { ...drain, target: "pve2" });
  await harness.clock.advance(400_000);
  assertEquals(harness.simulator.cluster.guests.get(100)?.node, "pve1");
});

Deno.test("of a node of 8.4 that is drained, what a group of HA has elsewhere is told", async () => {
  await using harness = await connect({ simulator: { release: "8.4" } });
  const { cluster } = harness.simulator;
  cluster.table("ha.groups").set("home", { type: "group", nodes: "pve1", restricted: 1 } as never);
  cluster.table("ha.resources").set("vm:100", { state: "started", group: "home" } as never);
  const drain = { action: "migrate_all", node: "pve1", maxworkers: 2, "with-local-disks": true };
  const plan = await planOf(harness, { ...drain, target: "pve3" });
  assertMatch(plan.get(100) ?? "", /^warns: pve3, live; HA group home has it on pve1$/);
});

Deno.test("what has to move for work on a node, and what cannot, is one short answer", async () => {
  for (const node of ["pve1", "pve2", "pve3"]) {
    await using harness = await connect({ elevated: false });
    const { text } = await harness.call(BULK, { action: "migrate_all", node, dry_run: true });
    assertMatch(text, /of \d guests \d cannot take part/);
    assert(tokens(text) <= 1_200, `${tokens(text)} tokens:\n${text}`);
  }
});
