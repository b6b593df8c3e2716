/** Between the question about an unchecked call and its request. */
import { assertEquals, assertMatch } from "../assert.ts";
import { becomesProduction, changes, late, LIST } from "../guard/late.ts";
import { connect, type Harness, type ToolAnswer } from "../harness.ts";
import { hooked } from "../hooked_transport.ts";
import { assertDenied, assertFailed, assertUnconfirmed } from "../outcome.ts";

const CALL = "proxmox_api_call";
const KNOWN = { operation: "DELETE /nodes/pve3/qemu/104", params: { "brand-new": 1 } };
const UNKNOWN = { operation: "POST /nodes/pve3/qemu/104/brand-new", params: {} };

function call(harness: Harness, args: Record<string, unknown>): Promise<ToolAnswer> {
  return harness.call(CALL, { ...args, unchecked: true });
}

for (const args of [KNOWN, UNKNOWN]) {
  Deno.test(`${args.operation}: nothing is sent to a guest that is another one by then`, async () => {
    await using world = await late(becomesProduction);
    assertFailed(await call(world.harness, args), /was not done/, /it was old-test/);
    assertMatch(world.questions[0] ?? "", /VM 104 "old-test" on pve3, stopped/);
    assertEquals(changes(world.harness), []);
  });
}

Deno.test("nothing is sent when more would be lost than was asked about", async () => {
  await using world = await late(({ simulator }) => {
    simulator.cluster.guests.get(104)!.config.scsi0 = "local-lvm:vm-104-disk-9,size=900G";
  });
  assertFailed(await call(world.harness, KNOWN), /was not done/, /lost as well/);
  assertEquals(changes(world.harness), []);
});

Deno.test("an answer after eleven minutes is too late", async () => {
  await using world = await late(({ clock }) => clock.sleep(660_000, AbortSignal.any([])));
  const answer = await call(world.harness, { operation: "POST /cluster/brand-new", params: {} });
  assertFailed(answer, /was not done/, /ten minutes/);
  assertEquals(changes(world.harness), []);
});

Deno.test("a code is void for a guest that is another one by then", async () => {
  await using harness = await connect({ settings: { CONFIRM: "plan" } });
  const { text } = await call(harness, UNKNOWN);
  becomesProduction(harness);
  const confirm = /confirm=(\S+)/.exec(text)?.[1];
  assertUnconfirmed(
    await call(harness, { ...UNKNOWN, params: { confirm } }),
    /waits to be confirmed/,
    /guest/,
  );
  assertEquals(changes(harness), []);
});

Deno.test("a guest that the cluster's list does not yet show as protected is", async () => {
  let stale: unknown;
  await using harness = await connect({
    ask: () => Promise.resolve("accept"),
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line, data) => line === LIST ? stale ??= structuredClone(data) : undefined,
      }),
  });
  await harness.call("proxmox_guest_status", { vmid: 104 });
  harness.simulator.cluster.guests.get(104)!.config.tags = "protected";
  assertDenied(await call(harness, UNKNOWN), /is protected/);
  assertEquals(changes(harness), []);
});
