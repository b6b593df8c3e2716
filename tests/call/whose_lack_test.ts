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
  const answer = await harness.call("proxmox_guest_reboot", { vmid: 103 });
  assertFailed(answer, /./, /Permission check failed \(\/vms\/103, VM\.PowerMgmt\)/);
  const hint = (answer.structured.notes as string[]).find((note) => note.includes("lacks")) ?? "";
  const reads = harness.simulator.requests.filter(({ path }) =>
    path.endsWith("/access/permissions")
  );
  return { hint, reads: reads.length };
}

Deno.test("a refusal says that the user has what the privilege separation of the token takes", async () => {
  await using harness = await connect({ token: "limited" });
  separate(harness, "Administrator", "PVEAuditor");
  const { hint, reads } = await refused(harness);
  assertEquals(
    hint,
    `${TOKEN} lacks VM.PowerMgmt on /vms/103. Its user ${USER} has it: the privilege separation of the token takes it away, and an ACL entry of its own gives it (tokens=${TOKEN}), with proxmox_acl or Datacenter > Permissions`,
  );
  assertEquals(reads, 1);
});

Deno.test("a refusal says that the user has it no more than the token", async () => {
  await using harness = await connect({ token: "limited" });
  separate(harness, "PVEAuditor", "PVEAuditor");
  const { hint, reads } = await refused(harness);
  assertEquals(
    hint.split(". ")[0],
    `${TOKEN} lacks VM.PowerMgmt on /vms/103, and so does its user ${USER}`,
  );
  assertEquals(reads, 1);
});

Deno.test("a refusal does not guess about a user whose rights the token may not see", async () => {
  await using harness = await connect({ token: "limited" });
  const { hint, reads } = await refused(harness);
  assertEquals(
    hint.split(";")[0],
    `${TOKEN} lacks VM.PowerMgmt on /vms/103. Grant it with proxmox_acl or Datacenter > Permissions`,
  );
  assertEquals(reads, 1);
});

Deno.test("nothing is read after other failures", async () => {
  await using harness = await connect({ token: "limited" });
  await harness.call("proxmox_guest_start", { vmid: 999 });
  const asked = harness.simulator.requests.some(({ path }) => path.endsWith("/access/permissions"));
  assertEquals(asked, false);
});
