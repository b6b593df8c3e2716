/**
 * Secrets in questions, in the answers that take a question's place, and in the audit log are
 * masked by their fields: a value chosen for a secret hides nothing that decides.
 */
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { MASK } from "../../src/answer/mask.ts";
import { connect, declining } from "../harness.ts";
import { assertDeclined, assertUnconfirmed } from "../outcome.ts";

const GONE = "net0,scsi0";
/** What nothing else is called. */
const NEUTRAL = "Zx9-neutral-4711";
/** Values that would hide something if they were looked for. */
const DECOYS = [
  GONE,
  "net0",
  "ci-runner01",
  "development",
  "running",
  "detached, kept as an unused disk",
  "Lost: net0",
  "delete=net0,scsi0",
  "proxmox_guest_config_update",
  "vm-105-disk-0",
  "105",
  "123456",
  "cipassword",
  "Go on?",
];

/** A call that deletes, and sets a password. */
function losing(cipassword: string, more: object = {}): Record<string, unknown> {
  return { vmid: 105, delete: GONE, config: { cipassword, cpuunits: 123456, ...more } };
}

async function asked(args: Record<string, unknown>): Promise<string> {
  const questions: string[] = [];
  await using harness = await connect({
    settings: { CONFIRM: "always" },
    ask: declining(questions),
  });
  assertDeclined(await harness.call("proxmox_guest_config_update", args));
  return questions.join("\n\n");
}

/** What the model is told where nobody can be asked, its code left out. */
async function planned(args: Record<string, unknown>): Promise<string> {
  await using harness = await connect({ settings: { CONFIRM: "plan" } });
  const answer = await harness.call("proxmox_guest_config_update", args);
  assertUnconfirmed(answer, /waits to be confirmed/);
  assertStringIncludes(JSON.stringify(answer.structured), `delete=${GONE}`);
  return answer.text.split("\n").filter((line) => !line.includes("confirm=")).join("\n");
}

async function written(args: Record<string, unknown>): Promise<unknown[]> {
  const path = await Deno.makeTempFile();
  try {
    await using harness = await connect({ settings: { CONFIRM: "never", AUDIT_LOG: path } });
    await harness.call("proxmox_guest_config_update", args);
    const lines = (await Deno.readTextFile(path)).trim().split("\n");
    return lines.map((line) => (JSON.parse(line) as { parameters: unknown }).parameters);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("no value of a secret changes what is asked, told or written down", async () => {
  const [question, plan, audit] = await Promise.all([
    asked(losing(NEUTRAL)),
    planned(losing(NEUTRAL)),
    written(losing(NEUTRAL)),
  ]);
  for (const text of [question, plan]) {
    assertEquals(text.split(MASK).length, 2, text);
    assertStringIncludes(text, `delete=${GONE}`);
    assertStringIncludes(text, `cipassword=${MASK}`);
  }
  for (const decoy of DECOYS) {
    assertEquals(await asked(losing(decoy)), question, decoy);
    assertEquals(await written(losing(decoy)), audit, decoy);
  }
  for (const decoy of [GONE, "ci-runner01", "detached, kept as an unused disk", "running"]) {
    const lines = (text: string): string[] =>
      text.split("\n").filter((line) => line.startsWith("•"));
    const told = lines(await planned(losing(decoy)));
    for (const line of lines(plan).filter((each) => /VM 105|Lost|Request /.test(each))) {
      assert(told.includes(line), `${decoy}: ${told.join("\n")}`);
    }
  }
});

Deno.test("a secret stands neither under its field nor in free text", async () => {
  const more = { description: `log in with ${NEUTRAL} as root` };
  const args = losing(NEUTRAL, more);
  const places = [
    await asked(args),
    await planned(args),
    JSON.stringify(await written(args)),
  ];
  for (const text of places) {
    assert(!text.includes(NEUTRAL), text);
    assertStringIncludes(text, `log in with ${MASK} as root`);
  }
});

Deno.test("of a call of the API, secrets are masked by the fields of its operation", async () => {
  const questions: string[] = [];
  await using harness = await connect({ ask: declining(questions) });
  const operation = "PUT /storage/nas";
  const params = { password: "disable", disable: 1, nodes: "pve1" };
  for (const password of ["disable", "nodes=pve1", "storage nas", NEUTRAL]) {
    await harness.call("proxmox_api_call", { operation, params: { ...params, password } });
  }
  assertEquals(new Set(questions).size, 1);
  assertStringIncludes(questions[0] ?? "", `password=${MASK}`);
  assertStringIncludes(questions[0] ?? "", "nodes=pve1");
});

Deno.test("free texts stand last and are cut; what decides is whole, a long list counted", async () => {
  const keys = Array.from({ length: 60 }, (_, index) => `net${index % 32}`);
  const pairs = { description: "x".repeat(5_000), name: "filler" };
  const tags = Array.from({ length: 40 }, (_, index) => `tag-${index}`).join(";");
  const scsi0 = `local-lvm:vm-105-disk-9,serial=${"s".repeat(30)},cache=unsafe,discard=on,ssd=1,` +
    `iops_rd=1,iops_wr=1,mbps_rd=1,mbps_wr=1,iops_rd_max=1,iops_wr_max=1,mbps_rd_max=1,mbps_wr_max=1,backup=0`;
  const question = await asked({ vmid: 105, delete: "net0", config: { ...pairs, tags, scsi0 } });
  const [, args = ""] = /^Request 1: (.*)$/m.exec(question) ?? [];
  assertStringIncludes(args, `scsi0=${scsi0}`);
  assertStringIncludes(args, "tags=tag-0, tag-1,");
  assertStringIncludes(args, "… 20 more …");
  assertStringIncludes(args, "tag-39 (40)");
  assert(/description=x{100} … x{100} \(5000 characters\)$/.test(args), args);
  const many = await asked({ vmid: 105, delete: keys.join(",") });
  assertStringIncludes(many, "delete=net0, net1");
  assertStringIncludes(many, "net27 (60)");
});
