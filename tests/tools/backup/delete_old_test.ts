/** Backups from before a date are deleted, each of them confirmed. */
import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { connect, rowsOf } from "../../harness.ts";
import { assertDenied, assertDone, assertFailed } from "../../outcome.ts";

const TOOL = "proxmox_backup";
const ON_NAS = { action: "list", storage: "nas", limit: 1000 };

Deno.test("delete_old deletes what is older and not protected, and lists it", async () => {
  const asked: string[] = [];
  await using harness = await connect({
    ask: (question) => {
      asked.push(question);
      return Promise.resolve("accept");
    },
  });
  // A guest is protected by this tag, and so would its backups be.
  delete harness.simulator.cluster.guests.get(106)?.config.tags;
  const all = rowsOf(await harness.call(TOOL, ON_NAS));
  // As ISO texts, which sort as times do.
  const limit = all.map(({ ctime }) => String(ctime)).sort().at(-1) ?? "";
  const [kept] = all.filter(({ ctime }) => String(ctime) < limit).map(({ volid }) => String(volid));
  await harness.call("proxmox_api_call", {
    operation: "PUT /nodes/{node}/storage/{storage}/content/{volume}",
    params: { node: "pve1", storage: "nas", volume: kept, protected: true },
  });
  const old = all.filter(({ ctime, volid }) => String(ctime) < limit && volid !== kept)
    .map(({ volid }) => String(volid));
  asked.length = 0;

  const call = {
    action: "delete_old",
    storage: "nas",
    before: limit,
  };
  const answer = await harness.call(TOOL, call);
  assertDone(answer, new RegExp(`Deleted ${old.length} of the backups`));
  assertEquals(rowsOf(answer).map(({ volid }) => volid).sort(), [...old].sort());
  assertStringIncludes(answer.text, `Kept, as they are protected from removal: ${kept}`);
  assertEquals(asked.length, 1);
  for (const volid of old) assertStringIncludes(asked[0] ?? "", volid);
  const left = rowsOf(await harness.call(TOOL, ON_NAS)).map(({ volid }) => volid);
  assertEquals(left.includes(kept), true);
  for (const volid of old) assertEquals(left.includes(volid), false);
  assertDone(await harness.call(TOOL, call), /There is no backup from before/);
});

Deno.test("delete_old deletes nothing when declined, of a protected guest, or without a date", async () => {
  await using harness = await connect({ settings: { PROTECT: "100" } });
  const before = harness.simulator.requests.length;
  const call = { action: "delete_old", storage: "nas", before: "1s", vmid: 100 };
  assertDenied(await harness.call(TOOL, call));
  assertFailed(await harness.call(TOOL, { ...call, before: "long ago" }), /Cannot read the time/);
  const sent = harness.simulator.requests.slice(before).filter(({ method }) => method !== "GET");
  assertEquals(sent, []);
});

Deno.test("delete_old does not call deleted what is still being deleted", async () => {
  await using harness = await connect({ settings: { CONFIRM: "never" } });
  delete harness.simulator.cluster.guests.get(106)?.config.tags;
  harness.simulator.faults.add({ kind: "task-endless", type: "imgdel", times: 1 });
  const call = { action: "delete_old", storage: "nas", before: "2026-01-15", wait: 5 };
  const answer = await harness.call(TOOL, call);
  assertDone(answer, /^Deleted 0 of the backups/);
  assertStringIncludes(answer.text, "Begun, and not seen to end: nas:backup/vzdump-qemu-106");
});
