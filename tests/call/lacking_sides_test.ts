import { grant } from "../../src/simulator/access/acl.ts";
import { assertEquals } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { assertFailed } from "../outcome.ts";

const USER = "viewer@pve";
const TOKEN = `${USER}!limited`;

/** Gives the limited token privilege separation, and rights on all there is. */
function separate({ simulator }: Harness, user: string, token: string): void {
  const tokens = simulator.cluster.table("access.tokens");
  tokens.set(TOKEN, { ...tokens.get(TOKEN), privsep: 1 });
  simulator.cluster.table("access.acl").set("/", {
    ...{ users: { [USER]: { [user]: 1 } }, groups: {}, tokens: { [TOKEN]: { [token]: 1 } } },
  });
}

/** What a call that the token may not do says, and how often permissions were read for it. */
async function refused(harness: Harness): Promise<{ hint: string; reads: number }> {
  const answer = await harness.call("proxmox_guest_snapshot", {
    ...{ action: "create", vmid: 103, snapname: "before" },
  });
  assertFailed(answer, /./, /Permission check failed \(\/vms\/103, VM\.Snapshot\)/);
  const hint = (answer.structured.notes as string[]).find((note) => note.includes("lacks")) ?? "";
  const reads = harness.simulator.requests.filter(({ path }) =>
    path.endsWith("/access/permissions")
  );
  return { hint, reads: reads.length };
}

const LACKS = `${TOKEN} lacks VM.Snapshot on /vms/103. `;
const WITH = "--roles ROLE`, with a ROLE that has it; or proxmox_acl";
const BOTH = `\`pveum acl modify /vms/103 --users ${USER} --tokens '${TOKEN}' ${WITH}`;

const SIDES: readonly (readonly [who: string, user: string, token: string, text: string])[] = [
  [
    "the token",
    "Administrator",
    "PVEAuditor",
    `Its user ${USER} has it, the token itself lacks it (privilege separation): \`pveum acl modify /vms/103 --tokens '${TOKEN}' ${WITH}`,
  ],
  [
    "the user",
    "PVEAuditor",
    "Administrator",
    `Its user ${USER} lacks it, and a token has no more than its user: \`pveum acl modify /vms/103 --users ${USER} ${WITH}`,
  ],
  [
    "both",
    "PVEAuditor",
    "PVEAuditor",
    `The token and its user ${USER} lack it: ${BOTH}`,
  ],
  [
    "one of them, which cannot be seen",
    "PVEVMUser",
    "NoAccess",
    `Whether the token or its user ${USER} lacks it cannot be seen (\`pveum user permissions ${USER}\` on a node tells what the user has); with privilege separation both need it: ${BOTH}`,
  ],
];

for (const [who, user, token, text] of SIDES) {
  Deno.test(`a refusal says who lacks it, and the line for that: ${who}`, async () => {
    await using harness = await connect({ token: "limited" });
    separate(harness, user, token);
    const { hint, reads } = await refused(harness);
    assertEquals(hint, `${LACKS}${text}`);
    assertEquals(reads, 1);
  });
}

Deno.test("without privilege separation it is the user who lacks it", async () => {
  await using harness = await connect({ token: "limited" });
  const { cluster } = harness.simulator;
  grant(cluster, "/", "users", USER, "PVEAuditor");
  grant(cluster, "/", "users", USER, "PVEUserAdmin");
  const { hint } = await refused(harness);
  const line = `\`pveum acl modify /vms/103 --users ${USER} ${WITH}`;
  assertEquals(
    hint,
    `${LACKS}Its user ${USER} lacks it, and a token has no more than its user: ${line}`,
  );
});

Deno.test("nothing is read after other failures", async () => {
  await using harness = await connect({ token: "limited" });
  await harness.call("proxmox_guest_start", { vmid: 999 });
  const asked = harness.simulator.requests.some(({ path }) => path.endsWith("/access/permissions"));
  assertEquals(asked, false);
});
