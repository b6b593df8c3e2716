/**
 * What is taken away is judged on the state of the moment at which it is sent: a person answers
 * late, calls wait for their turn and for locks, and the cluster changes meanwhile.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import type { Harness, ToolAnswer } from "../harness.ts";
import { assertDenied, assertDone, assertFailed } from "../outcome.ts";
import { becomesProduction, changes, late, LIST, type Meanwhile, OLD } from "./late.ts";

const DELETE = "DELETE /nodes/pve3/qemu/104";
const MINUTE = 60_000;

function readsOf({ simulator }: Harness, line: string): number {
  return simulator.requests.filter(({ method, path, query }) =>
    `${method} ${path.replace("/api2/json", "")}?${query}` === line
  ).length;
}

/** Asserts that the call was not done, and why. */
function assertVoid(answer: ToolAnswer, reason: RegExp): void {
  assertFailed(answer, /was not done$/, reason);
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

Deno.test("a guest is judged by what its node says: the cluster's list is up to ten seconds old", async () => {
  const changed: readonly (readonly [string, string, RegExp])[] = [
    ["name", "PRODUCTION-DB", /it is PRODUCTION-DB/],
    ["tags", "production", /it was old-test/],
    ["status", "running", /it is old-test .*running/],
    ["tags", "protected", /protected/],
  ];
  for (const [key, value, reason] of changed) {
    await using world = await late(undefined, {
      hooks: (harness) => ({
        arrives: (line) => {
          if (!line.startsWith(DELETE)) return;
          const guest = harness().simulator.cluster.guests.get(104)!;
          if (key === "status") guest.status = "running";
          else guest.config[key] = value;
        },
      }),
    });
    // From this change on, the list shows for ten seconds what was there before.
    const note = "PUT /nodes/pve1/qemu/100/config";
    const noted = { operation: note, params: { description: "x" } };
    assertDone(await world.harness.call("proxmox_api_call", noted));
    lock(world.harness, 1);
    const assertOutcome = value === "protected" ? assertDenied : assertFailed;
    assertOutcome(await world.harness.call("proxmox_guest_delete", OLD), /./, reason);
    assertEquals(changes(world.harness), [note, DELETE]);
  }
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

Deno.test("what an action of several requests takes away is asked about before its turn", async () => {
  const calls: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["proxmox_backup", { ...OLD, action: "create", storage: "nas", mode: "stop" }],
    ["proxmox_guest_template", OLD],
  ];
  for (const [tool, args] of calls) {
    const held = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    await using world = await late(({ clock }) => void clock.sleep(1_000).then(held.resolve), {
      hooks: () => ({
        arrives: async (line) => {
          if (!line.endsWith("/agent/ping")) return;
          arrived.resolve();
          await held.promise;
        },
      }),
    });
    const { harness, questions } = world;
    if (tool === "proxmox_backup") harness.simulator.cluster.guests.get(104)!.status = "running";
    const operation = "POST /nodes/pve3/qemu/104/agent/ping";
    const turn = harness.call("proxmox_api_call", { operation });
    await arrived.promise;
    // The question alone ends the turn of the other call.
    const { text } = await harness.call(tool, { ...args, wait: 100 });
    await turn;
    assertEquals(questions.length, 1, text);
    assertMatch(questions[0] ?? "", /^Lost: /m);
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
