import { assertEquals } from "../../assert.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import { assertDone, assertFailed } from "../../outcome.ts";
import { testSteps } from "../steps.ts";

const TOOL = "proxmox_backup";

/** Bodies of the requests for backups, by node. */
function sent({ simulator }: Harness): Record<string, URLSearchParams> {
  return Object.fromEntries(
    simulator.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/vzdump"))
      .map(({ path, body }) => [path.split("/")[4], new URLSearchParams(body)]),
  );
}

Deno.test("several guests are backed up by one task on each of their nodes", async () => {
  await using harness = await connect();
  const call = { action: "create", vmid: "web01, 102 202,web01", storage: "nas", compress: "none" };
  const answer = await harness.call(TOOL, call);
  assertDone(answer, /^Backed up 3 guests to nas$/);
  const requests = sent(harness);
  const places = rowsOf(answer).map(({ vmid, name, node }) => [vmid, name, node]);
  assertEquals(places.toSorted(), [[100, "web01", "pve1"], [102, "db01", "pve2"], [
    202,
    "mail01",
    "pve1",
  ]]);
  assertEquals(Object.keys(requests).sort(), ["pve1", "pve2"]);
  assertEquals(requests.pve1?.get("vmid"), "100,202");
  assertEquals(requests.pve1?.get("compress"), "0");
  for (const { vmid, result, volid, size } of rowsOf(answer)) {
    assertEquals([result, String(volid).includes(`-${vmid}-2026_01_15-`)], ["done", true]);
    assertEquals(Number(size) > 0, true);
  }
});

Deno.test("what fails for one guest is said of that one, and the others have their backups", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  cluster.guests.get(202)!.config.lock = "migrate";
  const call = { action: "create", vmid: [100, "mail01", 102], storage: "nas" };
  const answer = await harness.call(TOOL, call);
  assertFailed(answer, /^1 of 3 guests were not backed up$/, /^mail01 \(202\)$/);
  const rows = new Map(rowsOf(answer).map((row) => [row.vmid, row]));
  assertEquals(rows.get(202)?.reason, "CT is locked (migrate)");
  assertEquals([100, 102].map((vmid) => rows.get(vmid)?.result), ["done", "done"]);
  harness.simulator.faults.add({
    kind: "status",
    status: 403,
    message: "Permission check failed (/vms/102, VM.Backup)",
    match: { path: "/nodes/pve2/vzdump" },
  });
  const refused = await harness.call(TOOL, call);
  assertFailed(refused, /^2 of 3 guests/);
  assertEquals(
    rowsOf(refused).find(({ vmid }) => vmid === 102)?.reason,
    "Permission check failed (/vms/102, VM.Backup)",
  );
});

Deno.test("backups of several guests that go on say which task to wait for", async () => {
  await using harness = await connect();
  const answer = await harness.call(TOOL, {
    ...{ action: "create", vmid: "100,102", storage: "nas", wait: 0 },
  });
  assertDone(answer, /^Backups of 2 guests to nas have started and go on$/);
  assertEquals(rowsOf(answer).map(({ result }) => result), ["running", "running"]);
  const notes = answer.structured.notes as string[];
  assertEquals(notes.filter((note) => note.includes("action=wait upid=UPID:pve")).length, 2);
});

testSteps(
  "backups of several guests are refused as one where any of them may not lose anything",
  TOOL,
  [
    {
      call: { action: "create", vmid: "100,102", storage: "nas", mode: "stop" },
      fails: true,
      says: ["db01 (102", "is protected"],
      sends: "",
    },
    {
      call: { action: "create", vmid: "100,102", storage: "nas", mode: "stop", dry_run: true },
      says: [
        "Request 1: POST /nodes/pve1/vzdump",
        "vmid=100",
        "Request 2: POST /nodes/pve2/vzdump",
      ],
      sends: "",
    },
    {
      call: { action: "create", vmid: "100,nosuch", storage: "nas" },
      fails: true,
      says: ['There is no guest "nosuch"'],
      sends: "",
    },
    {
      call: { action: "create", vmid: "100,102", storage: "tank" },
      fails: true,
      says: ["2 of 2 guests were not backed up", "tank"],
    },
  ],
  { settings: { PROTECT: "102" } },
);

testSteps("backups of several guests take the elevated tier", TOOL, [
  { call: { action: "create", vmid: "100,102" }, fails: "denied", sends: "" },
], { elevated: false });
