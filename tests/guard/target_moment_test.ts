/** What is confirmed without a loss: for the guest and the request that were shown, and no other. */
import { assertEquals, assertMatch } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { hooked } from "../hooked_transport.ts";
import { assertDone, assertFailed, assertUnconfirmed } from "../outcome.ts";
import { becomesProduction, changes, late } from "./late.ts";

const LOGIN = { PASSWORD: "proxmox-demo" };
const UPDATE = "proxmox_guest_config_update";
const codeIn = (text: string): string => /confirm=(\S+)/.exec(text)?.[1] ?? "";

Deno.test("the login's question names the guest, and another guest gets nothing", async () => {
  await using world = await late(becomesProduction, { settings: LOGIN });
  const answer = await world.harness.call(UPDATE, { vmid: "old-test", hostpci0: "0000:01:00.0" });
  assertFailed(answer, /was not done/, /it was old-test/);
  assertMatch(world.questions[0] ?? "", /VM 104 "old-test" on pve3, stopped/);
  assertEquals(changes(world.harness), []);
});

Deno.test("the login does it for a guest that is the same", async () => {
  await using world = await late(() => {}, { settings: LOGIN });
  assertDone(await world.harness.call(UPDATE, { vmid: "old-test", hostpci0: "0000:01:00.0" }));
});

function rename({ simulator }: Harness): void {
  simulator.cluster.guests.get(104)!.config.name = "PRODUCTION-DB";
}

for (
  const [args, assertOutcome, why] of [
    [{ vmid: 104, args: "-no-hpet" }, assertFailed, /is by now PRODUCTION-DB/],
    [{ vmid: 104, description: "x" }, assertUnconfirmed, /a guest that loses something/],
  ] as const
) {
  for (const isOther of [false, true]) {
    Deno.test(`the code of ${JSON.stringify(args)} is for the guest as it was: ${isOther}`, async () => {
      await using harness = await connect({ settings: LOGIN });
      const { text } = await harness.call(UPDATE, { ...args, dry_run: true });
      if (isOther) rename(harness);
      const answer = await harness.call(UPDATE, { ...args, confirm: codeIn(text) });
      if (!isOther) return assertDone(answer);
      assertOutcome(answer, /\bwas not done$|\bwaits to be confirmed\b/, why);
      assertEquals(changes(harness), []);
    });
  }
}

Deno.test("a code sends guests to the node that it was given for", async () => {
  let reads = 0;
  await using harness = await connect({
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line, data) => {
          if (line !== "GET /nodes") return undefined;
          // From the third read on, which is after the code was opened, another one has most free.
          const best = ++reads > 2 ? "pve3" : "pve2";
          return (data as Record<string, unknown>[]).map((row) => ({
            ...row,
            mem: row.node === best ? 0 : row.maxmem,
          }));
        },
      }),
  });
  const args = { action: "migrate_all", node: "pve1" };
  const { text } = await harness.call("proxmox_node_bulk", { ...args, dry_run: true });
  assertMatch(text, /target=pve2/);
  reads = 1;
  const answer = await harness.call("proxmox_node_bulk", { ...args, confirm: codeIn(text) });
  assertFailed(answer, /was not done/, /not what was confirmed/);
  assertEquals(changes(harness), []);
});

Deno.test("a backup of the same name on a node that was not there when it was asked stays", async () => {
  const backup = {
    volid: "local:backup/vzdump-qemu-100-2020_01_01-00_00_00.vma.zst",
    ...{ vmid: 100, ctime: 1577836800, size: 1e9, format: "vma.zst", content: "backup" },
  };
  let wasAsked = false;
  await using harness = await connect({
    ask: () => {
      wasAsked = true;
      return Promise.resolve("accept");
    },
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line) =>
          /storage\/local\/content\?/.test(line)
            ? line.includes("pve1") || (wasAsked && line.includes("pve2")) ? [backup] : []
            : undefined,
      }),
  });
  const answer = await harness.call("proxmox_backup", {
    ...{ action: "delete_old", before: "90d", storage: "local" },
  });
  assertFailed(answer, /was not done/);
  assertEquals(changes(harness).filter((each) => each.includes("pve2")), []);
});

for (
  const [tool, args] of [
    ["proxmox_node_bulk", { action: "stop_all", node: "pve3", vms: "gitlab" }],
    ["proxmox_api_call", {
      operation: "POST /cluster/bulk-action/guest/shutdown",
      params: { vms: ["gitlab", 105] },
    }],
    ["proxmox_backup", {
      ...{ action: "restore", vmid: "win11-test", force: true },
      archive: "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst",
    }],
  ] as const
) {
  Deno.test(`what an argument names loses nothing when the name was another's: ${tool}`, async () => {
    await using harness = await connect();
    await harness.services.guests.list();
    const { guests } = harness.simulator.cluster;
    for (const vmid of [104, 107]) guests.get(vmid)!.config.name = `production-${vmid}`;
    const answer = await harness.call(tool, args);
    assertFailed(answer, /was not done$/, /(?:gitlab|win11-test) .* is by now production-10[47]/);
    assertEquals(changes(harness), []);
    assertDone(
      await harness.call(
        tool,
        JSON.parse(
          JSON.stringify(args).replace("gitlab", "production-104").replace(
            "win11-test",
            "production-107",
          ),
        ),
      ),
    );
  });
}
