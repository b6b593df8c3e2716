import { assertEquals } from "../../assert.ts";
import { connect, rowsOf } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

Deno.test("proxmox_node_task lists tasks of all nodes, newest first, and of one", async () => {
  await using harness = await connect();
  const all = rowsOf(await harness.call("proxmox_node_task", { action: "list" }));
  const times = all.map((row) => Number(row.starttime));
  assertEquals(times, times.toSorted((one, other) => other - one));
  assertEquals([...new Set(all.map((row) => row.node))].toSorted(), ["pve1", "pve2", "pve3"]);
  const page = await harness.call("proxmox_node_task", { action: "list", limit: 2, offset: 1 });
  assertEquals(rowsOf(page), all.slice(1, 3));
  assertEquals(page.structured.total, all.length);
  assertEquals(page.structured.next_offset, 3);
  const ofOne = rowsOf(await harness.call("proxmox_node_task", { action: "list", node: "pve3" }));
  assertEquals(ofOne, all.filter((row) => row.node === "pve3"));
});

testSteps("proxmox_node_task narrows the list by PVE's filters and by words", "proxmox_node_task", [
  {
    call: { action: "list", typefilter: "qmstart" },
    says: ["Tasks: 2"],
    rows: [{ type: "qmstart", id: "107" }],
  },
  { call: { action: "list", vmid: 107, errors: true }, says: ["Tasks: 1", "start failed"] },
  {
    call: { action: "list", filter: "vzdump", limit: 1 },
    says: ["Tasks: 3"],
    content: { total: 3, next_offset: 1 },
  },
  { call: { action: "list", node: "pve1", limit: "x" }, fails: true, says: ["limit: "] },
]);

Deno.test("proxmox_node_task shows, waits for and stops a task by its UPID alone", async () => {
  await using harness = await connect({ simulator: { taskSpeed: 0.01 } });
  const started = await harness.call("proxmox_apt", { action: "update", node: "pve2", wait: 0 });
  const upid = (started.structured.task as { upid: string }).upid;
  await walk(harness, "proxmox_node_task", [
    {
      call: { action: "get", upid },
      says: ["Task aptupdate", "is running"],
      data: { node: "pve2" },
    },
    { call: { action: "log", upid, limit: 1, start: 0 }, says: ["Log of the task: line"] },
    {
      call: { action: "wait", upid, wait: 1, node: "pve1" },
      says: ["still running", "The task is on pve2, not on pve1"],
    },
    {
      call: { action: "stop", upid },
      says: ["Task aptupdate has ended"],
      sends: `DELETE /nodes/pve2/tasks/${upid}`,
    },
    { call: { action: "list", node: "pve2", filter: "aptupdate" }, says: ["Tasks of pve2: 1"] },
  ]);
});

Deno.test("the newest lines of a log are without overtaken progress, those that are asked for whole", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  const progress = Array.from({ length: 100 }, (_, i) => `INFO: ${i + 1}% (${i} of 100 MiB)`);
  const upid = cluster.startTask({
    ...{ node: "pve2", type: "vzdump", id: "102", user: "root@pam", ms: 1 },
    log: ["INFO: begin", ...progress, "INFO: end"],
    finish: () => undefined,
  });
  await harness.call("proxmox_node_task", { action: "wait", upid });
  const kept = ["INFO: begin", "INFO: 100% (99 of 100 MiB)", "INFO: end"];
  await walk(harness, "proxmox_node_task", [
    {
      call: { action: "log", upid },
      says: ["lines 1 to 103 of 103, 99 of progress left out", ...kept],
      hides: ["INFO: 99%"],
    },
    { call: { action: "get", upid }, says: kept, hides: ["INFO: 99%", "of progress"] },
    { call: { action: "log", upid, start: 0 }, says: ["INFO: 1% (0", "INFO: 2% (1"] },
    { call: { action: "log", upid, start: 0, limit: 500 }, says: ["INFO: 1% (0", "INFO: 99% (98"] },
    { call: { action: "log", upid, filter: "99%" }, says: ["INFO: 99% (98"] },
    {
      call: { action: "log", upid, limit: 1 },
      says: ["lines 103 to 103 of 103"],
      hides: ["of progress"],
    },
  ]);
});

Deno.test("proxmox_node_task tells how a task ended", async () => {
  await using harness = await connect();
  const list = await harness.call("proxmox_node_task", { action: "list" });
  const upidOf = (type: string, node: string): unknown =>
    rowsOf(list).find((row) => row.type === type && row.node === node)?.upid;
  const failed = upidOf("qmstart", "pve3");
  await walk(harness, "proxmox_node_task", [
    {
      call: { action: "get", upid: failed },
      says: ["ended: start failed", "Log:"],
      data: { exitstatus: /./ },
    },
    { call: { action: "wait", upid: failed }, fails: true, says: ["Task qmstart failed"] },
    { call: { action: "wait", upid: upidOf("aptupdate", "pve3") }, says: ["The task has ended"] },
    { call: { action: "get", upid: "nonsense" }, fails: true, says: ["It is not a UPID"] },
    { call: { action: "log" }, fails: true, says: ["upid: is missing"] },
    {
      call: { action: "get", upid: "UPID:pve1:00000001:00000001:00000001:qmstart:100:root@pam:" },
      fails: true,
      says: ["no such task"],
    },
  ]);
});

Deno.test("proxmox_node_task lists the tasks of the nodes that answer", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({
    kind: "status",
    status: 595,
    message: "No route to host",
    match: { path: "/nodes/pve3/tasks" },
  });
  await walk(harness, "proxmox_node_task", [
    {
      call: { action: "list" },
      says: ["pve3 did not answer"],
      rows: [{ node: "pve1" }],
      noRows: [{ node: "pve3" }],
    },
    { call: { action: "list", node: "pve3" }, fails: true, says: ["offline or cut off"] },
  ]);
});

Deno.test("proxmox_node_task names the token that started a task, and finds what runs", async () => {
  await using harness = await connect({ simulator: { taskSpeed: 0.01 } });
  await harness.call("proxmox_apt", { action: "update", node: "pve2", wait: 0 });
  await walk(harness, "proxmox_node_task", [
    {
      call: { action: "list", filter: "running" },
      says: ["Tasks: 1"],
      rows: [{ type: "aptupdate", node: "pve2", user: "root@pam!demo" }],
    },
    {
      call: { action: "list", userfilter: "root@pam!demo", since: "1h" },
      rows: [{ type: "aptupdate" }],
    },
    { call: { action: "list", typefilter: "aptupdate", since: "in 1h" }, says: ["Tasks: 0"] },
  ]);
});
