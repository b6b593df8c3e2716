/** Seals: what they confirm, and everything that makes them void. */
import { CLOCK_SKEW_MS, CONFIRMATION_MS, randomSealKey, Sealer } from "../../src/guard/seal.ts";
import type { Confirmation } from "../../src/tool/services.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { ManualClock } from "../virtual_clock.ts";

const DELETE: Confirmation = {
  caller: "mcp@pve!mcp",
  cluster: "home",
  call: { tool: "proxmox_guest_delete", vmid: "104", purge: true },
  rests: { losses: ["the guest"], guests: [{ vmid: 104, name: "old-test", status: "stopped" }] },
};

function sealer(clock = new ManualClock()): Sealer {
  return new Sealer(randomSealKey(), clock);
}

Deno.test("a seal confirms what it was made of, whatever the order of its keys", async () => {
  const seals = sealer();
  const seal = await seals.seal(DELETE);
  assertMatch(seal, /^[\w.-]{50,90}$/);
  const same = { ...DELETE, call: { purge: true, vmid: "104", tool: "proxmox_guest_delete" } };
  assertEquals(await seals.open(seal, same), undefined);
});

Deno.test("a seal is good once, also when what it confirms has changed", async () => {
  const seals = sealer();
  const seal = await seals.seal(DELETE);
  assertEquals(await seals.open(seal, DELETE), undefined);
  assertEquals(await seals.open(seal, DELETE), "used");
  const other = await seals.seal(DELETE);
  const guests = [{ vmid: 104, name: "old-test", status: "running" }];
  const changed = { ...DELETE, rests: { ...DELETE.rests, guests } };
  assertEquals(await seals.open(other, changed), { changed: ["guests"] });
  assertEquals(await seals.open(other, DELETE), "used");
});

Deno.test("a seal is void after ten minutes", async () => {
  const clock = new ManualClock();
  const seals = sealer(clock);
  const seal = await seals.seal(DELETE);
  clock.advance(CONFIRMATION_MS - 1_000);
  const fresh = await seals.seal(DELETE);
  clock.advance(2_000);
  assertEquals(await seals.open(seal, DELETE), "expired");
  assertEquals(await seals.open(fresh, DELETE), undefined);
});

Deno.test("a seal does not last longer in a process that started after the clock was set back", async () => {
  const key = randomSealKey();
  const ahead = new ManualClock();
  ahead.advance(3_600_000);
  const seal = await new Sealer(key, ahead).seal(DELETE);
  assertEquals(await new Sealer(key, new ManualClock()).open(seal, DELETE), "expired");
});

Deno.test("processes with one key take each other's seals, though their clocks differ a little", async () => {
  const key = randomSealKey();
  for (
    const [ms, problem] of [[CLOCK_SKEW_MS, undefined], [2 * CLOCK_SKEW_MS, "expired"]] as const
  ) {
    const ahead = new ManualClock();
    ahead.advance(ms);
    const [one, other] = [new Sealer(key, new ManualClock()), new Sealer(key, ahead)];
    assertEquals(await one.open(await other.seal(DELETE), DELETE), problem);
    assertEquals(await other.open(await one.seal(DELETE), DELETE), undefined);
  }
});

Deno.test("a seal is void after ten minutes, also when the clock is set", async () => {
  for (const ms of [-3_600_000, 3_600_000]) {
    const clock = new ManualClock();
    const seals = sealer(clock);
    const seal = await seals.seal(DELETE);
    clock.setBy(ms);
    clock.advance(CONFIRMATION_MS - 2_000);
    const fresh = await seals.seal(DELETE);
    assertEquals(await seals.open(seal, DELETE), undefined);
    clock.advance(CONFIRMATION_MS + 2_000);
    assertEquals(await seals.open(fresh, DELETE), "expired");
  }
});

Deno.test("a seal is none of another caller, cluster or call", async () => {
  const seals = sealer();
  const seal = await seals.seal(DELETE);
  const others: readonly Confirmation[] = [
    { ...DELETE, caller: "eve@pve!mcp" },
    { ...DELETE, cluster: "lab" },
    { ...DELETE, call: { ...DELETE.call, vmid: "105" } },
    { ...DELETE, call: { ...DELETE.call, force: true } },
  ];
  for (const other of others) assertEquals(await seals.open(seal, other), "other call");
  assertEquals(await seals.open(seal, DELETE), undefined);
});

Deno.test("a seal with any of its characters changed, cut or made up is forged", async () => {
  const seals = sealer();
  const seal = await seals.seal(DELETE);
  for (let index = 0; index < seal.length; index++) {
    const other = seal[index] === "A" ? "B" : "A";
    const forged = seal.slice(0, index) + other + seal.slice(index + 1);
    assertEquals(await seals.open(forged, DELETE), "forged", forged);
  }
  for (const forged of ["", ".", "yes", seal.slice(0, -1), `${seal}A`]) {
    assertEquals(await seals.open(forged, DELETE), "forged", forged);
  }
});

Deno.test("a seal opens in another process that has the key, and in none without", async () => {
  const key = randomSealKey();
  const clock = new ManualClock();
  const seal = await new Sealer(key, clock).seal(DELETE);
  assertEquals(await sealer(clock).open(seal, DELETE), "forged");
  assertEquals(await new Sealer(key, clock).open(seal, DELETE), undefined);
});
