import { assert, assertEquals } from "../../assert.ts";
import { changes } from "../../guard/late.ts";
import { connect } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { assertDone, assertFailed, literally } from "../../outcome.ts";
import { testSteps } from "../steps.ts";

type Row = Readonly<Record<string, unknown>>;

testSteps(
  "proxmox_guest_start starts a guest, and says how it stands when it cannot",
  "proxmox_guest_start",
  [
    {
      call: { vmid: "proxy01" },
      says: ["proxy01 (204) is running"],
      content: { task: { type: "vzstart" } },
    },
    {
      call: { vmid: "ci-runner01" },
      fails: true,
      says: ["VM 105 already running", "ci-runner01 (105) is paused", "proxmox_guest_resume"],
    },
  ],
);

testSteps("proxmox_guest_stop stops a guest", "proxmox_guest_stop", [
  { call: { vmid: "gitlab" }, says: ["gitlab (104) is stopped"] },
]);

testSteps("proxmox_guest_reboot reboots a guest", "proxmox_guest_reboot", [
  { call: { vmid: "gitlab", timeout: 60 }, says: ["gitlab (104) has rebooted"] },
  { call: { vmid: "proxy01" }, fails: true, says: ["not running"] },
]);

testSteps("proxmox_guest_pause and what it takes: a running VM", "proxmox_guest_pause", [
  { call: { vmid: "web02" }, says: ["web02 (101) is suspended"] },
  { call: { vmid: "dns01" }, fails: true, says: ["It works on VMs only"] },
  { call: { vmid: "win11-test" }, fails: true, says: ["not running"] },
]);

testSteps("proxmox_guest_resume continues a paused VM", "proxmox_guest_resume", [
  { call: { vmid: "ci-runner01" }, says: ["ci-runner01 (105) is running"] },
  { call: { vmid: "legacy-erp" }, fails: true, says: ["not running"] },
]);

testSteps("proxmox_guest_shutdown shuts a guest down", "proxmox_guest_shutdown", [
  { call: { vmid: "gitlab" }, says: ["gitlab (104) is shut down"] },
]);

Deno.test("proxmox_guest_shutdown says that a guest still runs whose OS did not react", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({
    kind: "task-fails",
    message: "VM quit/powerdown failed - got timeout",
    type: "qmshutdown",
  });
  const { text, isError } = await harness.call("proxmox_guest_shutdown", { vmid: "gitlab" });
  assertEquals(isError, true);
  assert(text.includes("VM quit/powerdown failed - got timeout"), text);
  assert(text.includes("gitlab (104) is still running"), text);
  assert(text.includes("proxmox_guest_stop powers it off at once"), text);
});

Deno.test("proxmox_guest_stop says that a guest still runs when the time is over", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "task-endless", type: "qmstop" });
  const { text, isError } = await harness.call("proxmox_guest_stop", { vmid: "gitlab", wait: 3 });
  assertEquals(isError, false);
  assert(text.includes("Stopping gitlab (104) has started and goes on"), text);
  assert(text.includes("gitlab (104) is still running"), text);
  assert(text.includes("proxmox_node_task action=wait"), text);
});

Deno.test("proxmox_guest_shutdown waits for HA, which acts after its task has ended", async () => {
  await using harness = await connect();
  const { text } = await harness.call("proxmox_guest_shutdown", { vmid: "web02" });
  assert(text.includes("web02 (101) is shut down"), text);
  const { text: state } = await harness.call("proxmox_guest_status", { vmid: "web02" });
  assert(state.includes("VM on pve2: stopped"), state);
});

/** Calls for what is so already, and what the answer says. */
const ALREADY = [
  ["start", { vmid: "db01" }, "db01 (102) is running already"],
  ["start", { vmid: "dns01" }, "dns01 (200) is running already"],
  ["start", { vmid: "web02" }, "web02 (101) is running already"],
  ["stop", { vmid: "proxy01" }, "proxy01 (204) is off already"],
  ["shutdown", { vmid: "win11-test" }, "win11-test (107) is off already"],
  ["pause", { vmid: "ci-runner01" }, "ci-runner01 (105) is paused already"],
  ["resume", { vmid: "db01" }, "db01 (102) is running already"],
] as const;

for (const [action, args, title] of ALREADY) {
  Deno.test(`proxmox_guest_${action} has nothing to do where it is so: ${title}`, async () => {
    await using harness = await connect();
    assertDone(
      await harness.call(`proxmox_guest_${action}`, args),
      new RegExp(`^${literally(title)}$`),
    );
    const planned = await harness.call(`proxmox_guest_${action}`, { ...args, dry_run: true });
    assertDone(planned, new RegExp(`${literally(title)}$`));
    assertEquals(changes(harness), []);
  });
}

Deno.test("proxmox_guest_start does not start once more what runs when a lock has passed", async () => {
  await using harness = await connect();
  const { faults, cluster } = harness.simulator;
  const db02 = cluster.guests.get(103)!;
  db02.status = "stopped";
  const message = "can't lock file '/var/lock/qemu-server/lock-103.conf' - got timeout";
  faults.add({ kind: "task-fails", message, type: "qmstart", times: 1 });
  cluster.later(1_000, () => void (db02.status = "running"));
  assertDone(
    await harness.call("proxmox_guest_start", { vmid: 103 }),
    /^db02 \(103\) is running already$/,
  );
  assertEquals(changes(harness), ["POST /nodes/pve1/qemu/103/status/start"]);
});

Deno.test("a backup that goes on keeps no start from being done already", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "task-endless", type: "vzdump" });
  await harness.call("proxmox_backup", { action: "create", vmid: 104, storage: "nas", wait: 0 });
  assertDone(await harness.call("proxmox_guest_start", { vmid: 104 }), /is running already$/);
});

Deno.test("a start is sent while a shutdown still goes on, and HA is asked while it has not acted", async () => {
  await using harness = await connect();
  for (const vmid of ["gitlab", "web02"]) {
    await harness.call("proxmox_guest_shutdown", { vmid, wait: 0 });
    await harness.call("proxmox_guest_start", { vmid, wait: 0 });
  }
  assertEquals(changes(harness).map((line) => line.replace(/^.*status\//, "")), [
    "shutdown",
    "start",
    "shutdown",
    "start",
  ]);
});

Deno.test("proxmox_guest_start tells why HA could not start a guest, where the token may see it", async () => {
  await using harness = await connect();
  const { faults, cluster } = harness.simulator;
  cluster.guests.get(101)!.status = "stopped";
  const message = "bridge 'vmbr9' does not exist";
  faults.add({ kind: "task-fails", message, type: "qmstart" });
  const answer = await harness.call("proxmox_guest_start", { vmid: "web02" });
  assertFailed(answer, /^Task qmstart failed$/, /bridge 'vmbr9' does not exist/);
  assert(answer.text.includes("web02 (101) is still stopped"), answer.text);
  assert(answer.text.includes("HA was asked for it and may try again"), answer.text);
});

/** Guests that are as wanted while work goes on that will end with them otherwise. */
const UNSETTLED = [
  ["stop", 204, "backup"],
  ["shutdown", 107, "create"],
  ["start", 104, "suspending"],
  ["pause", 105, "backup"],
] as const;

for (const [action, vmid, lock] of UNSETTLED) {
  Deno.test(`proxmox_guest_${action} is sent to a guest that is so only while it is locked: ${lock}`, async () => {
    await using harness = await connect();
    harness.simulator.cluster.guests.get(vmid)!.config.lock = lock;
    const { text } = await harness.call(`proxmox_guest_${action}`, { vmid, wait: 0 });
    assert(!text.includes("already\n"), text);
    assertEquals(changes(harness).length > 0, true, text);
  });
}

Deno.test("proxmox_guest_resume is sent to a VM whose QEMU does not say how it is", async () => {
  const deaf = (state: Row): unknown => {
    const { "running-qemu": _, "running-machine": __, ...known } = state;
    return { ...known, qmpstatus: known.status };
  };
  await using harness = await connect({
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line, data) => line.endsWith("/status/current") ? deaf(data as Row) : undefined,
      }),
  });
  await harness.call("proxmox_guest_resume", { vmid: "ci-runner01" });
  assertEquals(changes(harness), ["POST /nodes/pve3/qemu/105/status/resume"]);
});
