import { connect, type Harness } from "../harness.ts";
import { assertDone, assertFailed } from "../outcome.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { lockMessage } from "../../src/call/lock_retry.ts";
import { ToolError } from "../../src/tool/answer.ts";

/** Starts a backup of a running guest: it holds the guest until it is done. */
async function startBackup(harness: Harness): Promise<string> {
  const args = { action: "create", vmid: 104, storage: "nas", wait: 0 };
  const { structured, text } = await harness.call("proxmox_backup", args);
  const task = structured.task as { readonly upid: string } | undefined;
  assert(task, text);
  return task.upid;
}

function changesTo({ simulator }: Harness, path: string): number {
  return simulator.requests.filter((each) => each.method !== "GET" && each.path.endsWith(path))
    .length;
}

Deno.test("a change that meets a lock waits for the task that holds it", async () => {
  await using harness = await connect();
  await startBackup(harness);
  const heard: string[] = [];
  const call = {
    name: "proxmox_guest_snapshot",
    arguments: { action: "create", vmid: 104, snapname: "after" },
  };
  const { content, isError } = await harness.client.callTool(call, undefined, {
    onprogress: ({ message = "" }) => void heard.push(message),
  });
  assertMatch(JSON.stringify(content), /Took snapshot \\"after\\" of gitlab/);
  assert(!isError);
  assert(heard.includes("Waiting for vzdump of 104"), heard.join("\n"));
  assert(changesTo(harness, "/qemu/104/snapshot") > 1);
});

Deno.test("a lock that does not pass in time names its owner", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "task-endless", type: "vzdump" });
  const upid = await startBackup(harness);
  const args = { vmid: 104, memory: 1024, wait: 20 };
  const answer = await harness.call("proxmox_guest_config_update", args);
  const { text } = answer;
  assertFailed(answer, /^gitlab \(104, VM on pve3, running\) is locked/, /^VM is locked/);
  assert(text.includes(`vzdump of root@pam!demo is working on it: ${upid}`), text);
  assertMatch(text, /action=wait with that upid/);
});

Deno.test("a backup of several guests is named as the owner of each one's lock", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "task-endless", type: "vzdump" });
  const job = { node: "pve3", vmid: "104,105", storage: "nas" };
  const { data } = await harness.services.pve.request("POST /nodes/{node}/vzdump", job);
  const args = { action: "create", vmid: 104, snapname: "after", wait: 5 };
  const answer = await harness.call("proxmox_guest_snapshot", args);
  const { text } = answer;
  assertFailed(answer, /is locked$/, /^VM is locked \(backup\)/);
  assert(text.includes(`vzdump of root@pam!demo is working on it: ${data}`), text);
  assertMatch(String(data), /:vzdump::/);
});

Deno.test("a change with wait=0 does not wait for a lock", async () => {
  await using harness = await connect();
  await startBackup(harness);
  const before = harness.clock.now();
  const args = { vmid: 104, memory: 1024, wait: 0 };
  const { text, isError } = await harness.call("proxmox_guest_config_update", args);
  assert(isError);
  assertMatch(text, /vzdump of root@pam!demo is working on it/);
  assertEquals(harness.clock.now(), before);
  assertEquals(changesTo(harness, "/qemu/104/config"), 1);
});

Deno.test("a lock that no task holds is not waited for, and how to unlock is said", async () => {
  await using harness = await connect();
  const { text } = await harness.call("proxmox_guest_stop", { vmid: "fileserver" });
  assertMatch(text, /VM is locked \(backup\)/);
  assertMatch(text, /No task that the token may see is working on it; the lock is "backup"/);
  assertMatch(text, /by root: qm unlock 108/);
  assertEquals(changesTo(harness, "/qemu/108/status/stop"), 1);
});

Deno.test("a lock file without a task is waited for: somebody writes the config", async () => {
  await using harness = await connect();
  const message = "can't lock file '/var/lock/qemu-server/lock-107.conf' - got timeout";
  const match = { method: "POST", path: "/qemu/107/" };
  harness.simulator.faults.add({ kind: "status", status: 500, message, match, times: 3 });
  const answer = await harness.call("proxmox_guest_start", { vmid: 107 });
  assertDone(answer, /^win11-test \(107\) is running/);
  assertEquals(changesTo(harness, "/qemu/107/status/start"), 4);
  harness.simulator.faults.add({ kind: "status", status: 500, message, match });
  const stuck = await harness.call("proxmox_guest_stop", { vmid: 107 });
  assertFailed(stuck, /is locked$/, /^can't lock file/);
  assertMatch(stuck.text, /Something on its node holds the guest's lock file/);
});

Deno.test("a task that fails at a lock is started again", async () => {
  await using harness = await connect();
  const words = "can't lock file '/var/lock/qemu-server/lock-107.conf' - got timeout";
  harness.simulator.faults.add({ kind: "task-fails", message: words, type: "qmstart", times: 1 });
  const answer = await harness.call("proxmox_guest_start", { vmid: 107 });
  assertDone(answer, /^win11-test \(107\) is running/);
  assertEquals(changesTo(harness, "/qemu/107/status/start"), 2);
});

Deno.test("a lock whose owner the token may not ask for is told in Proxmox VE's words", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "status", status: 403, match: { path: "/cluster/tasks" } });
  const answer = await harness.call("proxmox_guest_stop", { vmid: 108 });
  assertFailed(answer, /./, /^VM is locked \(backup\)/);
});

Deno.test("lockMessage() takes nothing else for a lock", () => {
  const failed = (reason: string): ToolError => new ToolError("Task failed", { reason });
  assertEquals(lockMessage(failed("VM is locked (backup)")), undefined); // No task has failed.
  assertEquals(lockMessage(new Error("VM is locked")), undefined);
  assertEquals(lockMessage(undefined), undefined);
});

Deno.test("the lock of the clean-up after a stop is waited for", async () => {
  await using harness = await connect();
  for (const tool of ["stop", "start", "stop"] as const) {
    assertDone(await harness.call(`proxmox_guest_${tool}`, { vmid: 103 }));
  }
  const backup = { action: "create", vmid: 103, storage: "nas", mode: "stop" };
  assertDone(await harness.call("proxmox_guest_start", { vmid: 103 }));
  assertDone(await harness.call("proxmox_backup", backup));
});
