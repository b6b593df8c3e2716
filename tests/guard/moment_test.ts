/**
 * What is taken away is judged on the state of the moment at which it is sent: a person answers
 * late, calls wait for their turn and for locks, and the cluster changes meanwhile.
 */
import { GuestDirectory } from "../../src/pve/guests.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { connect, type Harness, type ToolAnswer } from "../harness.ts";
import { hooked, type Hooks } from "../hooked_transport.ts";
import { assertDenied, assertDone } from "../outcome.ts";
import { VirtualClock } from "../virtual_clock.ts";

const OLD = { vmid: 104 };
const DELETE = "DELETE /nodes/pve3/qemu/104";
const LIST = "GET /cluster/resources?type=vm";
const MINUTE = 60_000;

type Meanwhile = (harness: Harness) => void | Promise<void>;

interface Late extends AsyncDisposable {
  readonly harness: Harness;
  readonly questions: string[];
}

/** A cluster with the stopped guest "old-test", and a person who says yes after something happened. */
async function late(
  meanwhile: Meanwhile = () => {},
  { hooks = () => ({}), settings = {} }: {
    readonly hooks?: (harness: () => Harness) => Hooks;
    readonly settings?: Readonly<Record<string, string>>;
  } = {},
): Promise<Late> {
  const questions: string[] = [];
  const found = (): Harness => harness;
  const harness: Harness = await connect({
    settings,
    transport: (simulator) => hooked(simulator, hooks(found)),
    ask: async (question) => {
      questions.push(question);
      await meanwhile(harness);
      return "accept";
    },
  });
  const guest = harness.simulator.cluster.guests.get(104)!;
  guest.config.name = "old-test";
  guest.status = "stopped";
  return { harness, questions, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

function becomesProduction({ simulator }: Harness): void {
  const guest = simulator.cluster.guests.get(104)!;
  guest.config.name = "PRODUCTION-DB";
  guest.status = "running";
}

/** Changes that reached the cluster, other than those that a test itself makes. */
function changes({ simulator }: Harness): string[] {
  return simulator.requests.filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.replace("/api2/json", "")}`);
}

function readsOf({ simulator }: Harness, line: string): number {
  return simulator.requests.filter(({ method, path, query }) =>
    `${method} ${path.replace("/api2/json", "")}?${query}` === line
  ).length;
}

/** Asserts that the call was not done, and why. */
function assertVoid(answer: ToolAnswer, reason: RegExp): void {
  assertDenied(answer, /was not done$/, reason);
  assertStringIncludes(answer.text, "Nothing was done; the same call asks again");
}

/** Makes each try to delete 104 meet a lock, `times` times or for ever. */
function lock({ simulator }: Harness, times?: number): void {
  const message = "can't lock file '/var/lock/qemu-server/lock-104.conf' - got timeout";
  const match = { method: "DELETE", path: "/qemu/104" };
  simulator.faults.add({
    ...{ kind: "status", status: 500, message, match },
    ...(times === undefined ? {} : { times }),
  });
}

Deno.test("a start holds the turn, the delete is confirmed, the guest becomes another one: it is not deleted", async () => {
  const held = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await using world = await late(
    ({ clock }) =>
      void clock.sleep(1_000).then(() => {
        becomesProduction(world.harness);
        held.resolve();
      }),
    {
      hooks: () => ({
        arrives: async (line) => {
          if (!line.endsWith("/status/start")) return;
          arrived.resolve();
          await held.promise;
        },
      }),
    },
  );
  const { harness, questions } = world;
  const starting = harness.call("proxmox_guest_start", { ...OLD, wait: 0 });
  await arrived.promise;
  const answer = await harness.call("proxmox_guest_delete", { ...OLD, wait: 100 });
  await starting;
  assertStringIncludes(questions[0] ?? "", 'VM 104 "old-test" on pve3, stopped');
  assertVoid(answer, /it was old-test .*, it is PRODUCTION-DB \(104, VM on pve3, running\)/);
  assertEquals(changes(harness), ["POST /nodes/pve3/qemu/104/status/start"]);
});

Deno.test("a person who answers late agrees to nothing that changed meanwhile", async () => {
  const changed: readonly (readonly [Meanwhile, RegExp])[] = [
    [becomesProduction, /it is PRODUCTION-DB/],
    [({ simulator }) => void (simulator.cluster.guests.get(104)!.status = "running"), /running/],
    [({ simulator }) => {
      simulator.cluster.guests.get(104)!.config.scsi5 = "local-lvm:vm-104-disk-5,size=9G";
    }, /lost as well/],
    [({ simulator }) => {
      simulator.cluster.guests.get(104)!.config.tags = "production";
    }, /it was old-test/],
  ];
  for (const [meanwhile, reason] of changed) {
    await using world = await late(meanwhile);
    assertVoid(await world.harness.call("proxmox_guest_delete", OLD), reason);
    assertEquals(changes(world.harness), []);
  }
});

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

for (const [what, wrong] of Object.entries(WRONG_LISTS)) {
  Deno.test(`a list of guests that ${what} refuses, before the question and after it`, async () => {
    for (const when of ["before", "after"] as const) {
      let isWrong = false;
      await using world = await late(() => void (isWrong = true), {
        hooks: () => ({
          answers: (line, data) =>
            isWrong && line === LIST ? wrong(data as Record<string, unknown>[]) : undefined,
        }),
      });
      const { harness, questions } = world;
      // The guest is found by a list that is still believed.
      assertDone(await harness.call("proxmox_guest_status", OLD));
      if (when === "before") isWrong = true;
      const { isError, text } = await harness.call("proxmox_guest_delete", OLD);
      assert(isError, text);
      assertEquals(questions.length, when === "before" ? 0 : 1, text);
      assertEquals(changes(harness), [], text);
    }
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
    for (const when of ["before", "after"] as const) {
      const breaks = ({ simulator }: Harness): void =>
        void simulator.faults.add({ ...fault, match: { path: "/cluster/resources" } });
      await using world = await late(breaks);
      const { harness, questions } = world;
      assertDone(await harness.call("proxmox_guest_status", OLD));
      if (when === "before") breaks(harness);
      const { isError, text } = await harness.call("proxmox_guest_delete", OLD);
      assert(isError, text);
      assertEquals(questions.length, when === "before" ? 0 : 1, text);
      assertEquals(changes(harness), [], text);
    }
  }
});

Deno.test("each try at a lock is judged on a list of its own, and ends when the guest is another one", async () => {
  await using calm = await late();
  lock(calm.harness, 3);
  const before = readsOf(calm.harness, LIST);
  assertDone(await calm.harness.call("proxmox_guest_delete", OLD));
  assertEquals(changes(calm.harness), [DELETE, DELETE, DELETE, DELETE]);
  // To find it, to ask, and for each of four tries.
  assertEquals(readsOf(calm.harness, LIST) - before, 6);

  let tries = 0;
  await using world = await late(undefined, {
    hooks: (harness) => ({
      arrives: (line) => {
        if (line.startsWith(DELETE) && ++tries === 2) becomesProduction(harness());
      },
    }),
  });
  lock(world.harness);
  assertVoid(await world.harness.call("proxmox_guest_delete", OLD), /it is PRODUCTION-DB/);
  assertEquals(changes(world.harness), [DELETE, DELETE]);
});

for (
  const [what, meanwhile] of Object.entries<Meanwhile>({
    "": () => {},
    ", also when the clock is set back": ({ clock }) => clock.setBy(-60 * MINUTE),
    ", also when the clock is set forward": ({ clock }) => clock.setBy(60 * MINUTE),
  })
) {
  Deno.test(`a confirmation is void after ten minutes, whatever wait says${what}`, async () => {
    await using world = await late(meanwhile);
    const { harness } = world;
    lock(harness);
    const began = harness.clock.monotonic();
    const answer = await harness.call("proxmox_guest_delete", { ...OLD, wait: 3_600 });
    assertVoid(answer, /more than ten minutes ago/);
    const minutes = (harness.clock.monotonic() - began) / MINUTE;
    assert(minutes >= 10 && minutes < 10.2, `${minutes}`);
    assert(changes(harness).length > 1 && changes(harness).every((line) => line === DELETE));
  });
}

Deno.test("an answer after more than ten minutes confirms nothing", async () => {
  await using world = await late(({ clock }) => clock.advance(10 * MINUTE));
  const answer = await world.harness.call("proxmox_guest_delete", { ...OLD, wait: 3_600 });
  assertVoid(answer, /more than ten minutes ago/);
  assertEquals(changes(world.harness), []);
  await using just = await late(({ clock }) => clock.advance(10 * MINUTE - 1_000));
  assertDone(await just.harness.call("proxmox_guest_delete", OLD));
});

Deno.test("where nobody is asked, a turn may be waited for as long as the call may", async () => {
  await using world = await late(undefined, { settings: { CONFIRM: "never" } });
  const { harness } = world;
  lock(harness);
  void harness.clock.sleep(12 * MINUTE).then(() => harness.simulator.faults.clear());
  assertDone(await harness.call("proxmox_guest_delete", { ...OLD, wait: 3_600 }));
});

Deno.test("what turns out to be a loss in the turn is asked about then, and judged again after the answer", async () => {
  const fill = (harness: Harness, size: string): void => {
    const volume = `local-lvm:vm-104-disk-9,size=${size}`;
    harness.simulator.cluster.guests.get(104)!.config.scsi9 = volume;
  };
  for (const changesAgain of [false, true]) {
    let reads = 0;
    await using world = await late((harness) => changesAgain ? fill(harness, "900G") : undefined, {
      hooks: (harness) => ({
        arrives: (line) => {
          // The first reading plans; the next is of the turn.
          if (line.endsWith("/qemu/104/pending") && ++reads === 2) fill(harness(), "8G");
        },
      }),
    });
    const { harness, questions } = world;
    const call = { ...OLD, config: { scsi9: "local-lvm:4" } };
    const answer = await harness.call("proxmox_guest_config_update", call);
    assertEquals(questions.length, 1, answer.text);
    assertMatch(questions[0] ?? "", /Lost: scsi9 \(local-lvm:vm-104-disk-9, 8G\)/);
    if (changesAgain) assertVoid(answer, /lost as well: scsi9 .*900G/);
    else assertDone(answer);
    assertEquals(changes(harness).length, changesAgain ? 0 : 1);
  }
});

Deno.test("a configuration that changes after the last look is refused by Proxmox VE, by its digest", async () => {
  for (const [vmid, type, path] of [[104, "qemu", "pve3"], [201, "lxc", "pve3"]] as const) {
    await using world = await late(undefined, {
      hooks: (harness) => ({
        arrives: (line) => {
          if (!/^(PUT|POST) .*\/config/.test(line)) return;
          harness().simulator.cluster.guests.get(vmid)!.config.description = "in use again";
        },
      }),
    });
    const { harness } = world;
    const { config } = harness.simulator.cluster.guests.get(vmid)!;
    const { net0 } = config;
    const answer = await harness.call("proxmox_guest_config_update", { vmid, delete: "net0" });
    assert(answer.isError, answer.text);
    assertEquals(config.net0, net0);
    const [sent = "", ...more] = changes(harness);
    assertMatch(sent, new RegExp(`/nodes/${path}/${type}/${vmid}/config$`));
    assertEquals(more, []);
  }
});

Deno.test("a list of guests is believed for five seconds, also when the clock is set back", async () => {
  await using harness = await connect();
  const { clock, services, simulator } = harness;
  const guests = new GuestDirectory(services.pve, clock);
  assertEquals((await guests.find(104)).name, "gitlab");
  simulator.cluster.guests.get(104)!.config.name = "renamed";
  clock.setBy(-60 * MINUTE);
  clock.advance(6_000);
  assertEquals((await guests.find(104)).name, "renamed");
  assert(clock instanceof VirtualClock);
});
