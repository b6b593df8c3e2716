import { grant } from "../../../src/simulator/access/acl.ts";
import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import { assertDone, assertFailed } from "../../outcome.ts";

const TOOL = "proxmox_backup";

Deno.test("a list of backups says where it looked and when, a shared storage once", async () => {
  await using harness = await connect();
  const before = harness.simulator.requests.length;
  const answer = await harness.call(TOOL, { action: "list" });
  const asked = harness.simulator.requests.slice(before).filter(({ path }) =>
    path.endsWith("/content")
  );
  assertEquals(asked.length, 5);
  const [looked] = answer.structured.notes as string[];
  assertEquals(looked, "Looked into local on pve1, pve2, pve3; nas; pbs, now 2026-01-15 09:30:00Z");
});

Deno.test("a list of backups says what it skipped: disabled storages, nodes that are offline", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  const answer = await harness.call(TOOL, { action: "list" });
  assertEquals(answer.structured.notes, [
    "Looked into local on pve1, pve2; nas; pbs, now 2026-01-15 09:30:00Z",
    "Skipped: local on pve3 (not available); old-nas (disabled). What they hold is not listed",
  ]);
});

Deno.test("a storage that cannot be read is not said to have been looked into, nor guests to have no backup", async () => {
  await using harness = await connect();
  const message = "storage 'nas' is not online";
  harness.simulator.faults.add({
    ...{ kind: "status", status: 500, message },
    match: { path: "/storage/nas/content" },
  });
  const answer = await harness.call(TOOL, { action: "list" });
  assertDone(answer, /^Backups on local, pbs, newest first: 3$/);
  const [looked] = answer.structured.notes as string[];
  assertEquals(looked, "Looked into local on pve1, pve2, pve3; pbs, now 2026-01-15 09:30:00Z");
  assert(answer.text.includes(`nas on pve1 could not be read: ${message}. What it holds`));
  const newest = await harness.call(TOOL, { action: "list", newest: true });
  assertDone(newest, /^Newest backup of each guest: 15, 13 unknown$/);
  assertEquals(rowsOf(newest).filter(({ age }) => age === null), []);
  const one = await harness.call(TOOL, { action: "list", newest: true, vmid: "web01" });
  assertDone(one, /^Newest backup of each guest: 1, 1 unknown$/);
});

Deno.test("newest lists every guest with the age of its last backup, those without any first", async () => {
  await using harness = await connect();
  const answer = await harness.call(TOOL, { action: "list", newest: true });
  assertDone(answer, /^Newest backup of each guest: 15, 11 without any$/);
  const ofWeb = await harness.call(TOOL, { action: "list", newest: true, vmid: "web01" });
  assertDone(ofWeb, /^Newest backup of each guest: 1$/);
  const rows = rowsOf(answer);
  assertEquals(rows.slice(0, 11).every(({ ctime, age }) => ctime === null && age === null), true);
  assertEquals(rows.slice(11).map(({ vmid, name, age }) => [vmid, name, age]), [
    [106, "legacy-erp", 120 * 86_400],
    [100, "web01", 86_400],
    [102, "db01", 86_400],
    [202, "mail01", 86_400],
  ]);
  const old = await harness.call(TOOL, { action: "list", newest: true, filter: "age>30d or age=" });
  assertEquals(rowsOf(old).length, 12);
  const one = await harness.call(TOOL, { action: "list", newest: true, vmid: "dns01" });
  assertEquals(rowsOf(one).map(({ vmid }) => vmid), [200]);
});

/** A token with these roles besides looking at guests. */
async function tokenWith(
  ...grants: readonly (readonly [path: string, role: string])[]
): Promise<Harness> {
  const harness = await connect({ token: "limited" });
  for (const [path, role] of grants) {
    grant(harness.simulator.cluster, path, "users", "viewer@pve", role);
  }
  return harness;
}

const TAKES =
  "VM.Backup on /vms and Datastore.AllocateSpace on /storage, or Datastore.Allocate on /storage";

Deno.test("a token that sees no backup is not told that guests have none", async () => {
  const calls = [{ newest: true }, { newest: true, vmid: "web01" }, {}, { vmid: "web01" }];
  for (const args of calls) {
    await using harness = await tokenWith(["/", "PVEAuditor"]);
    const answer = await harness.call(TOOL, { action: "list", ...args });
    assertFailed(answer, /^Whether there are backups cannot be seen$/);
    assert(
      answer.text.includes(`Reason: The token may see none: that takes ${TAKES}\n`),
      answer.text,
    );
  }
});

Deno.test("of guests whose backups the token may not see, it is not known whether they have one", async () => {
  // Those of the pool that it runs, and one more.
  await using harness = await tokenWith(["/storage", "PVEDatastoreUser"], [
    "/vms/100",
    "PVEVMUser",
  ]);
  const answer = await harness.call(TOOL, { action: "list", newest: true });
  assertDone(answer, /^Newest backup of each guest: 15, 3 without any, 11 unknown$/);
  const ages = new Map(rowsOf(answer).map(({ vmid, age }) => [vmid, age]));
  assertEquals([ages.get(107), ages.get(100), ages.get(102)], [null, 86_400, "unknown"]);
  assert(answer.text.includes(`\n• Not every backup is seen: that takes ${TAKES}`), answer.text);
  const none = await harness.call(TOOL, { action: "list", newest: true, filter: "age=" });
  assertEquals(rowsOf(none).map(({ vmid }) => vmid), [104, 105, 107]);
  const all = await harness.call(TOOL, { action: "list" });
  assertDone(all, /^Backups on local, nas, pbs, newest first: 2$/);
  assert(all.text.includes("Not every backup is seen"), all.text);
});

Deno.test("a token that sees every backup is told nothing of privileges", async () => {
  for (
    const role of [[["/storage", "PVEDatastoreAdmin"]], [["/storage", "PVEDatastoreUser"], [
      "/vms",
      "PVEVMAdmin",
    ]]] as const
  ) {
    await using harness = await tokenWith(...role);
    const answer = await harness.call(TOOL, { action: "list", newest: true });
    assertDone(answer, /^Newest backup of each guest: 15, 11 without any$/);
    assert(!answer.text.includes("lacks"), answer.text);
  }
});
