import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness, rowsOf, type ToolAnswer } from "../../harness.ts";
import { assertDone, assertFailed } from "../../outcome.ts";

const TOOL = "proxmox_guest_list";

/** The answer, and the paths of the requests that it took. */
async function asked(
  harness: Harness,
  args: Readonly<Record<string, unknown>>,
): Promise<{ readonly answer: ToolAnswer; readonly paths: string[] }> {
  const before = harness.simulator.requests.length;
  const answer = await harness.call(TOOL, args);
  const paths = harness.simulator.requests.slice(before).map(({ path }) =>
    path.replace("/api2/json", "")
  );
  return { answer, paths };
}

function numbers(answer: ToolAnswer): unknown[] {
  return rowsOf(answer).map(({ vmid }) => vmid);
}

Deno.test("one call tells which node carries the most memory of running guests, of 5,000", async () => {
  await using harness = await connect({ simulator: { guests: 5_000 } });
  const { answer, paths } = await asked(harness, {
    filter: "status=running",
    group: "node",
    sort: "-mem",
  });
  assertDone(answer, /^Guests: \d+ in 3 groups$/);
  assertEquals(paths, ["/cluster/resources"]);
  const { data } = await harness.services.pve.request("GET /cluster/resources", { type: "vm" });
  const memory = new Map<string, number>();
  for (const { node, status, mem } of data as { node: string; status: string; mem: number }[]) {
    if (status === "running") memory.set(node, (memory.get(node) ?? 0) + mem);
  }
  const [first] = rowsOf(answer);
  const [greatest] = [...memory].toSorted(([, one], [, other]) => other - one);
  assertEquals([first?.node, first?.mem], greatest);
});

Deno.test("one call tells what is paused, locked, or waits for a reboot", async () => {
  await using harness = await connect();
  await harness.call("proxmox_guest_pause", { vmid: "db01" });
  await harness.call("proxmox_guest_config_update", { vmid: "db02", memory: 8192 });
  const { answer, paths } = await asked(harness, {
    filter: "state=paused or state=locked or pending!=",
    fields: "vmid,state,lock,pending",
  });
  const found = new Map(rowsOf(answer).map((row) => [row.vmid, row]));
  assertEquals(found.get(102)?.state, "paused");
  assertEquals(found.get(103)?.pending, "memory");
  assertEquals(found.get(108), {
    vmid: 108,
    state: "running, locked",
    lock: "backup",
    pending: null,
  });
  assert(!found.has(100), answer.text);
  const perNode = paths.filter((path) => path.endsWith("/qemu"));
  assertEquals(perNode.sort(), ["/nodes/pve1/qemu", "/nodes/pve2/qemu", "/nodes/pve3/qemu"]);
  // A guest that is off has nothing that waits.
  assert(!paths.includes("/nodes/pve2/qemu/106/pending"), paths.join("\n"));
});

Deno.test("the state is asked of nodes with running VMs that may fit, when it is asked for", async () => {
  await using harness = await connect();
  await harness.call("proxmox_guest_pause", { vmid: "db01" });
  harness.clock.advance(15_000); // What was just changed is asked again.
  const calls: readonly (readonly [Record<string, unknown>, string[]])[] = [
    [{}, []],
    [{ filter: "status=running" }, []],
    [{ type: "lxc", fields: ["vmid", "state"] }, []],
    [{ filter: "state=paused node=pve2" }, ["/nodes/pve2/qemu"]],
    [{ filter: "status=paused node=pve2" }, ["/nodes/pve2/qemu"]],
    [{ filter: "paused node=pve2" }, ["/nodes/pve2/qemu"]],
  ];
  for (const [args, wanted] of calls) {
    const { answer, paths } = await asked(harness, args);
    const label = JSON.stringify(args);
    assertEquals(paths, ["/cluster/resources", ...wanted], label);
    if (wanted.length > 0) assertEquals(numbers(answer), [102], label);
  }
});

Deno.test("further columns are asked of the guests of the page alone, when they decide nothing", async () => {
  await using harness = await connect();
  const { answer, paths } = await asked(harness, {
    fields: ["vmid", "ostype", "notes", "storages", "addresses"],
    sort: ["-vmid"],
    filter: "type=lxc status=running",
    limit: 1,
  });
  assertEquals(paths, [
    "/cluster/resources",
    "/nodes/pve2/lxc/203/pending",
    "/nodes/pve2/lxc/203/interfaces",
  ]);
  const [row] = rowsOf(answer);
  assertEquals(row, {
    vmid: 203,
    ostype: "debian",
    notes: "Prometheus and Grafana\n",
    storages: "tank",
    addresses: "198.51.100.204/24",
  });
  assertEquals((answer.structured as { total: number }).total, 4);
});

Deno.test("what could not be read is said, and the rest is there", async () => {
  await using harness = await connect();
  const { answer } = await asked(harness, { fields: ["vmid", "addresses"], filter: "node=pve3" });
  assertDone(answer);
  assert(answer.text.includes("addresses of gitlab, ci-runner01 not known:"), answer.text);
});

Deno.test("more guests than one call can look into are refused, and how to ask for fewer is said", async () => {
  await using harness = await connect({ simulator: { guests: 5_000 } });
  const { answer, paths } = await asked(harness, { filter: "notes!=" });
  assertFailed(answer, /^Cannot look into \d+ guests in one call$/, /500 are the most/);
  assertEquals(paths, ["/cluster/resources"]);
});

Deno.test("filters take what the list displays, and a page that is cut says so", async () => {
  await using harness = await connect({ simulator: { guests: 5_000 } });
  const shown = (await asked(harness, { filter: "maxmem=4.00 GiB" })).answer;
  const typed = (await asked(harness, { filter: "maxmem=4GiB" })).answer;
  assert(numbers(shown).length > 0, shown.text);
  assertEquals(numbers(shown), numbers(typed));
  for (const filter of ["cpu>10%", "uptime<1d status=running", "mem>80%"]) {
    assertDone((await asked(harness, { filter })).answer, /^Guests: [1-9]/, filter);
  }
  const cut = (await asked(harness, { limit: 5_000 })).answer;
  assertEquals(cut.structured.cut_for_size, true);
  assert(/shown, cut for size; offset \d+ for more/.test(cut.text));
});

Deno.test("a guest is found by its address, and a field that no row has is known all the same", async () => {
  await using harness = await connect();
  const args = { fields: ["vmid", "addresses"] };
  const found = await asked(harness, { ...args, filter: "addresses=198.51.100.102" });
  assertEquals(numbers(found.answer), [101]);
  assertDone((await asked(harness, { ...args, filter: "nobody" })).answer, /^Guests: 0/);
});
