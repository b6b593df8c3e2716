/** Reports stay short and go on, however large the cluster is and whatever does not answer. */
import { assert, assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { assertFailed } from "../../outcome.ts";
import { lineWith, report } from "./report.ts";

const ALL: readonly Readonly<Record<string, unknown>>[] = [
  { action: "health" },
  { action: "backups" },
  { action: "failure", node: "pve1" },
  { action: "failure", storage: "ceph-vm" },
  { action: "capacity" },
  { action: "access" },
  { action: "access", path: "/vms/100" },
  { action: "changes", since: "4w" },
  { action: "waste", days: 1 },
  { action: "updates" },
];

Deno.test("every report over 1,000 guests is as short as over fifteen", async () => {
  await using harness = await connect({ simulator: { guests: 1_000 } });
  for (const args of ALL) await report(harness, args);
});

for (const kind of ["node-offline", "node-silent"] as const) {
  Deno.test(`no report fails when a node is ${kind.slice(5)}, and each says so`, async () => {
    await using harness = await connect();
    harness.simulator.faults.add({ kind, node: "pve3" });
    for (const args of ALL) {
      const answer = await report(
        harness,
        args.node === undefined ? args : { ...args, node: "pve3" },
      );
      // Those that ask no node have nothing to say about one that is silent.
      const asksNodes = args.action !== "access" && args.storage === undefined;
      if (kind === "node-offline" || asksNodes) lineWith(answer, "pve3");
    }
  });
}

Deno.test("what the token may not see is said, and that nobody asked is no answer", async () => {
  await using harness = await connect({ token: "limited" });
  const said: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
    [{ action: "health" }, "Sys.Audit on /nodes"],
    [{ action: "backups" }, "Datastore.Audit on /storage"],
    [{ action: "failure", node: "pve2" }, "Sys.Audit on /"],
    [{ action: "capacity" }, "Datastore.Audit on /storage"],
    [{ action: "access" }, "Sys.Audit on /access"],
    [{ action: "changes" }, "Sys.Audit on /nodes"],
    [{ action: "waste" }, "Datastore.Allocate on /storage"],
  ];
  for (const [args, words] of said) lineWith(await report(harness, args), words);
});

Deno.test("no volume is called orphaned by a token that does not see every guest", async () => {
  await using harness = await connect({ token: "limited" });
  const { text } = await report(harness, { action: "waste" });
  assert(!text.includes("orphaned volume"), text);
});

Deno.test("the caller's limit, filter and offset choose rows", async () => {
  await using harness = await connect();
  const { structured } = await report(harness, {
    action: "backups",
    filter: "never",
    limit: 2,
    offset: 1,
  });
  assertEquals((structured.rows as unknown[]).length, 2);
  assertEquals(structured.next_offset, 3);
});

Deno.test("what does not exist is named with what does", async () => {
  await using harness = await connect();
  const failed: readonly (readonly [Readonly<Record<string, unknown>>, RegExp, RegExp])[] = [
    [{ action: "failure", node: "pve9" }, /no node "pve9"/, /pve1, pve2, pve3/],
    [{ action: "failure", storage: "naz" }, /no storage "naz"/, /Did you mean "nas"/],
    [{ action: "failure" }, /Cannot tell what would fail/, /a node or a storage/],
    [{ action: "failure", node: "pve1", storage: "nas" }, /Cannot tell/, /either/],
    [{ action: "access", privilege: "VM.Alocate" }, /no privilege/, /VM\.Allocate/],
    [{ action: "changes", since: "last week" }, /Cannot read the time/, /./],
  ];
  for (const [args, title, reason] of failed) {
    assertFailed(await harness.call("proxmox_report", args), title, reason);
  }
});
