/** A list of guests that makes no sense, or cannot be had, refuses what takes something away. */
import { GuestDirectory } from "../../src/pve/guest_directory.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { hooked, type Hooks } from "../hooked_transport.ts";
import { assertDone, assertFailed } from "../outcome.ts";
import { changes, late, LIST, OLD } from "./late.ts";

/** What may be wrong with a list of guests. */
const WRONG_LISTS: Readonly<Record<string, (rows: readonly Record<string, unknown>[]) => unknown>> =
  {
    "is none": () => ({ guests: 15 }),
    "is a text": () => "nothing to see",
    "is empty": () => [],
    "has a row that is none": (rows) => [...rows, null],
    "has a guest without its number": (rows) =>
      rows.map(({ vmid, ...row }) => vmid === 104 ? row : { vmid, ...row }),
    "has a guest without its node": (rows) =>
      rows.map(({ node, ...row }) => row.vmid === 104 ? row : { node, ...row }),
    "has another guest that makes no sense": (rows) =>
      rows.map((row) => row.vmid === 100 ? { ...row, vmid: "web01" } : row),
    "lacks the guest": (rows) => rows.filter(({ vmid }) => vmid !== 104),
  };

/** Asserts that nothing is deleted when the list breaks before the question, or after it. */
async function assertRefuses(
  breaks: (harness: Harness) => void,
  hooks: (harness: () => Harness) => Hooks = () => ({}),
): Promise<void> {
  for (const when of ["before", "after"] as const) {
    await using world = await late(breaks, { hooks });
    const { harness, questions } = world;
    // The guest is found by a list that is still believed.
    assertDone(await harness.call("proxmox_guest_status", OLD));
    if (when === "before") breaks(harness);
    const { isError, text } = await harness.call("proxmox_guest_delete", OLD);
    assert(isError, text);
    assertEquals(questions.length, when === "before" ? 0 : 1, text);
    assertEquals(changes(harness), [], text);
  }
}

for (const [what, wrong] of Object.entries(WRONG_LISTS)) {
  Deno.test(`a list of guests that ${what} refuses, before the question and after it`, async () => {
    const broken = new WeakSet<Harness>();
    await assertRefuses((harness) => void broken.add(harness), (harness) => ({
      answers: (line, data) =>
        line === LIST && broken.has(harness())
          ? wrong(data as Record<string, unknown>[])
          : undefined,
    }));
  });
}

Deno.test("a list of guests that cannot be had refuses, before the question and after it", async () => {
  const faults = [
    { kind: "status", status: 500 },
    { kind: "status", status: 403 },
    { kind: "refused" },
    { kind: "bad-json" },
    { kind: "half-body" },
  ] as const;
  for (const fault of faults) {
    await assertRefuses(({ simulator }) =>
      void simulator.faults.add({ ...fault, match: { path: "/cluster/resources" } })
    );
  }
});

Deno.test("a name that is another guest's by now is not taken for the one that had it, though nobody is asked", async () => {
  await using world = await late(undefined, { settings: { CONFIRM: "never" } });
  const { harness } = world;
  assertDone(await harness.call("proxmox_guest_status", OLD));
  harness.simulator.cluster.guests.get(104)!.config.name = "PRODUCTION-DB";
  const answer = await harness.call("proxmox_guest_delete", { vmid: "old-test" });
  assertFailed(answer, /was not done/, /^old-test .* is by now PRODUCTION-DB/);
  assertEquals(changes(harness), []);
});

Deno.test("a list of guests is believed for five seconds, also when the clock is set back", async () => {
  await using harness = await connect();
  const { clock, services, simulator } = harness;
  const guests = new GuestDirectory(services.pve, clock);
  assertEquals((await guests.find(104)).name, "gitlab");
  simulator.cluster.guests.get(104)!.config.name = "renamed";
  clock.setBy(-3_600_000);
  clock.advance(6_000);
  assertEquals((await guests.find(104)).name, "renamed");
});

Deno.test("a caller whose time is over does not wait for the list that others asked for before", async () => {
  const answer = Promise.withResolvers<void>();
  await using harness = await connect({
    transport: (simulator) => hooked(simulator, { arrives: () => answer.promise }),
  });
  const guests = new GuestDirectory(harness.services.pve, harness.clock);
  const others = guests.list();
  const late = guests.listFresh(AbortSignal.abort(new Error("its time is over")));
  await assertRejects(() => late, Error, "its time is over");
  answer.resolve();
  assert((await others).length > 0);
});
