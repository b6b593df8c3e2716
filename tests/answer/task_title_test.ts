/** Titles of tasks that go on, whichever way they were started. */
import { taskTitle } from "../../src/answer/task_title.ts";
import { assert, assertEquals } from "../assert.ts";
import { connect } from "../harness.ts";

const GOES_ON = "has started and goes on";

Deno.test("the title of a task that goes on says what goes on, through tools and the gateway", async () => {
  const backup = { node: "pve1", vmid: "100", storage: "nas" };
  const calls = [
    [
      "proxmox_backup",
      { action: "create", vmid: "web01", storage: "nas" },
      "Backing up web01 (100)",
    ],
    [
      "proxmox_api_call",
      { operation: "POST /nodes/pve1/vzdump", params: backup },
      "Backing up 100",
    ],
    ["proxmox_guest_migrate", { vmid: "db01", target: "pve3" }, "Migrating db01 (102) to pve3"],
    ["proxmox_guest_clone", { vmid: 107, newid: 901 }, "Cloning win11-test (107) to 901"],
    ["proxmox_apt", { action: "update", node: "pve1" }, "Updating the package index on pve1"],
    ["proxmox_node_bulk", { action: "start_all", node: "pve2" }, "Starting the guests on pve2"],
  ] as const;
  for (const [tool, args, words] of calls) {
    await using harness = await connect();
    harness.simulator.faults.add({ kind: "task-endless" });
    const { text, structured } = await harness.call(tool, args);
    assertEquals(structured.summary, `${words} ${GOES_ON}`);
    assert(text.includes(`${words} ${GOES_ON}\n`), text);
    const { upid } = structured.task as { readonly upid: string };
    const waited = await harness.call("proxmox_node_task", { action: "wait", upid, wait: 1 });
    assert(waited.text.includes(GOES_ON), waited.text);
  }
});

Deno.test("taskTitle() names what it has no words for, and a job about several guests", () => {
  const titleOf = (type: string, id: string): string =>
    taskTitle({ upid: "", node: "pve1", type, id, state: "running", waited: 1, log: [] });
  assertEquals(titleOf("cephcreateosd", "sdb"), "The task cephcreateosd on pve1");
  assertEquals(titleOf("constructor", ""), "The task constructor on pve1");
  assertEquals(titleOf("vzdump", ""), "Backing up guests on pve1");
  assertEquals(titleOf("hastop", "101"), "Stopping 101");
  assertEquals(titleOf("download", "debian.iso"), "Downloading debian.iso");
});
