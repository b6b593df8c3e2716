/** The questions of an administrator, each answered by one short call. */
import { assertEquals } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { lineWith, report } from "./report.ts";

/** A question, the arguments that ask it, and lines of the answer by words in them. */
const QUESTIONS: readonly (readonly [
  question: string,
  args: Readonly<Record<string, unknown>>,
  lines: readonly (readonly string[])[],
])[] = [
  ["Is the cluster well?", { action: "health" }, [
    ["not all well", "1 thing to look at now"],
    ["quorum", "yes, 3 of 3 nodes online"],
    ["now", "failed task", "vzdump: job errors"],
    ["soon", "fileserver (108)", "locked (backup)"],
    ["soon", "scratch on pve3", "90 % used"],
  ]],
  ["Which guests have no backup from the last three days?", { action: "backups", days: 3 }, [
    ["12 guests of 15 without a backup from the last 3 days"],
    ["without a recent backup", "101, 103, 104, 105, 106, 107, 108, 200, 201, 203, 204, 900"],
    ["106", "legacy-erp", "120 d ago", "too old"],
  ]],
  ["Why did last night's backup fail?", { action: "backups" }, [
    ["failed runs", "on pve1, of 108: job errors"],
    ["108", "fileserver", "failed: VM is locked (backup)"],
  ]],
  ["What stays down if pve2 dies?", { action: "failure", node: "pve2" }, [
    ["stays down", "db01 (102), monitoring (203)"],
    ["web02 (101)", "back on pve3"],
    ["monitoring (203)", "not under HA", "local disk rootfs on tank"],
    ["quorum", "kept, 2 of 3 votes"],
  ]],
  ["Would the rest have the memory?", { action: "failure", node: "pve2" }, [
    ["memory where they come back", "pve3 suffices", "8.00 GiB come"],
    ["room for all of them", "yes", "42.00 GiB promised"],
  ]],
  ["Which storage is full first, and when?", { action: "capacity" }, [
    ["No storage is known to fill up", "the fullest is scratch on pve3, 90 % used"],
    ["scratch on pve3", "4.00 GiB", "steady"],
  ]],
  ["Who may delete VMs?", { action: "access", privilege: "VM.Allocate" }, [
    ["6 identities have VM.Allocate"],
    ["alice@pve |", "group admins"],
    ["bob@pve", "/pool/development"],
    ["root@pam!mcp", "all rights of root@pam"],
  ]],
  ["Who changed what since yesterday?", { action: "changes", since: "24h" }, [
    ["2 tasks of 2 users and tokens", "2 failed"],
    ["alice@pve!automation", "qmstart", "107 on pve3", "QEMU exited with code 1"],
    ["root@pam", "vzdump", "job errors"],
  ]],
  ["What can be thrown away?", { action: "waste" }, [
    ["image", "local:iso/virtio-win-0.1.285.iso", "in no drive"],
    ["stopped guest", "legacy-erp (106)"],
  ]],
  ["Which nodes need updates or a reboot?", { action: "updates" }, [
    ["Updates wait on pve1, pve2, pve3", "no node waits for a reboot"],
    ["pve1", "6.17.2-1-pve", "the same", "pve-manager"],
  ]],
  ["What has to move for work on pve3, and what cannot?", { action: "failure", node: "pve3" }, [
    ["for work on it 3 can move, 0 cannot"],
    ["gitlab (104)", "live, copying its local disks to pve"],
    ["dns02 (201)", "by restart, copying its local disks to pve"],
  ]],
];

for (const [question, args, lines] of QUESTIONS) {
  Deno.test(`one short report answers: ${question}`, async () => {
    await using harness = await connect({ elevated: false });
    const answer = await report(harness, args);
    for (const words of lines) lineWith(answer, ...words);
    assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
  });
}
