/** Answers leave out what says nothing, and structured content says units once. */
import { rangesOf } from "../../src/base/text/ranges.ts";
import { assert, assertEquals } from "../assert.ts";
import { connect, rowsOf } from "../harness.ts";
import { assertFailed, hasRow } from "../outcome.ts";

Deno.test("pressure that is not there is not shown, unless it is asked for", async () => {
  await using harness = await connect();
  const call = async (args: Record<string, unknown>): Promise<string> =>
    JSON.stringify(
      (await harness.call("proxmox_guest_status", { vmid: "web01", ...args })).structured,
    );
  assert(!(await call({})).includes("pressure"));
  assert((await call({ fields: ["pressurecpusome"] })).includes('"pressurecpusome":0'));
  const series = await harness.call("proxmox_guest_rrddata", { vmid: "web01" });
  assert(!series.text.includes("pressure"), series.text);
});

Deno.test("what is 0 of its nature is not shown: HA that does not manage, the load of what is off", async () => {
  await using harness = await connect();
  const status = async (vmid: number, more = {}): Promise<Record<string, unknown>> =>
    (await harness.call("proxmox_guest_status", { vmid, ...more })).structured
      .data as Record<string, unknown>;
  await harness.call("proxmox_guest_stop", { vmid: 104 });
  const off = await status(104);
  assertEquals(off.status, "stopped");
  for (const name of ["ha", "cpu", "uptime", "netin", "disk"]) assertEquals(off[name], undefined);
  const running = await status(103);
  assertEquals([running.ha, running.disk], [undefined, undefined]);
  assertEquals(Object.keys(running).includes("netin"), true);
  assertEquals((await status(100)).ha, { managed: 1, state: "started" });
  assertEquals(await status(104, { fields: ["uptime", "ha"] }), { uptime: 0, ha: { managed: 0 } });
});

Deno.test("units stand beside the columns, cells stay numbers, and the text is not there again", async () => {
  await using harness = await connect();
  const { structured, text } = await harness.call("proxmox_guest_list", {
    fields: ["name", "mem", "cpu", "uptime"],
    filter: "name=web01",
  });
  assertEquals(structured.units, { mem: "B", cpu: "fraction", uptime: "s" });
  const [row] = structured.rows as unknown[][];
  assertEquals(row?.map((cell) => typeof cell), ["string", "number", "number", "number"]);
  assert(!JSON.stringify(structured).includes("GiB"), text);
});

Deno.test("a task that went well is told without its number and its log", async () => {
  await using harness = await connect();
  const args = { action: "create", vmid: "web01", snapname: "short" };
  const { text, structured } = await harness.call("proxmox_guest_snapshot", args);
  assert(!text.includes("UPID"), text);
  const task = structured.task as Record<string, unknown>;
  assertEquals([task.exitstatus, task.upid, task.log], ["OK", undefined, undefined]);
  const byHa = await harness.call("proxmox_guest_shutdown", { vmid: "web01" });
  assertEquals((byHa.structured.task as Record<string, unknown>).type, "hastop");
  assert(!/UPID|Requesting HA/.test(byHa.text), byHa.text);
});

Deno.test("a shared storage is one row, with the nodes that have it", async () => {
  await using harness = await connect();
  const answer = await harness.call("proxmox_storage_config", { action: "cluster_usage" });
  const nodes = rowsOf(answer).filter(({ storage }) => storage === "nas").map(({ node }) => node);
  assertEquals(nodes, ["pve1, pve2, pve3"]);
  assertEquals(rowsOf(answer).filter(({ storage }) => storage === "local").length, 3);
  const one = await harness.call("proxmox_storage_config", {
    action: "cluster_usage",
    filter: "node=pve2",
  });
  assert(hasRow(one, { storage: "nas" }), one.text);
});

Deno.test("names that are counted on are ranges, in errors and in what the search tells", async () => {
  assertEquals(
    rangesOf(["ide0", "ide1", "ide2", "efidisk0", "a1", "a2", "b"]),
    ["ide0…2", "efidisk0", "a1", "a2", "b"],
  );
  await using harness = await connect();
  const wrong = await harness.call("proxmox_guest_disk_move", {
    ...{ vmid: "db02", disk: "scsi0", storage: "tank" },
    "target-disk": "zz9",
  });
  assertFailed(wrong);
  assert(wrong.text.includes("unused0…255"), wrong.text);
  const found = await harness.call("proxmox_api_search", {
    query: "POST /nodes/{node}/qemu/{vmid}/move_disk",
  });
  assert(hasRow(found, { name: "disk", values: /scsi0…30\/.*unused0…255$/ }), found.text);
});
