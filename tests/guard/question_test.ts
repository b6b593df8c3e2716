/** What a question shows of calls that name no guest, or many: whose loss it is, as lines. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { connect, declining, type Harness, rowsOf, type ToolAnswer } from "../harness.ts";
import { assertDeclined, assertDenied, assertFailed, assertUnconfirmed } from "../outcome.ts";

const GUESTS: Readonly<Record<number, string>> = {
  100: 'VM 100 "web01" on pve1, running, tags production web',
  102: 'VM 102 "db01" on pve2, running, tags database production',
  103: 'VM 103 "db02" on pve1, running, tags database production',
  104: 'VM 104 "gitlab" on pve3, running, tags development',
  105: 'VM 105 "ci-runner01" on pve3, running, tags ci development',
  108: 'VM 108 "fileserver" on pve1, running, locked (backup), tags production',
  200: 'container 200 "dns01" on pve1, running, tags infrastructure production',
  201: 'container 201 "dns02" on pve3, running, tags infrastructure production',
  202: 'container 202 "mail01" on pve1, running, tags mail production',
  203: 'container 203 "monitoring" on pve2, running, tags infrastructure',
  900: 'VM 900 "debian13-template" on pve1, stopped, tags template',
};

type Call = readonly [tool: string, args: Readonly<Record<string, unknown>>];
type Shown = readonly [call: Call, guests: readonly number[], ...words: readonly string[]];

function apiCall(operation: string, params: object = {}): Call {
  return ["proxmox_api_call", { operation, params }];
}

const VM_ARCHIVE = "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst";
const CT_ARCHIVE = "local:backup/vzdump-lxc-202-2026_01_06-09_30_00.tar.zst";
const BULK = "/cluster/bulk-action/guest";
const KEEP_ONE = { "prune-backups": "keep-last=1" };

/** Each kind of call without a guest as its target, and what decides in its question. */
const CALLS: readonly Shown[] = [
  // Restores over a guest: with its disks, and what they are restored from.
  [
    ["proxmox_backup", { action: "restore", vmid: 105, archive: VM_ARCHIVE, force: true }],
    [105],
    "number 105, with all data of its disks: scsi0 (local-lvm:vm-105-disk-0",
    `archive=${VM_ARCHIVE}`,
    "force=1",
  ],
  [
    apiCall("POST /nodes/pve3/qemu", { vmid: 105, archive: VM_ARCHIVE, force: 1 }),
    [105],
    "scsi0 (local-lvm:vm-105-disk-0",
    `archive=${VM_ARCHIVE}`,
  ],
  [
    apiCall("POST /nodes/pve1/lxc", { vmid: 203, force: 1, restore: 1, ostemplate: CT_ARCHIVE }),
    [203],
    "rootfs (tank:subvol-203-disk-0",
    `ostemplate=${CT_ARCHIVE}`,
  ],
  // Many guests at once.
  // Guests under HA are left to it; of one that is locked nobody knows whether it is by then.
  [
    ["proxmox_node_bulk", { action: "stop_all", node: "pve1" }],
    [103, 108, 200, 202],
    "if their lock ends before: fileserver (108)",
  ],
  [
    ["proxmox_node_bulk", { action: "stop_all", node: "pve3", vms: "104,201" }],
    [104, 201],
    "vms=104,201",
  ],
  [
    ["proxmox_node_bulk", { action: "migrate_all", node: "pve1", target: "pve2", maxworkers: 1 }],
    [100, 103, 108, 200, 202, 900],
    "what runs in containers, which start anew there: dns01 (200), mail01 (202)",
    "target=pve2",
  ],
  [apiCall("POST /nodes/pve1/suspendall"), [103, 108]],
  [apiCall(`POST ${BULK}/shutdown`, { vms: [100, 200] }), [100, 200], "vms=100 vms=200"],
  [apiCall(`POST ${BULK}/suspend`, { vms: [100] }), [100]],
  [apiCall(`POST ${BULK}/migrate`, { vms: [200], target: "pve2" }), [200], "target=pve2"],
  [
    ["proxmox_node_power", { action: "shutdown", node: "pve3" }],
    [104, 105, 201],
    "on node pve3",
    "command=shutdown",
  ],
  [["proxmox_node_power", { action: "reboot", node: "pve3" }], [104, 105, 201], "command=reboot"],
  // High availability and replication.
  [["proxmox_ha_resource", { action: "delete", sid: "vm:100" }], [100], "/resources/vm:100"],
  [
    ["proxmox_ha_resource", { action: "update", sid: "vm:100", state: "stopped" }],
    [100],
    "HA stops it",
    "state=stopped",
  ],
  [
    ["proxmox_cluster_replication_job", { action: "delete", id: "103-0" }],
    [103],
    "/replication/103-0",
  ],
  // Pools.
  [
    ["proxmox_pool", { action: "remove_members", poolid: "development", vms: "105" }],
    [105],
    "ci-runner01 (105) in pool development",
  ],
  [
    ["proxmox_pool", {
      ...{ action: "update", vms: "100" },
      poolid: "development",
      "allow-move": 1,
    }],
    [100],
    "web01 (100) in pool production",
  ],
  // Volumes, backups, and what they are on.
  [
    ["proxmox_storage_content", {
      ...{ action: "delete", storage: "local-lvm", node: "pve1" },
      volume: "local-lvm:vm-103-disk-0",
    }],
    [103],
    "/content/local-lvm:vm-103-disk-0",
  ],
  [
    ["proxmox_storage_content", {
      ...{ action: "delete", storage: "pbs", node: "pve1" },
      volume: "pbs:backup/vm/103/2026-01-14T09:30:00Z",
    }],
    [103],
  ],
  [
    ["proxmox_storage_content", {
      ...{ action: "prune", storage: "pbs", node: "pve1", "keep-last": 1 },
    }],
    [102],
    "1 of 2 of db01 (102)",
  ],
  [
    ["proxmox_storage_config", { action: "delete", storage: "tank" }],
    [103, 202, 203],
    "scsi0, scsi1 of db02 (103), rootfs of mail01 (202), rootfs of monitoring (203)",
  ],
  [apiCall("DELETE /nodes/pve1/disks/zfs/tank"), [103, 202], "all data in it"],
  [
    apiCall("POST /nodes/pve1/vzdump", { all: 1, storage: "nas", mode: "stop" }),
    [100, 103, 108, 200, 202],
    "mode=stop",
  ],
  [
    apiCall("POST /nodes/pve1/vzdump", { pool: "production", storage: "nas", ...KEEP_ONE }),
    [100, 202],
    "2 of 2 of web01 (100)",
  ],
  // The network of a node.
  [apiCall("DELETE /nodes/pve1/network/vmbr0"), [100, 103, 108, 200, 202, 900], "vmbr0 of pve1"],
];

async function questionOf(harness: Harness, questions: string[], call: Call): Promise<string> {
  const before = questions.length;
  assertDeclined(await harness.call(...call), /was not confirmed/);
  assertEquals(questions.length, before + 1, JSON.stringify(call));
  return questions.at(-1) ?? "";
}

Deno.test("a question names the guests that lose something first, whatever the call names", async () => {
  const questions: string[] = [];
  await using harness = await connect({
    settings: { CONFIRM: "always" },
    ask: declining(questions),
  });
  for (const [call, guests, ...words] of CALLS) {
    const question = await questionOf(harness, questions, call);
    const [, ...lines] = question.split("\n");
    const lost = lines.findIndex((line) => line.startsWith("Lost: "));
    assertEquals(lines.slice(0, lost), guests.map((vmid) => GUESTS[vmid] ?? ""), question);
    for (const each of words) assertStringIncludes(question, each);
  }
});

Deno.test("where nobody can be asked, always refuses each, and plan shows the same lines", async () => {
  await using always = await connect({ settings: { CONFIRM: "always" } });
  await using plan = await connect({ settings: { CONFIRM: "plan" } });
  for (const [call, guests, ...words] of CALLS) {
    assertDenied(await always.call(...call), /was not confirmed/, /PROXMOX_CONFIRM=always/);
    const told = await plan.call(...call);
    assertUnconfirmed(told, /waits to be confirmed/, /PROXMOX_CONFIRM=plan/);
    for (const vmid of guests) assertStringIncludes(told.text, GUESTS[vmid] ?? "");
    for (const each of words) assertStringIncludes(told.text, each);
  }
  for (const { simulator } of [always, plan]) {
    assertEquals(simulator.requests.filter(({ method }) => method !== "GET"), []);
  }
});

/** The lines of a dry run that a question has as well: what would be sent, and what is against it. */
function planOf(answer: ToolAnswer): string[] {
  const notes = answer.structured.notes as readonly string[];
  const findings = rowsOf(answer).filter(({ verdict }) => verdict !== "fine");
  const words = { "stops it": "Stops it", warns: "Warns" } as const;
  return [
    ...notes.filter((note) => note.startsWith("Request ")),
    ...findings.map(({ verdict, what, guest = "all" }) =>
      `${words[verdict as keyof typeof words]}: ${guest === "all" ? "" : `${guest}: `}${what}`
    ),
  ];
}

Deno.test("a question is the plan: the requests and the findings that a dry run names", async () => {
  const questions: string[] = [];
  await using asking = await connect({ ask: declining(questions) });
  await using plan = await connect({ settings: { CONFIRM: "plan" } });
  const seen = { "Request ": 0, "Stops it: ": 0, "Warns: ": 0 };
  const stopped: Call[] = [
    ["proxmox_guest_delete", { vmid: 105 }],
    ["proxmox_guest_migrate", { vmid: 202, target: "pve2", restart: true }],
  ];
  for (const call of [...CALLS.map(([each]) => each), ...stopped]) {
    const [tool, args] = call;
    const planned = planOf(await asking.call(tool, { ...args, dry_run: true }));
    const question = await questionOf(asking, questions, call);
    const { structured } = await plan.call(tool, args);
    for (const lines of [question.split("\n"), structured.notes as readonly string[]]) {
      const found = lines.filter((line) => Object.keys(seen).some((word) => line.startsWith(word)));
      assertEquals(found, planned);
    }
    for (const word of Object.keys(seen) as (keyof typeof seen)[]) {
      seen[word] += planned.filter((line) => line.startsWith(word)).length;
    }
  }
  assert(Object.values(seen).every((number) => number > 1), JSON.stringify(seen));
  for (const { simulator } of [asking, plan]) {
    assertEquals(simulator.requests.filter(({ method }) => method !== "GET"), []);
  }
});

Deno.test("what stops a call is to be put right first, and its code sends it all the same", async () => {
  await using harness = await connect({ settings: { CONFIRM: "plan" } });
  const stopped = await harness.call("proxmox_guest_delete", { vmid: 105 });
  assertUnconfirmed(stopped, /waits to be confirmed, and something stops it$/);
  assertMatch(
    stopped.text,
    /Stops it: VM 105 is running\b[^]*Put right first what stops it.*confirm=[\w.-]+ sends it all/,
  );
  const confirm = /confirm=([\w.-]+)/.exec(stopped.text)?.[1];
  // A finding may be wrong: it is Proxmox VE that refuses it.
  assertFailed(await harness.call("proxmox_guest_delete", { vmid: 105, confirm }), /^Cannot/);
  assert(harness.simulator.requests.some(({ method }) => method === "DELETE"));
  const other = await harness.call("proxmox_guest_delete", { vmid: 107 });
  assertMatch(other.text, /confirm=[\w.-]+ does it, within ten minutes/);
});

Deno.test("where nobody is asked, nothing is looked up for a question", async () => {
  const reads: string[][] = [];
  for (const options of [{ settings: { CONFIRM: "never" } }, { ask: declining([]) }]) {
    await using harness = await connect(options);
    await harness.call("proxmox_guest_delete", { vmid: 107 });
    reads.push(harness.simulator.requests.map(({ path }) => path));
  }
  const [unasked = [], asked = []] = reads;
  for (const path of ["/access/permissions", "/cluster/status"]) {
    assertEquals(unasked.filter((each) => each.endsWith(path)), []);
    assert(asked.some((each) => each.endsWith(path)), asked.join("\n"));
  }
});

Deno.test("a node that says nothing is a warning of the question, and ends no call", async () => {
  const questions: string[] = [];
  await using harness = await connect({ ask: declining(questions) });
  harness.simulator.faults.add({ kind: "node-silent", node: "pve2" });
  const call: Call = ["proxmox_api_call", {
    operation: `POST ${BULK}/shutdown`,
    params: { vms: [100] },
  }];
  const question = await questionOf(harness, questions, call);
  assertStringIncludes(question, "Warns: Not everything could be looked at: ");
});

Deno.test("of very many findings a question names the first, the last and the number between", async () => {
  const questions: string[] = [];
  await using harness = await connect({ ask: declining(questions) });
  const { cluster } = harness.simulator;
  const model = cluster.guests.get(202)!;
  for (let vmid = 1000; vmid < 1060; vmid++) {
    const config = { ...model.config, hostname: `many${vmid}`, lock: "backup" };
    cluster.guests.set(vmid, { ...model, vmid, config, snapshots: new Map() });
  }
  const drain = { action: "migrate_all", node: "pve1", target: "pve2", maxworkers: 1 };
  const question = await questionOf(harness, questions, ["proxmox_node_bulk", drain]);
  const found = question.split("\n").filter((line) => /^(?:Stops it|Warns): /.test(line));
  assertEquals(found.length, 20);
  assertMatch(question, /\n… \d\d more …\n(?:Stops it|Warns): /);
  assert(question.split("\n").length < 60, question);
});

Deno.test("of very many guests the first, the last and the number between are named", async () => {
  const questions: string[] = [];
  await using harness = await connect({ ask: declining(questions) });
  const { cluster } = harness.simulator;
  const model = cluster.guests.get(100)!;
  for (let vmid = 1000; vmid < 1060; vmid++) {
    const config = { ...model.config, name: `many${vmid}` };
    cluster.guests.set(vmid, { ...model, vmid, config, snapshots: new Map() });
  }
  const vms = Array.from({ length: 60 }, (_, index) => 1000 + index).join(",");
  const call: Call = ["proxmox_node_bulk", { action: "stop_all", node: "pve1", vms }];
  const question = await questionOf(harness, questions, call);
  for (const words of ['VM 1000 "many1000"', 'VM 1059 "many1059"', "… 40 more …"]) {
    assertStringIncludes(question, words);
  }
  assertStringIncludes(question, "vms=1000, 1001,");
  assertStringIncludes(question, "1059 (60)");
  assert(question.split("\n").length < 30, question);
});
