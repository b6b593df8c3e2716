/** The time of a call, through a real client by a virtual clock: an answer is there in time. */
import { span } from "../../src/base/text/units.ts";
import { dirname, join } from "node:path";
import type { Fault } from "../../src/simulator/faults/faults.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { CALLS } from "../faults/calls.ts";
import { connect, type Harness, type ToolAnswer } from "../harness.ts";
import { assertDone, hasContent } from "../outcome.ts";

/** Seconds after which many clients end a call. */
const CLIENTS_LIMIT = 60;

interface Timed extends ToolAnswer {
  readonly seconds: number;
  readonly heard: readonly string[];
}

/** Calls a tool as a client that listens to progress, and takes the time. */
async function timed(
  { client, clock }: Harness,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Timed> {
  const began = clock.now();
  const heard: string[] = [];
  const result = await client.callTool({ name, arguments: { ...args } }, undefined, {
    onprogress: ({ message = "" }) => void heard.push(message),
  });
  const blocks = result.content as readonly { readonly text?: string }[];
  return {
    text: blocks.map(({ text = "" }) => text).join("\n"),
    structured: result.structuredContent as Readonly<Record<string, unknown>> ?? {},
    isError: result.isError === true,
    seconds: (clock.now() - began) / 1000,
    heard,
  };
}

/** A request that is answered late. */
function late(seconds: number, method?: string, path?: string | RegExp): Fault {
  const match = {
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
  };
  return { kind: "latency", ms: seconds * 1000, match };
}

const ENDLESS: Fault = { kind: "task-endless" };
/** Somebody's backup holds the guest for as long as it runs. */
const BUSY: Fault = {
  kind: "status",
  status: 500,
  message: "can't lock file '/var/lock/qemu-server/lock-107.conf' - got timeout",
  match: { method: "POST", path: "/qemu/107/" },
};

const SLOWER = [2, 9, 19, 33, 44, 90];

/** Calls of one request and of many, of reads and of changes. */
const MANY_CALLS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ...Object.values(CALLS).map(({ tool, args }) => [tool, args] as const),
  ["proxmox_guest_start", { vmid: 107, wait: 0 }],
  ["proxmox_guest_start", { vmid: "win11-test", wait: 7 }],
  ["proxmox_guest_migrate", { vmid: "win11-test", target: "pve1" }],
  ["proxmox_guest_clone", { vmid: 107, name: "copy" }],
  ["proxmox_create_vm", { node: "pve1", name: "new", start: true }],
  ["proxmox_backup", { action: "create", vmid: "db01", storage: "nas" }],
  ["proxmox_backup", { action: "list" }],
  ["proxmox_guest_template", { vmid: 107 }],
  ["proxmox_ha_resource", { action: "create", sid: "gitlab" }],
  ["proxmox_node_task", { action: "list" }],
  ["proxmox_node_bulk", { action: "stop_all", node: "pve3" }],
  ["proxmox_agent_power", { operation: "shutdown", vmid: "web01" }],
  ["proxmox_agent_exec", { operation: "exec", vmid: "web01", command: "uptime" }],
  ["proxmox_vm_disk", { action: "add", vmid: 107, storage: "local-lvm", size: "1G" }],
];

Deno.test("an answer is there before clients give up, however late each answer of the cluster is", async (test) => {
  for (const [tool, args] of MANY_CALLS) {
    await test.step(`${tool} ${JSON.stringify(args)}`, async () => {
      for (const seconds of SLOWER) {
        for (const more of [[], [ENDLESS], [BUSY], [BUSY, ENDLESS]]) {
          await using harness = await connect();
          for (const fault of [late(seconds), ...more]) harness.simulator.faults.add(fault);
          const answer = await timed(harness, tool, args);
          assert(answer.seconds < CLIENTS_LIMIT, `${seconds} s late: ${answer.seconds} s`);
        }
      }
    });
  }
});

/** What takes time before a task runs that does not end, and seconds of it. */
const ON_THE_WAY: Readonly<Record<string, { readonly faults: readonly Fault[] }>> = {
  "nothing": { faults: [] },
  "a look-up of 20 s": { faults: [late(20, "GET", "/cluster/resources")] },
  "a request of 20 s": { faults: [late(20, "POST", "/qemu/107/status/start")] },
  "a lock of some seconds": { faults: [{ ...BUSY, times: 3 }] },
  "a look-up, a lock and a request": {
    faults: [
      late(10, "GET", "/cluster/resources"),
      { ...BUSY, times: 2 },
      late(3, "POST", "/qemu/107/status/start"),
    ],
  },
};

for (const [what, { faults }] of Object.entries(ON_THE_WAY)) {
  Deno.test(`a task that goes on is told of after 45 s in all, with ${what} before it`, async () => {
    await using harness = await connect();
    for (const fault of [...faults, ENDLESS]) harness.simulator.faults.add(fault);
    const answer = await timed(harness, "proxmox_guest_start", {
      vmid: "win11-test",
    });
    const { text, isError, seconds, structured } = answer;
    assertDone(answer, /^Starting win11-test \(107\) has started and goes on/);
    const { upid } = structured.task as { readonly upid: string };
    assert(text.includes(`proxmox_node_task action=wait upid=${upid} waits for its end`), text);
    assertEquals([isError, seconds], [false, 45]);
  });
}

Deno.test("wait= extends or shortens the time, which counts from the call's arrival", async () => {
  for (const [wait, seconds] of [[300, 300], [25, 25], [0, 20]] as const) {
    await using harness = await connect();
    harness.simulator.faults.add(late(20, "GET", "/cluster/resources"));
    harness.simulator.faults.add(ENDLESS);
    const answer = await timed(harness, "proxmox_guest_start", { vmid: "win11-test", wait });
    assertMatch(answer.text, /has started and goes on/);
    assertEquals(answer.seconds, seconds);
  }
});

Deno.test("a longer time is a longer one for a single request too", async () => {
  await using harness = await connect({ settings: { TIMEOUT: "300" } });
  harness.simulator.faults.add(late(100, "POST", "/qemu/107/status/start"));
  const args = { vmid: 107, wait: 200 };
  const answer = await timed(harness, "proxmox_guest_start", args);
  const { seconds } = answer;
  assertDone(answer, /^win11-test \(107\) is running/);
  assert(seconds < 110, `${seconds}`);
});

Deno.test("a request that starts a task is not cut off by a short wait", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(20, "POST", "/qemu/107/status/start"));
  const answer = await timed(harness, "proxmox_guest_start", { vmid: 107, wait: 0 });
  const { seconds } = answer;
  assertDone(answer, /^Starting win11-test \(107\) has started and goes on/);
  assertEquals(seconds, 20);
});

Deno.test("the time stands still while a person is asked", async () => {
  const thinks: (() => Promise<void>)[] = [];
  await using harness = await connect({
    ask: async () => {
      for (const think of thinks) await think();
      return "accept";
    },
  });
  thinks.push(() => harness.clock.sleep(200_000));
  harness.simulator.faults.add(ENDLESS);
  const answer = await timed(harness, "proxmox_guest_stop", { vmid: "gitlab" });
  const { seconds } = answer;
  assertDone(answer, /^Stopping gitlab \(104\) has started and goes on/);
  assertEquals(seconds, 245);
});

Deno.test("of a change without an answer it is said that nobody knows, and how things stand", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(500, "POST", "/qemu/107/status/start"));
  const { text, isError, seconds } = await timed(harness, "proxmox_guest_start", { vmid: 107 });
  assertEquals([isError, seconds], [true, 45]);
  assertMatch(text, /No answer within 45 seconds/);
  assertMatch(text, /wait= or PROXMOX_TASK_WAIT sets/);
  assertMatch(text, /Whether it was done is not known/);
  assertMatch(text, /win11-test \(107\) is still stopped/);
});

Deno.test("when even the last look has no answer, what is known is still said", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(500, "POST", "/qemu/107/status/start"));
  harness.simulator.faults.add(late(500, "GET", "/qemu/107/status/current"));
  const { text, seconds } = await timed(harness, "proxmox_guest_start", { vmid: 107 });
  assertEquals(seconds, 55);
  assertMatch(text, /Whether it was done is not known/);
  assertMatch(text, /What came of it could not be read/);
});

Deno.test("a task whose state cannot be read is named by its UPID", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(500, "GET", "/tasks/"));
  const { text, seconds } = await timed(harness, "proxmox_guest_start", { vmid: 107 });
  assert(seconds <= 55, `${seconds}`);
  assertMatch(text, /Task qmstart was started; how it stands could not be read/);
  assertMatch(text, /proxmox_node_task action=wait upid=UPID:pve3:/);
});

Deno.test("how a task ended is told although its log cannot be read any more", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(500, "GET", /\/tasks\/.*\/log/));
  const answer = await timed(harness, "proxmox_guest_start", { vmid: 107 });
  const { isError, seconds } = answer;
  assert(seconds <= 55, `${seconds}`);
  assertDone(answer, /^win11-test \(107\) is running/);
  assert(hasContent(answer, { task: { exitstatus: "OK" } }), answer.text);
  assertEquals(isError, false);
});

Deno.test("a look-up without an answer says that nothing was done", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(500, "GET", "/cluster/resources"));
  const { text, isError, seconds } = await timed(harness, "proxmox_guest_start", {
    vmid: "gitlab",
  });
  assertEquals([isError, seconds], [true, 55]);
  assertMatch(text, /No end within 55 seconds[^]*Nothing was done/);
  assert(!harness.simulator.requests.some(({ method }) => method !== "GET"));
});

Deno.test("a change that could not be heard of any more is not sent", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(26, "GET"));
  const args = { vmid: "win11-test", target: "pve1" };
  const { text, isError } = await timed(harness, "proxmox_guest_migrate", args);
  assertEquals(isError, true);
  assert(!harness.simulator.requests.some(({ method }) => method !== "GET"), text);
});

Deno.test("a change waits for others of its guest within its own time, and then does nothing", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(ENDLESS);
  const first = timed(harness, "proxmox_guest_start", { vmid: 107, wait: 600 });
  const second = await timed(harness, "proxmox_guest_config_update", { vmid: 107, cores: 2 });
  assertMatch(second.text, /Other calls are still changing win11-test \(107, VM on pve3/);
  assertMatch(second.text, /Nothing was done/);
  assertEquals(second.seconds, 45);
  assert(
    !harness.simulator.requests.some(({ method, path }) =>
      method !== "GET" && path.endsWith("/config")
    ),
  );
  assertMatch((await first).text, /has started and goes on/);
});

Deno.test("a rate limit counts as time of the call", async () => {
  await using harness = await connect({ settings: { RATE_LIMIT: "1" } });
  harness.simulator.faults.add(ENDLESS);
  const calls = Array.from({ length: 100 }, () => timed(harness, "proxmox_guest_list", {}));
  const { seconds } = await timed(harness, "proxmox_guest_start", { vmid: 107 });
  assert(seconds <= 55, `${seconds}`);
  for (const { seconds } of await Promise.all(calls)) assert(seconds <= 55, `${seconds}`);
});

Deno.test("a command in a VM may take the time that its own timeout gives it", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(10, "GET", "/agent/exec-status"));
  const args = { operation: "exec", vmid: "web01", command: "sleep 9999" };
  const { seconds } = await timed(harness, "proxmox_agent_exec", { ...args, timeout: 120 });
  assert(seconds < 140, `${seconds}`);
  const short = await timed(harness, "proxmox_agent_exec", args);
  assert(short.seconds < CLIENTS_LIMIT, `${short.seconds}`);
});

Deno.test("an upload takes as long as it takes, with signs of life, and its task has its own time", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "tiny.iso");
    await Deno.writeFile(path, new Uint8Array(1_000));
    await using harness = await connect({
      settings: { FILES_DIR: dirname(path), TIMEOUT: "900" },
    });
    harness.simulator.faults.add(late(300, "POST", "/upload"));
    harness.simulator.faults.add(ENDLESS);
    const answer = await timed(harness, "proxmox_storage_content", {
      ...{ action: "upload", storage: "local", node: "pve1", content: "iso" },
      filename: path,
    });
    const { seconds, heard } = answer;
    assertDone(answer, /^Putting the file into its storage .*has started and goes on/);
    assertEquals(seconds, 345);
    assert(heard.includes(`Sending tiny.iso: ${span(35)}`), heard.join("\n"));
    assert(heard.length > 50, `${heard.length}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a download out of a backup takes as long as it takes, with signs of life", async () => {
  await using harness = await connect();
  harness.simulator.faults.add(late(300, "GET", "/file-restore/download"));
  const answer = await timed(harness, "proxmox_file_restore", {
    ...{ action: "download", storage: "pbs", volume: "pbs:backup/vm/102/2026-01-14T09:30:00Z" },
    path: "/drive-scsi0.img.fidx/part/1/etc/hostname",
  });
  const { heard } = answer;
  assertDone(answer);
  assertMatch(answer.text, /restored/);
  assert(heard.length > 50, `${heard.length}`);
});

Deno.test("a node's report takes as long as it takes, with signs of life, at the gateway too", async () => {
  for (
    const [tool, args] of [
      ["proxmox_node_info", { action: "report", node: "pve1" }],
      ["proxmox_api_call", { operation: "GET /nodes/pve1/report" }],
    ] as const
  ) {
    await using harness = await connect();
    harness.simulator.faults.add(late(200, "GET", "/nodes/pve1/report"));
    const { isError, text, seconds, heard } = await timed(harness, tool, args);
    assertEquals([isError, seconds], [false, 200], text);
    assert(heard.length > 30, `${heard.length}`);
  }
});
