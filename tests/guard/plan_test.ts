/** PROXMOX_CONFIRM=plan: a client that cannot ask is told first what would be taken away. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { CONFIRMATION_MS } from "../../src/guard/seal.ts";
import { connect, type Harness, type HarnessOptions, type ToolAnswer } from "../harness.ts";
import { assertDeclined, assertDenied, assertDone, assertUnconfirmed } from "../outcome.ts";

const DELETE = { vmid: "win11-test" };

function planning(options: HarnessOptions = {}): Promise<Harness> {
  return connect({ ...options, settings: { ...options.settings, CONFIRM: "plan" } });
}

function changes({ simulator }: Harness): string[] {
  return simulator.requests.filter(({ method }) => method !== "GET")
    .map(({ method, path, query, body }) => `${method} ${path} ${query}${body}`);
}

/** The code that an answer gives. */
function codeIn({ text }: ToolAnswer): string {
  const [, code = ""] = /\bconfirm=([\w.-]+)/.exec(text) ?? [];
  assert(code.length > 0, text);
  return code;
}

Deno.test("the answer tells whose loss it would be, what goes, and the code that does it", async () => {
  await using harness = await planning();
  const planned = await harness.call("proxmox_guest_delete", DELETE);
  assertUnconfirmed(planned, /waits to be confirmed/);
  assertStringIncludes(planned.text, 'VM 107 "win11-test" on pve3, stopped');
  assertStringIncludes(planned.text, "Nothing was done");
  assertMatch(planned.text, /Lost: the guest with scsi0 \(local-lvm:vm-107-disk-0/);
  assertEquals(changes(harness), []);
  const done = await harness.call("proxmox_guest_delete", { ...DELETE, confirm: codeIn(planned) });
  assertDone(done);
  assertEquals(changes(harness), ["DELETE /api2/json/nodes/pve3/qemu/107 "]);
});

Deno.test("through the API gateway the code stands among the parameters, and is not sent", async () => {
  await using harness = await planning();
  const operation = "PUT /nodes/pve3/qemu/105/config";
  const params = { delete: "net0" };
  const planned = await harness.call("proxmox_api_call", { operation, params });
  const confirm = codeIn(planned);
  assertDone(
    await harness.call("proxmox_api_call", { operation, params: { ...params, confirm } }),
  );
  const [change = "", ...more] = changes(harness);
  assertMatch(
    change,
    /^PUT \/api2\/json\/nodes\/pve3\/qemu\/105\/config delete=net0&digest=\w{40}$/,
  );
  assertEquals(more, []);
});

Deno.test("a code is good once, for this call, in this state, and for ten minutes", async () => {
  const voids: readonly (readonly [
    why: RegExp,
    spoil: (harness: Harness, code: string) => void | Promise<unknown>,
    args?: Readonly<Record<string, unknown>>,
  ])[] = [
    [/was used before/, (harness, confirm) => {
      harness.simulator.faults.add({
        kind: "status",
        status: 500,
        times: 1,
        match: { method: "DELETE" },
      });
      return harness.call("proxmox_guest_delete", { ...DELETE, confirm });
    }],
    [/older than ten minutes/, ({ clock }) => clock.advance(CONFIRMATION_MS + 1_000)],
    [/has changed since/, ({ simulator: { cluster } }) => {
      cluster.guests.get(107)!.status = "running";
    }],
    [/is for another call/, () => {}, { purge: true }],
    [/is for another call/, () => {}, { vmid: 105 }],
    [/no code that this server has given/, () => {}, { confirm: "yes" }],
  ];
  for (const [why, spoil, args = {}] of voids) {
    await using harness = await planning();
    const confirm = codeIn(await harness.call("proxmox_guest_delete", DELETE));
    await spoil(harness, confirm);
    const before = changes(harness);
    const answer = await harness.call("proxmox_guest_delete", { ...DELETE, confirm, ...args });
    assertUnconfirmed(answer, /waits to be confirmed/, why);
    assertEquals(changes(harness), before);
    assert(codeIn(answer) !== confirm);
  }
});

Deno.test("where the client can ask, a person is asked all the same, code or not", async () => {
  const questions: string[] = [];
  await using harness = await planning({
    ask: (question) => {
      questions.push(question);
      return Promise.resolve("decline");
    },
  });
  const answer = await harness.call("proxmox_guest_delete", { ...DELETE, confirm: "yes" });
  assertDeclined(answer, /was not confirmed/, /The client answered no/);
  assertEquals(questions.length, 1);
});

Deno.test("a code never takes the place of a person with PROXMOX_CONFIRM=always", async () => {
  await using plan = await planning();
  const confirm = codeIn(await plan.call("proxmox_guest_delete", DELETE));
  await using always = await connect({ settings: { CONFIRM: "always" } });
  const answer = await always.call("proxmox_guest_delete", { ...DELETE, confirm });
  assertDenied(answer, /was not confirmed/, /PROXMOX_CONFIRM=always/);
  assertEquals(changes(always), []);
});

Deno.test("what takes nothing away needs no code", async () => {
  await using harness = await planning();
  const args = { action: "create", vmid: 107, snapname: "plain" };
  assertDone(await harness.call("proxmox_guest_snapshot", args));
});

Deno.test("a decline that no person may have seen is the client's, and says what to do next", async () => {
  for (const confirm of ["auto", "always", "plan"]) {
    for (const reply of ["decline", "cancel"] as const) {
      await using harness = await connect({
        settings: { CONFIRM: confirm },
        ask: () => Promise.resolve(reply),
      });
      const answer = await harness.call("proxmox_guest_delete", DELETE);
      const said = reply === "decline" ? /The client answered no/ : /The client gave no answer/;
      const assertOutcome = reply === "decline" ? assertDeclined : assertUnconfirmed;
      assertOutcome(answer, /was not confirmed/, said);
      assertStringIncludes(answer.text, "If nobody saw a question, this client declines by itself");
      assertStringIncludes(answer.text, "in a client that does");
      assert(!/person|PROXMOX_CONFIRM/.test(answer.text), answer.text);
      assertEquals(changes(harness), []);
    }
  }
});
