/** What the doctor finds of the file that changes are written down in. */
import { auditFinding } from "../../../src/cli/doctor/audit_log.ts";
import { type Finding, findingLines } from "../../../src/cli/doctor/finding.ts";
import { assertEquals, assertMatch } from "../../assert.ts";

async function withFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function assertFinding(finding: Finding, status: Finding["status"], words: RegExp): void {
  assertEquals(finding.status, status, finding.text);
  assertMatch(findingLines(finding, false), words);
}

Deno.test("the doctor makes no audit log, and writes nothing into one", () =>
  withFolder(async (folder) => {
    const path = `${folder}/audit.jsonl`;
    assertFinding(auditFinding(path), "ok", /gets a line for each change/);
    assertEquals([...Deno.readDirSync(folder)], []);
    await Deno.writeTextFile(path, "one\n");
    assertFinding(auditFinding(path), "ok", /gets a line for each change/);
    assertEquals(await Deno.readTextFile(path), "one\n");
  }));

Deno.test("the doctor finds an audit log that cannot be there", () =>
  withFolder((folder) => {
    const missing = auditFinding(`${folder}/none/audit.jsonl`);
    assertFinding(missing, "fail", /folder does not exist; without it nothing[^]*Make that folder/);
    assertFinding(auditFinding(folder), "fail", /directory/i);
  }));

Deno.test({
  name: "the doctor tells a log that only this command may not write from one that nobody can",
  permissions: { read: true, write: false },
  fn: () =>
    assertFinding(
      auditFinding("/var/log/audit.jsonl"),
      "warn",
      /without permission[^]*--allow-write=\/var\/log\/audit\.jsonl, as `proxmox-mcp config/,
    ),
});
