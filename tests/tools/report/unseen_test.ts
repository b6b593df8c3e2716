/** No report takes what the token may not see for what is not there. */
import { grant } from "../../../src/simulator/access/acl.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import { assertFailed } from "../../outcome.ts";
import { assertNoLine, lineWith, report } from "./report.ts";

type Args = Readonly<Record<string, unknown>>;

const ALL: readonly Args[] = [
  { action: "health" },
  { action: "backups" },
  { action: "failure", node: "pve2" },
  { action: "capacity" },
  { action: "access" },
  { action: "access", privilege: "VM.Allocate" },
  { action: "access", path: "/vms/100" },
  { action: "changes" },
  { action: "waste" },
  { action: "updates" },
];
const OF_STORAGE: Args = { action: "failure", storage: "nas" };

/** A token that may log in, and nothing else. */
async function blind(): Promise<Harness> {
  const harness = await connect({ token: "limited" });
  for (const entry of harness.simulator.cluster.table("access.acl").values()) {
    delete entry.users["viewer@pve"];
  }
  return harness;
}

/** Facts of a report, as its text names them. */
function factsOf(text: string): string[] {
  const [, ...lines] = text.split("\n");
  const end = lines.findIndex((line) =>
    !line.startsWith("• ") || /^• (?:The token|Not read|Next)/.test(line)
  );
  return lines.slice(0, end < 0 ? undefined : end);
}

Deno.test("to a token that sees nothing, no report states anything", async () => {
  for (const args of [...ALL, OF_STORAGE]) {
    await using harness = await blind();
    const answer = await harness.call("proxmox_report", args);
    assertFailed(answer, /^Nothing of the cluster can be seen$/);
    lineWith(answer, "Reason: The token has no privilege at all");
  }
});

/** Reports to which one guest alone tells nothing, and what they say. */
const NOTHING_TO_TELL: readonly (readonly [Args, title: RegExp])[] = [
  [{ action: "updates" }, /^Whether updates wait could not be read on pve1, pve2, pve3$/],
  [{ action: "capacity" }, /^Whether there are storages cannot be seen$/],
  [OF_STORAGE, /^Whether there is a storage "nas" cannot be seen$/],
];

Deno.test("to a token that sees one guest, no fact and no title states anything of others", async () => {
  const seesOne = async (): Promise<Harness> => {
    const harness = await blind();
    grant(harness.simulator.cluster, "/vms/104", "users", "viewer@pve", "PVEAuditor");
    return harness;
  };
  for (const [args, title] of NOTHING_TO_TELL) {
    await using harness = await seesOne();
    assertFailed(await harness.call("proxmox_report", args), title);
  }
  let facts = 0;
  const silent = NOTHING_TO_TELL.map(([{ action }]) => action);
  for (const args of ALL.filter(({ action }) => action === "failure" || !silent.includes(action))) {
    await using harness = await seesOne();
    const { text } = await report(harness, args);
    const [title = ""] = text.split("\n");
    assertMatch(title, /^✅ As far as could be seen: /);
    const said = title.replace("As far as could be seen: ", "");
    assertMatch(said, /seen|not known|Nothing was found/, text);
    for (const fact of factsOf(text)) assertMatch(fact, /: .*(?:unknown|seen)/, text);
    facts += factsOf(text).length;
  }
  assert(facts > 12, String(facts));
});

Deno.test("to a token that sees no guest, no report states anything about guests", async () => {
  const sights: readonly (readonly [path: string, role: string, blind: RegExp])[] = [
    ["/storage", "PVEDatastoreUser", /backups|failure|waste/],
    ["/vms/999", "PVEVMUser", /backups|failure|health|waste/],
  ];
  for (const [path, role, reports] of sights) {
    await using harness = await blind();
    grant(harness.simulator.cluster, path, "users", "viewer@pve", role);
    for (const args of ALL.filter(({ action }) => reports.test(String(action)))) {
      const answer = await harness.call("proxmox_report", args);
      assertFailed(answer, /^Whether there are guests cannot be seen$/);
      lineWith(answer, "Reason: The token may see none: that takes VM.Audit on /vms");
    }
  }
});

Deno.test("to a token that sees everything, nothing is unseen", async () => {
  await using harness = await connect();
  for (const args of ALL) {
    const { text } = await report(harness, args);
    const [title = ""] = text.split("\n");
    assert(!/seen|unknown/.test([title, ...factsOf(text)].join("\n")), text);
  }
});

/** What a token says that sees the guests alone, and what it must not say. */
const GUESTS_ALONE:
  readonly (readonly [Args, says: readonly string[], hides: readonly string[]])[] = [
    [{ action: "health" }, ["quorum: unknown", "11 of 15 running"], ["The cluster is well"]],
    [{ action: "backups" }, ["jobs: unknown", "100 | web01 | unknown | - | unknown"], [
      "| never |",
      "in no job",
      "no active job",
      "jobs: none",
    ]],
    [{ action: "failure", node: "pve2" }, [
      "what becomes of 3 guests is not known",
      "quorum: unknown",
      "db01 (102) | unknown | what HA does cannot be seen | unknown: whether ceph-vm is local",
    ], ["stays down |", "not under HA", "local disk", "no other node", "0 B free", "of 3 votes"]],
    [{ action: "capacity" }, ["memory of pve1 | - | - | 48.50 GiB"], [
      "0.0 %",
      "0 B",
      "no storage",
    ]],
    [{ action: "waste" }, ["of unknown size"], ["0 B"]],
  ];

for (const [args, says, hides] of GUESTS_ALONE) {
  Deno.test(`the report on ${args.action} states nothing but what is seen of the guests`, async () => {
    await using harness = await connect({ token: "limited" });
    const answer = await report(harness, args);
    for (const words of says) lineWith(answer, words);
    for (const words of hides) assertNoLine(answer, words);
  });
}

Deno.test("a dry run of a move says when it cannot see whether a disk is local", async () => {
  await using harness = await connect({ token: "limited" });
  const call = {
    operation: "POST /nodes/pve2/qemu/101/migrate",
    params: { target: "pve3", online: 1 },
  };
  const rows = rowsOf(await harness.call("proxmox_api_call", { ...call, dry_run: true }));
  const found = rows.filter(({ what }) => String(what).includes("whether ceph-vm is local"));
  assertEquals(found.map(({ verdict }) => verdict), ["warns"]);
});

Deno.test("backups are known to a token that sees them by either way that Proxmox VE has", async () => {
  const ways: readonly (readonly (readonly [path: string, role: string])[])[] = [
    [["/storage", "PVEDatastoreAdmin"], ["/", "PVEAuditor"]],
    [["/storage", "PVEDatastoreUser"], ["/vms", "PVEVMAdmin"], ["/nodes", "PVEAuditor"]],
  ];
  for (const [index, granted] of [...ways, [["/", "PVEAuditor"]] as const].entries()) {
    await using harness = await blind();
    for (const [path, role] of granted) {
      grant(harness.simulator.cluster, path, "users", "viewer@pve", role);
    }
    const answer = await report(harness, { action: "backups" });
    const isSeen = index < ways.length;
    lineWith(answer, "101 | web02 |", isSeen ? "never" : "unknown");
    lineWith(answer, "106 | legacy-erp |", isSeen ? "120 d" : "unknown");
    assertEquals(answer.text.includes("VM.Backup"), !isSeen);
    const [title = ""] = answer.text.split("\n");
    assertEquals(
      /Whether there are backups of 15 guests is not known; 7 in no/.test(title),
      !isSeen,
    );
  }
});
