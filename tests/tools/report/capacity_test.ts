/** What the report on capacity foretells is what happens when the storage fills. */
import { assert, assertEquals } from "../../assert.ts";
import { GIB, TIB } from "../../../src/base/byte_units.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import { assertNoLine, lineWith, report } from "./report.ts";

const DAY_MS = 86_400_000;

/** Has a storage fill by so many bytes a day, measured for so many days. */
function grow(
  { simulator: { cluster } }: Harness,
  storage: string,
  perDay: number,
  days = 365,
): void {
  const capacity = cluster.storages.capacity.get(storage);
  assert(capacity);
  const since = cluster.now();
  const measured = since - days * 86_400;
  cluster.storages.capacity.set(storage, { ...capacity, growth: { perDay, since, measured } });
}

/** The row of something that fills. */
async function rowOf(harness: Harness, what: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await report(harness, { action: "capacity" });
  const row = rowsOf(answer).find((each) => each.what === what);
  assert(row, answer.text);
  return row;
}

Deno.test("a storage is full on the day that was foretold: a backup the day before goes well", async () => {
  await using harness = await connect();
  const { simulator: { cluster }, clock } = harness;
  const room = cluster.storages.usage("nas", "pve1").avail;
  grow(harness, "nas", 200 * GIB);
  const { full } = await rowOf(harness, "nas");
  const days = Number(/in (\d+) days/.exec(String(full))?.[1]);
  const real = room / (200 * GIB);
  assert(Math.abs(days - real) <= 2, `foretold ${days}, real ${real}`);
  lineWith(await report(harness, { action: "capacity" }), "nas is full first", `in ${days} days`);
  const backUp = async (): Promise<boolean> =>
    !(await harness.call("proxmox_backup", { action: "create", vmid: 200, storage: "nas" }))
      .isError;
  clock.advance((days - 3) * DAY_MS);
  assertEquals(await backUp(), true);
  clock.advance(6 * DAY_MS);
  assertEquals(await backUp(), false);
});

Deno.test("the storage that is full first is named, whichever is fuller now", async () => {
  await using harness = await connect();
  grow(harness, "pbs", 10 * GIB);
  grow(harness, "ceph-vm", 9 * GIB);
  const answer = await report(harness, { action: "capacity" });
  lineWith(answer, "ceph-vm is full first, at this pace: 2028-");
  assertEquals(rowsOf(answer).slice(0, 2).map(({ what }) => what), ["ceph-vm", "pbs"]);
});

Deno.test("with too few points, growth is unknown: there is no date", async () => {
  await using harness = await connect();
  grow(harness, "nas", 900 * GIB, 2);
  assertEquals((await rowOf(harness, "nas")).full, "unknown");
  lineWith(await report(harness, { action: "capacity" }), "of 1 there are too few points to tell");
});

Deno.test("what goes up and down by chance, or shrinks, is not called growth", async () => {
  await using harness = await connect();
  grow(harness, "nas", -20 * GIB);
  assertEquals((await rowOf(harness, "nas")).full, "not in sight: shrinks");
  assertEquals((await rowOf(harness, "pbs")).full, "not in sight: steady");
});

Deno.test("a thin pool that has promised more than it has is named, until it has not", async () => {
  await using harness = await connect();
  const words = ["promised more than they have", "local-lvm on pve3"];
  assertNoLine(await report(harness, { action: "capacity" }), ...words);
  const grown = await harness.call("proxmox_guest_disk_resize", {
    vmid: 104,
    disk: "scsi0",
    size: "+2T",
  });
  assert(!grown.isError, grown.text);
  lineWith(await report(harness, { action: "capacity" }), ...words, "2.24 TiB of 1.70 TiB");
  const { cluster } = harness.simulator;
  cluster.storages.capacity.set("local-lvm", { total: 4 * TIB, other: 0 });
  assertNoLine(await report(harness, { action: "capacity" }), ...words);
});

Deno.test("a storage that is full is said to be, whatever its pace", async () => {
  await using harness = await connect();
  const { capacity } = harness.simulator.cluster.storages;
  capacity.set("nas", { total: TIB, other: TIB });
  const answer = await report(harness, { action: "capacity" });
  lineWith(answer, "Full already: nas");
  lineWith(answer, "nas | 100.0 %", "it is full");
});

Deno.test("a storage that has no size of its own is not called full", async () => {
  await using harness = await connect();
  harness.simulator.cluster.storages.capacity.set("nas", { total: 0, other: 0 });
  const answer = await report(harness, { action: "capacity" });
  assertNoLine(answer, "Full already");
  assertNoLine(answer, "nas", "it is full");
});
