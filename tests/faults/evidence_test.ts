/** What an answer claims when Proxmox VE's own answer does not prove it. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { connect, type Harness, type ToolAnswer } from "../harness.ts";
import { assertDone, assertFailed, hasContent } from "../outcome.ts";

const NULL = '{"data":null}';

function answerWith(harness: Harness, text: string, path: RegExp, handled = false): void {
  harness.simulator.faults.add({ kind: "body", text, handled, match: { path } });
}

function api(harness: Harness, operation: string, params = {}): Promise<ToolAnswer> {
  return harness.call("proxmox_api_call", { operation, params });
}

const CHANGES: readonly (readonly [tool: string, args: object, path: RegExp, state: RegExp])[] = [
  ["proxmox_guest_start", { vmid: 107 }, /107\/status\/start/, /win11-test \(107\) is stopped now/],
  ["proxmox_guest_stop", { vmid: 100 }, /100\/status\/stop/, /web01 \(100\) is running now/],
  ["proxmox_guest_delete", { vmid: 107 }, /qemu\/107$/, /win11-test \(107\) is stopped now/],
  [
    "proxmox_api_call",
    { operation: "POST /nodes/pve3/qemu/107/status/start" },
    /107\/status\/start/,
    /win11-test \(107\) is stopped now/,
  ],
];

for (const [tool, args, path, state] of CHANGES) {
  for (const text of [NULL, '{"data":[]}', ""]) {
    Deno.test(`${tool} ${JSON.stringify(args)} is not said to be done on "${text}"`, async () => {
      await using harness = await connect();
      answerWith(harness, text, path);
      const answer = await harness.call(tool, { ...args });
      assertFailed(
        answer,
        /^Accepted, outcome unknown: (POST|DELETE) \/nodes\/pve/,
        /UPID of a task/,
      );
      assertMatch(answer.text, state);
      assertMatch(answer.text, /proxmox_node_task action=list node=pve\d vmid=\d+ shows whether/);
      assertMatch(answer.text, /look at the state before trying again/);
      const { requests } = harness.simulator;
      const from = requests.findLastIndex(({ method }) => method !== "GET");
      assertEquals(requests.slice(from + 1).length, 1, "one look");
    });
  }
}

Deno.test("a change whose UPID was lost tells how the guest stands after it", async () => {
  await using harness = await connect();
  answerWith(harness, NULL, /100\/status\/stop/, true);
  const stopped = await harness.call("proxmox_guest_stop", { vmid: 100 });
  assertFailed(stopped, /^Accepted, outcome unknown/);
  assertMatch(stopped.text, /web01 \(100\) is (running|stopped) now/);
});

Deno.test("null is success where an operation waited for its own task", async () => {
  await using harness = await connect();
  const volume = "local-lvm:vm-107-disk-0";
  const path = `DELETE /nodes/pve3/storage/local-lvm/content/${volume}`;
  answerWith(harness, NULL, /content/);
  assertDone(await api(harness, path, { delay: 10 }));
  assertFailed(await api(harness, path), /^Accepted, outcome unknown/);
});

Deno.test("what was deleted and is still there is not said to be deleted", async () => {
  await using harness = await connect();
  await harness.call("proxmox_user", { action: "create", userid: "anna@pve" });
  const call = { action: "delete", userid: "anna@pve" };
  harness.simulator.faults.add({ kind: "body", text: NULL, match: { method: "DELETE" }, times: 1 });
  const kept = await harness.call("proxmox_user", call);
  const title = /^Accepted, outcome unknown: DELETE \/access\/users\/anna@pve/;
  assertFailed(kept, title, /It is still there/);
  assertMatch(kept.text, /proxmox_api_call operation="GET \/access\/users\/anna@pve" shows it/);
  const match = { method: "GET", path: "/access/users/anna@pve" };
  const fault = { kind: "status", status: 403, message: "Permission check failed" } as const;
  harness.simulator.faults.add({ ...fault, match });
  const unseen = await harness.call("proxmox_user", call);
  assertDone(unseen, /anna@pve/);
  assertMatch(unseen.text, /Whether it is gone could not be read: Permission check failed/);
});

Deno.test("a container's template goes on in the background", async () => {
  await using harness = await connect();
  const answer = await api(harness, "POST /nodes/pve2/lxc/204/template");
  assertDone(
    answer,
    /^POST .*template of proxy01 \(204\) was accepted, and goes on in the background$/,
  );
  assertMatch(answer.text, /proxmox_node_task action=list node=pve2 vmid=204 shows its task/);
  answerWith(harness, NULL, /lxc\/201\/template/);
  await harness.call("proxmox_guest_shutdown", { vmid: 201 });
  const unseen = await harness.call("proxmox_guest_template", { vmid: 201 });
  assertDone(unseen, /^Making a template of .* was accepted, and goes on in the background$/);
});

Deno.test("vzdump's OK without a task is nothing done, at the gateway too", async () => {
  await using harness = await connect();
  const answer = await api(harness, "POST /nodes/pve2/vzdump", { vmid: 100, storage: "nas" });
  assertFailed(answer, /^Nothing was done: POST \/nodes\/pve2\/vzdump/, /answered "OK"/);
  assertMatch(answer.text, /proxmox_guest_list shows where it is/);
});

Deno.test("a console without the UPID of its task is not open", async () => {
  await using harness = await connect();
  answerWith(harness, NULL, /termproxy/);
  const answer = await api(harness, "POST /nodes/pve1/termproxy");
  assertFailed(answer, /^Accepted, outcome unknown/);
});

const LOST: Readonly<Record<string, (harness: Harness) => void>> = {
  "that its node does not know": (harness) =>
    answerWith(harness, NULL, /UPID.*\/log/) ??
      harness.simulator.faults.add({
        ...{ kind: "status", status: 404, message: "no such task" },
        match: { path: /UPID.*\/status/ },
      }),
  "that is over without an end": (harness) =>
    answerWith(harness, '{"data":{"status":"stopped"}}', /UPID.*\/status/),
};

for (const [which, happen] of Object.entries(LOST)) {
  Deno.test(`a task ${which} is not said to go on`, async () => {
    await using harness = await connect();
    happen(harness);
    const answer = await harness.call("proxmox_guest_start", { vmid: 107 });
    assertFailed(answer, /^Task qmstart was started, outcome unknown/);
    assert(!answer.text.includes("goes on"), answer.text);
    assertMatch(answer.text, /UPID is UPID:pve3:/);
    assertMatch(answer.text, /win11-test \(107\) is \w+ now/);
  });
}

Deno.test("a task of a node that does not have it is not said to go on", async () => {
  await using harness = await connect();
  const upid = "UPID:pve1:0000ABCD:0000ABCD:68000000:qmstart:100:root@pam:";
  const answer = await harness.call("proxmox_node_task", { action: "wait", upid });
  assertFailed(answer, /^Task qmstart was started, outcome unknown/);
});

Deno.test("a task whose state comes as something else is not said to go on", async () => {
  for (const text of [NULL, '{"data":"running"}', '{"data":[{}]}']) {
    await using harness = await connect();
    answerWith(harness, text, /UPID.*\/status/);
    const answer = await harness.call("proxmox_guest_start", { vmid: 107 });
    assertFailed(answer, /^Task qmstart was started; how it stands could not be read/);
    assertMatch(answer.text, /upid=UPID:pve3:/);
  }
});

Deno.test("what a task warns of stands before the details", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "task-warnings", count: 2 });
  const args = { node: "pve1", vmid: 910, name: "new" };
  const answer = await harness.call("proxmox_create_vm", args);
  assertDone(answer, /, with warnings$/);
  const lines = answer.text.split("\n");
  assertMatch(lines[1] ?? "", /task qmcreate on pve1: WARNINGS: 2/);
  assert(lines.findIndex((line) => /name: new/.test(line)) > 1, answer.text);
});

const ROWS = [null, 5, "text", [], { n: 1 }, { n: 2, t: null }, { t: { toString: 1 } }, { t: 7 }];

Deno.test("rows of a task's log that are none leave the answer as it is", async () => {
  const whole = JSON.stringify({ data: [...ROWS, { n: 9, t: "real line" }], total: "many" });
  for (const text of [whole, NULL, '{"data":"x"}', '{"data":{"t":1}}', "<html>"]) {
    await using harness = await connect();
    answerWith(harness, text, /UPID.*\/log/);
    const answer = await harness.call("proxmox_guest_start", { vmid: 107 });
    assertDone(answer, /^win11-test \(107\) is running/);
    assert(hasContent(answer, { task: { exitstatus: "OK" } }), answer.text);
  }
});

Deno.test("whatever is read after a change, its answer says what was done", async () => {
  const values: unknown[] = [null, 5, "x", [], [null], {}, { pending: 1 }, {
    toString: 1,
    name: {},
  }];
  for (const value of values) {
    await using harness = await connect();
    const clone = { vmid: 102, newid: 950, name: "copy", full: true };
    for (const path of [/950\/(config|pending|status)/, /\/cluster\/tasks/]) {
      answerWith(harness, JSON.stringify({ data: value }), path);
    }
    const answer = await harness.call("proxmox_guest_clone", clone);
    assertDone(answer, /^Cloned/, answer.text);
    assert(hasContent(answer, { task: { exitstatus: "OK" } }), answer.text);
  }
});

Deno.test("a group of which a member fails is said to exist", async () => {
  await using harness = await connect();
  await harness.call("proxmox_user", { action: "create", userid: "anna@pve" });
  await harness.call("proxmox_user", { action: "create", userid: "zoe@pve" });
  const fault = { kind: "status", status: 500, message: "disk full" } as const;
  harness.simulator.faults.add({ ...fault, match: { method: "PUT", path: "zoe@pve" } });
  const users = "anna@pve,zoe@pve";
  const created = await harness.call("proxmox_group", { action: "create", groupid: "ops", users });
  assertFailed(created, /^Cannot finish proxmox_group create/, /disk full/);
  assertMatch(created.text, /Done before that: POST \/access\/groups groupid=ops/);
  assertMatch(created.text, /Done before that: PUT \/access\/users\/anna@pve/);
  assert(!/that: PUT \/access\/users\/zoe@pve/.test(created.text), created.text);
});

Deno.test("a command that was started, and whose number did not come, is said to be sent", async () => {
  await using harness = await connect();
  answerWith(harness, NULL, /agent\/exec$/);
  const call = { operation: "exec", vmid: 100, command: "uptime" };
  const answer = await harness.call("proxmox_agent_exec", call);
  assertFailed(answer, /^Cannot finish proxmox_agent_exec exec/);
  assertMatch(answer.text, /Done before that: POST \/nodes\/pve1\/qemu\/100\/agent\/exec/);
});

Deno.test("a change whose answer is too deep to be read is not said to be done, nor not done", async () => {
  await using harness = await connect();
  const deep = `{"data":${'{"a":'.repeat(50_000)}1${"}".repeat(50_001)}`;
  answerWith(harness, deep, /\/storage$/);
  const params = { storage: "extra", type: "dir", path: "/srv" };
  const answer = await api(harness, "POST /storage", params);
  assertFailed(answer, /^Cannot do proxmox_api_call/, /nested more than 100 deep/);
  assertMatch(answer.text, /Whether it was done is not known: look at the state/);
});
