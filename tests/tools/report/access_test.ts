/** Who may do what, as the report computes it, is what Proxmox VE answers for each of them. */
import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness, rowsOf } from "../../harness.ts";
import { assertNoLine, lineWith, report } from "./report.ts";

type Permissions = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Everyone who has a privilege on a path, as the embedded Proxmox VE says. */
async function holders(harness: Harness, privilege: string, path: string): Promise<string[]> {
  const { pve } = harness.services;
  const { cluster } = harness.simulator;
  const everyone = [
    ...cluster.table("access.users").keys(),
    ...cluster.table("access.tokens").keys(),
  ];
  const now = cluster.now();
  const found: string[] = [];
  for (const userid of everyone) {
    const [user = ""] = userid.split("!");
    const { enable } = cluster.table("access.users").get(user) ?? {};
    const { expire } = cluster.table("access.tokens").get(userid) ?? {};
    if (!Number(enable) || (Number(expire) > 0 && Number(expire) <= now)) continue;
    const answer = await pve.request("GET /access/permissions", { userid, path });
    if ((answer.data as Permissions)[path]?.[privilege] !== undefined) found.push(userid);
  }
  return found.sort();
}

const CHANGES: readonly Readonly<Record<string, unknown>>[] = [
  { path: "/vms/100", roles: "NoAccess", groups: "helpdesk" },
  { path: "/pool/development", roles: "NoAccess", users: "carol@pve" },
  { path: "/vms", roles: "PVEVMAdmin", users: "bob@pve", propagate: false },
  { path: "/vms/102", roles: "PVEVMAdmin", tokens: "bob@pve!ci" },
  { path: "/vms/104", roles: "PVEAuditor", users: "alice@pve" },
  { path: "/", roles: "PVEVMUser", groups: "developers" },
  // Its pool does not give back what this takes away.
  { path: "/vms/104", roles: "NoAccess", users: "viewer@pve" },
];

for (const changed of [false, true]) {
  Deno.test(
    `who has a privilege on a path is computed as PVE does${
      changed ? ", with entries that exclude each other" : ""
    }`,
    async () => {
      await using harness = await connect();
      for (const entry of changed ? CHANGES : []) {
        const answer = await harness.call("proxmox_acl", { action: "update", ...entry });
        assert(!answer.isError, answer.text);
      }
      for (const privilege of ["VM.Allocate", "VM.PowerMgmt", "VM.Audit", "Datastore.Audit"]) {
        for (const path of ["/", "/vms", "/vms/100", "/vms/102", "/vms/104", "/pool/development"]) {
          const answer = await report(harness, { action: "access", privilege, path, limit: 100 });
          const who = answer.structured.columns ? rowsOf(answer).map((row) => String(row.who)) : [];
          assertEquals(
            who.sort(),
            await holders(harness, privilege, path),
            `${privilege} on ${path}`,
          );
        }
      }
    },
  );
}

Deno.test("a right is told with where it comes from, and what it does not reach", async () => {
  await using harness = await connect();
  for (const entry of CHANGES) await harness.call("proxmox_acl", { action: "update", ...entry });
  const answer = await report(harness, { action: "access", privilege: "VM.PowerMgmt" });
  lineWith(answer, "carol@pve", "/vms, not /vms/100, /vms/104", "group helpdesk, GuestOperator");
  lineWith(answer, "bob@pve |", "/, not", "group developers, PVEVMUser");
  // Its pool gives back what the entry on the guest takes away.
  lineWith(answer, "alice@pve | / |", "group admins");
  lineWith(answer, "bob@pve!ci", "/vms/102", "privilege separation");
});

Deno.test("tokens without end, without separation and without rights are named", async () => {
  await using harness = await connect();
  const answer = await report(harness, { action: "access" });
  lineWith(answer, "tokens without any right", "backup@pve!unused");
  lineWith(answer, "tokens with all rights of their user", "alice@pve!automation");
  lineWith(answer, "tokens without end", "bob@pve!ci");
  lineWith(answer, "disabled or ended", "alice@pve!expired, mallory@pve");
  const removed = await harness.call("proxmox_user_token", {
    action: "delete",
    userid: "backup@pve",
    tokenid: "unused",
  });
  assert(!removed.isError, removed.text);
  assertNoLine(await report(harness, { action: "access" }), "backup@pve!unused");
});
