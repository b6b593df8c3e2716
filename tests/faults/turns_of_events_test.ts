/** What happens to calls when the cluster changes under them. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import type { RequestFault } from "../../src/simulator/faults/faults.ts";
import { connect, type Harness } from "../harness.ts";
import { assertDone, assertFailed } from "../outcome.ts";

Deno.test("a guest that has moved is looked up again, and the call made once more", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "guest-moved", vmid: 101, to: "pve3" });
  const config = await harness.call("proxmox_guest_config", { vmid: "web02" });
  assertDone(config);
  assertMatch(config.text, /It had moved from pve2 to pve3/);
  harness.simulator.faults.add({ kind: "guest-moved", vmid: 100, to: "pve2" });
  const taken = await harness.call("proxmox_guest_snapshot", {
    ...{ action: "create", vmid: "web01", snapname: "before" },
  });
  assertDone(taken, /^Took snapshot "before" of web01 \(100\)/);
  assertMatch(taken.text, /It had moved from pve1 to pve2/);
  const posts = harness.simulator.requests.filter(({ method }) => method === "POST");
  assertEquals(posts.map(({ path }) => path.split("/")[4]), ["pve1", "pve2"]);
});

/** Connects to a cluster where web01 moves to pve2 after each answer to a path that ends so. */
async function connectLeaving(end: string): Promise<Harness> {
  let leave: () => void = () => undefined;
  const harness = await connect({
    transport: (inner) => ({
      fetch: async (url, request) => {
        const response = await inner.fetch(url, request);
        if (url.pathname.endsWith(end)) leave();
        return response;
      },
      close: () => inner.close(),
    }),
  });
  const { faults } = harness.simulator;
  leave = () => void faults.add({ kind: "guest-moved", vmid: 100, to: "pve2" });
  return harness;
}

Deno.test("a guest that moves after a change was made is not changed once more", async () => {
  await using harness = await connectLeaving("/agent/exec");
  const call = { operation: "exec", vmid: "web01", command: "rm -rf /tmp/x" };
  const { text, isError } = await harness.call("proxmox_agent_exec", call);
  assert(isError, text);
  assertMatch(text, /moved or deleted meanwhile/);
  const { requests } = harness.simulator;
  assertEquals(requests.filter(({ path }) => path.endsWith("/agent/exec")).length, 1);
});

Deno.test("a guest that moves between what a change reads and the change itself is followed", async () => {
  await using harness = await connectLeaving("/nodes/pve1/qemu/100/config");
  const call = { action: "add", vmid: "web01", net: "net1", bridge: "vmbr0" };
  const answer = await harness.call("proxmox_guest_network", call);
  assertDone(answer, /^Added net1 to web01 \(100\)/);
  assertMatch(answer.text, /It had moved from pve1 to pve2/);
});

Deno.test("a guest that was deleted meanwhile is said to be gone", async () => {
  await using harness = await connect();
  await harness.call("proxmox_guest_status", { vmid: 107 });
  harness.simulator.cluster.guests.delete(107);
  const answer = await harness.call("proxmox_guest_config", { vmid: 107 });
  assert(answer.isError);
  assertMatch(answer.text, /There is no guest "107"|moved or deleted meanwhile/);
});

Deno.test("a call on a node that is down names it, what becomes of its guests, and what was not done", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "node-offline", node: "pve2" });
  const read = await harness.call("proxmox_guest_status", { vmid: 102 });
  assertFailed(read, /./, /^No route to host/);
  assertMatch(read.text, /pve2 is offline or cut off.*proxmox_report action=failure node=pve2/);
  assertEquals(read.text.includes("not done"), false, read.text);
  const change = await harness.call("proxmox_guest_start", { vmid: 106 });
  assertFailed(change);
  assertMatch(change.text, /It was not done: the request did not reach the node/);
});

Deno.test("a daemon that is not there is not taken for a node that is not there", async () => {
  await using harness = await connect();
  const fault = { kind: "status", status: 595, message: "Connection refused" } as const;
  harness.simulator.faults.add({ ...fault, match: { path: "/nodes/pve2/" } });
  const { text } = await harness.call("proxmox_guest_status", { vmid: 102 });
  assertMatch(text, /pve2 is there, and its API is not: pveproxy or pvedaemon is starting/);
  assertEquals(text.includes("offline"), false, text);
});

Deno.test("a task that ended without a word is not said to have failed, nor to be done", async () => {
  for (const message of ["unexpected status", "unable to read tail (got 0 bytes)"]) {
    await using harness = await connect();
    harness.simulator.faults.add({ kind: "task-fails", message });
    const answer = await harness.call("proxmox_guest_start", { vmid: 106 });
    assertFailed(answer, /^Task qmstart ended, and does not tell how/);
    assertMatch(answer.text, /it may be done in part, and have left a lock/);
    assertMatch(answer.text, /legacy-erp \(106\) is still stopped/);
  }
});

Deno.test("where a guest is after a move that failed is told, though the target is gone", async () => {
  await using harness = await connect();
  harness.clock.after(1_500, () => {
    harness.simulator.faults.add({ kind: "node-offline", node: "pve2" });
  });
  const answer = await harness.call("proxmox_guest_migrate", {
    ...{ vmid: 104, target: "pve2", "with-local-disks": true },
  });
  assertFailed(answer, /^Task qmigrate failed/);
  assertMatch(answer.text, /^• gitlab \(104\) is running on pve3$/m);
  assertMatch(answer.text, /^• pve2 does not answer: No route to host$/m);
  assertEquals(answer.text.includes("pve2 has no"), false, answer.text);
});

Deno.test("what is wrong on the node that answers is told as such", async () => {
  const told: readonly (readonly [fault: RequestFault, told: RegExp])[] = [
    [{ kind: "html", status: 502 }, /proxy in front of Proxmox VE answered, and does not reach it/],
    [{ kind: "html", status: 200 }, /PROXMOX_HOST and PROXMOX_PORT must name the API/],
    [
      { kind: "status", status: 500, message: "ipcc_send_rec[1] failed: Connection refused" },
      /`systemctl status pve-cluster corosync`/,
    ],
  ];
  for (const [fault, pattern] of told) {
    await using harness = await connect();
    harness.simulator.faults.add(fault);
    const answer = await harness.call("proxmox_guest_list");
    assertFailed(answer);
    assertMatch(answer.text, pattern);
  }
});

Deno.test("a storage that is gone, or full, is told with where to look", async () => {
  const gone = /proxmox_storage_config action=cluster_usage/;
  const full = /proxmox_report action=capacity/;
  const told: readonly (readonly [message: string, told: RegExp])[] = [
    ["storage 'nas' is not online", gone],
    [
      "unable to activate storage 'nas' - directory is expected to be a mount point but is not mounted: '/mnt/pve/nas'",
      gone,
    ],
    ["mkdir /mnt/pve/nas/dump: Stale file handle", gone],
    ["zstd: error 70 : Write error : cannot write block : No space left on device", full],
    ["can't acquire lock '/var/run/vzdump.lock' - got timeout", /Another task is working on it/],
  ];
  await using harness = await connect();
  for (const [message, pattern] of told) {
    harness.simulator.faults.add({ kind: "task-fails", message, type: "vzdump", times: 1 });
    const answer = await harness.call("proxmox_backup", { action: "create", vmid: 103 });
    assertFailed(answer, /^Task vzdump failed/);
    assertMatch(answer.text, pattern);
  }
});

Deno.test("a guest on an offline node is not said to be gone, though its name is not known", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  const { text } = await harness.call("proxmox_guest_status", { vmid: "gitlab" });
  // What may be meant comes before a guess at another guest.
  assertMatch(
    text,
    /Names of guests on pve3 are not known.*number \(104, 105, 107, 201\)\. [A-Zp]/,
  );
});

Deno.test("a task whose node goes away is named, and asked for until the time is over", async () => {
  await using harness = await connect();
  const { simulator } = harness;
  simulator.faults.add({ kind: "status", status: 595, match: { path: "/tasks/UPID" } });
  const answer = await harness.call("proxmox_guest_start", { vmid: 107 });
  assertFailed(answer, /^Task qmstart was started; how it stands could not be read/);
  assertMatch(answer.text, /action=wait upid=UPID:pve3:[^ ]+:qmstart:107:/);
  assertMatch(answer.text, /offline or cut off/);
  assertEquals(simulator.requests.filter(({ method }) => method !== "GET").length, 1);
  assert(simulator.requests.length > 20, "asked again and again");
});

Deno.test("a task is waited for across a short loss of its node", async () => {
  await using harness = await connect();
  const { faults } = harness.simulator;
  faults.add({ kind: "refused", match: { path: "/tasks/UPID" }, times: 3 });
  faults.add({ kind: "html", match: { path: "/tasks/UPID" }, times: 2 });
  const answer = await harness.call("proxmox_guest_start", { vmid: 107 });
  assertDone(answer, /^win11-test \(107\) is running/);
});

Deno.test("a task's end is told though its log cannot be read", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "status", status: 500, match: { path: /UPID.*\/log/ } });
  const answer = await harness.call("proxmox_guest_start", { vmid: 107 });
  assertDone(answer, /^win11-test \(107\) is running/);
  harness.simulator.faults.add({ kind: "task-fails", message: "out of memory" });
  const failed = await harness.call("proxmox_guest_start", { vmid: 106 });
  assertFailed(failed, /^Task qmstart failed/, /^out of memory/);
});

Deno.test("a token that loses its rights while a task runs still learns the task's name", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "status", status: 403, match: { path: "/tasks/UPID" } });
  const { text, isError } = await harness.call("proxmox_guest_start", { vmid: 107 });
  assert(isError);
  assertMatch(text, /Task qmstart was started/);
  assertMatch(text, /upid=UPID:pve3:/);
});

Deno.test("many calls at once over a broken cluster all get their answer", async () => {
  await using harness = await connect();
  const { faults } = harness.simulator;
  faults.add({ kind: "latency", ms: 5_000 });
  faults.add({ kind: "reset", match: { path: /10[0-3]/ }, times: 30 });
  faults.add({ kind: "half-body", match: { path: /10[3-5]/ }, times: 30 });
  faults.add({ kind: "status", status: 503, match: { path: /10[6-8]/ }, times: 20 });
  faults.add({ kind: "node-silent", node: "pve2" });
  const vmids = [100, 101, 102, 103, 104, 105, 106, 107, 108, 200];
  const calls = vmids.flatMap((vmid) => [
    harness.call("proxmox_guest_status", { vmid }),
    harness.call("proxmox_guest_config", { vmid }),
    harness.call("proxmox_guest_snapshot", { action: "create", vmid, snapname: "x1" }),
    harness.call("proxmox_guest_list", { filter: String(vmid) }),
  ]);
  const answers = await Promise.all(calls);
  assertEquals(answers.length, 40);
  for (const answer of answers) (answer.isError ? assertFailed : assertDone)(answer);
  const snapshots = harness.simulator.requests.filter(({ method }) => method === "POST");
  const paths = snapshots.map(({ path }) => path);
  assertEquals(new Set(paths).size, paths.length, "no change was sent twice");
});

Deno.test("without quorum nothing in the guest is said to hold up its stop", async () => {
  await using harness = await connect();
  for (const node of ["pve2", "pve3"]) {
    harness.simulator.faults.add({ kind: "node-offline", node });
  }
  const { text } = await harness.call("proxmox_guest_stop", { vmid: 100 });
  assertMatch(text, /no quorum\?\n.*Without most of its nodes/);
  assertEquals(text.includes("overrule-shutdown"), false, text);
});
