/** A change that takes away what this server works with itself says so before it is confirmed. */
import { assert, assertEquals } from "../assert.ts";
import { grant } from "../../src/simulator/access/acl.ts";
import { connect, type Harness } from "../harness.ts";
import { assertUnconfirmed } from "../outcome.ts";

const OWN = "root@pam!demo";

type Params = Readonly<Record<string, unknown>>;
type Case = readonly [operation: string, params: Params];

const ACCESS: readonly Case[] = [
  ["DELETE /access/users/root@pam/token/demo", {}],
  ["PUT /access/users/root@pam/token/demo", { regenerate: 1 }],
  ["PUT /access/users/root@pam/token/demo", { expire: 1_900_000_000 }],
  ["PUT /access/users/root@pam/token/demo", { privsep: 1 }],
  ["DELETE /access/users/root@pam", {}],
  ["PUT /access/users/root@pam", { enable: 0 }],
  ["PUT /access/users/root@pam", { expire: 1_900_000_000 }],
  ["DELETE /access/domains/pam", {}],
];

const RIGHTS: readonly Case[] = [
  ["PUT /access/acl", { path: "/vms", roles: "PVEVMUser", tokens: OWN, delete: 1 }],
  ["PUT /access/acl", { path: "/storage", roles: "PVEAuditor", users: "root@pam", delete: 1 }],
  ["PUT /access/acl", { path: "/nodes", roles: "NoAccess", groups: "helpdesk,admins" }],
  ["PUT /access/roles/Pilot", { privs: "VM.Audit" }],
  ["DELETE /access/roles/Pilot", {}],
  ["DELETE /access/groups/admins", {}],
];

const OTHERS: readonly Case[] = [
  ["DELETE /access/users/alice@pve/token/automation", {}],
  ["DELETE /access/users/root@pam/token/mcp", {}],
  ["PUT /access/users/root@pam/token/demo", { comment: "x" }],
  ["PUT /access/users/root@pam", { enable: 1 }],
  ["DELETE /access/users/bob@pve", {}],
  ["DELETE /access/domains/pve", {}],
  ["DELETE /access/groups/developers", {}],
  ["DELETE /access/roles/GuestOperator", {}],
  ["PUT /access/acl", { path: "/vms", roles: "GuestOperator", groups: "helpdesk", delete: 1 }],
];

function give({ simulator: { cluster } }: Harness): void {
  grant(cluster, "/vms", "tokens", OWN, "PVEVMUser");
  grant(cluster, "/storage", "users", "root@pam", "PVEAuditor");
  cluster.table("access.groups").get("admins")!.users = ["alice@pve", "root@pam"];
  cluster.table("access.roles").set("Pilot", { privs: ["VM.Audit", "VM.PowerMgmt"], special: 0 });
  grant(cluster, "/pool/development", "groups", "admins", "Pilot");
}

async function ownLost(harness: Harness, [operation, params]: Case): Promise<string[]> {
  const { structured, text } = await harness.call("proxmox_api_call", {
    operation,
    params: { ...params, dry_run: true },
  });
  assert(Array.isArray(structured.notes), text);
  return (structured.notes as string[]).filter((note) => note.includes("'s own"));
}

Deno.test("what this server works with is named as its own: token, user, realm, groups, roles", async () => {
  await using harness = await connect();
  give(harness);
  for (const each of ACCESS) {
    assertEquals(await ownLost(harness, each), [
      `Lost: this server's own access: its requests are made as ${OWN}`,
    ], JSON.stringify(each));
  }
  for (const each of RIGHTS) {
    assertEquals(await ownLost(harness, each), [
      `Lost: this server's own rights, or some of them: its requests are made as ${OWN}`,
    ], JSON.stringify(each));
  }
  for (const each of OTHERS) assertEquals(await ownLost(harness, each), [], JSON.stringify(each));
});

Deno.test("the login of this server is its own as well", async () => {
  await using harness = await connect({ settings: { PASSWORD: "proxmox-demo" } });
  const password: Case = ["PUT /access/password", { userid: "root@pam", password: "another-1" }];
  assertEquals(await ownLost(harness, password), [
    "Lost: this server's own access: its requests are made as root@pam",
  ]);
  const other: Case = ["PUT /access/password", { userid: "bob@pve", password: "another-1" }];
  assertEquals(await ownLost(harness, other), []);
});

Deno.test("who confirms reads it", async () => {
  await using harness = await connect({ settings: { CONFIRM: "plan" } });
  const token = { userid: "root@pam", tokenid: "demo" };
  const answer = await harness.call("proxmox_user_token", { action: "delete", ...token });
  assertUnconfirmed(answer);
  assert(answer.text.includes("Lost: this server's own access"), answer.text);
});
