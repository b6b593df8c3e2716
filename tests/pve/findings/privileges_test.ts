/** Who may change users, their tokens and permissions, beside what Proxmox VE says to the call. */
import { grant } from "../../../src/simulator/access/acl.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { changes } from "../../guard/late.ts";
import { connect, rowsOf } from "../../harness.ts";

type Granted = readonly (readonly [path: string, role: string])[];
type Call = readonly [operation: string, params?: Readonly<Record<string, unknown>>];

const USERS = "Administrator";
const REALM = ["/access/realm/pve", "PVEUserAdmin"] as const;
const NEW: Call = ["POST /access/users", { userid: "new@pve", groups: "developers" }];
const BOB: Call = ["PUT /access/users/bob@pve", { comment: "x", groups: "developers" }];
const TOKEN: Call = ["POST /access/users/bob@pve/token/t1"];
const OWN: Call = ["POST /access/users/viewer@pve/token/t1"];
const ACL: Call = ["PUT /access/acl", { path: "/vms/107", roles: "PVEAuditor", users: "bob@pve" }];
const group = (name: string): readonly [string, string] => [`/access/groups/${name}`, USERS];

/** What the token is granted, a call, and what it lacks; undefined where it may. */
const CASES: readonly (readonly [Granted, Call, RegExp | undefined])[] = [
  [[], NEW, /Realm\.AllocateUser on \/access\/realm\/pve/],
  [[REALM], NEW, /^The token lacks User\.Modify on \/access\/groups\/developers$/],
  [[REALM, group("developers")], NEW, undefined],
  [
    [REALM, group("developers")],
    [NEW[0], { userid: "new@pve" }],
    /User\.Modify on \/access\/groups$/,
  ],
  [[["/access", USERS]], [NEW[0], { userid: "new@pve" }], undefined],
  [[], BOB, /User\.Modify on \/access\/groups/],
  [[group("developers")], BOB, undefined],
  [[group("developers")], [BOB[0], { comment: "x" }], /User\.Modify on \/access\/groups$/],
  [[group("helpdesk")], [BOB[0], { comment: "x", groups: "helpdesk" }], /User\.Modify/],
  [[group("developers")], TOKEN, undefined],
  [[group("helpdesk")], TOKEN, /being bob@pve itself, which no token is, or User\.Modify/],
  [[], OWN, /being viewer@pve itself, which no token is, or User\.Modify/],
  [[], ACL, /^The token lacks Permissions\.Modify or VM\.Allocate on \/vms\/107$/],
  [[["/vms/107", "PVEVMAdmin"]], ACL, undefined],
  [[["/storage/nas", "PVEDatastoreAdmin"]], ["PUT /access/acl", {
    ...{ path: "/storage/nas", roles: "PVEAuditor", users: "bob@pve" },
  }], undefined],
];

for (const [granted, [operation, params = {}], lacks] of CASES) {
  const with_ = granted.map(([path, role]) => `${role} on ${path}`).join(", ") || "nothing";
  const args = JSON.stringify(params);
  Deno.test(`${operation} ${args} with ${with_} is ${lacks ? "refused" : "done"}, as a dry run says`, async () => {
    await using harness = await connect({ token: "limited" });
    const { cluster } = harness.simulator;
    for (const [path, role] of granted) {
      grant(cluster, path, "users", "viewer@pve", role);
      grant(cluster, path, "tokens", "viewer@pve!limited", role);
    }
    const call = { operation, params };
    const planned = await harness.call("proxmox_api_call", { ...call, dry_run: true });
    const rows = rowsOf(planned).filter(({ from }) => from === "GET /access/permissions");
    const [row] = rows;
    assert(row, planned.text);
    assertEquals(rows.length, 1, planned.text);
    assertEquals(row.verdict, lacks ? "stops it" : "fine", planned.text);
    assertMatch(String(row.what), lacks ?? /^The token may call/);
    assertEquals(changes(harness), []);
    const called = await harness.call("proxmox_api_call", call);
    assertEquals(called.isError, lacks !== undefined, called.text);
  });
}
