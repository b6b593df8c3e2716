import { assert, assertEquals, assertMatch, assertNotEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("a user is made, found in its groups, changed and deleted with all it had", async () => {
  const client = new TestClient();
  const userid = "dana@pve";
  await client.data("POST /access/users", {
    userid,
    email: "dana@example.com",
    groups: "helpdesk",
  });
  const taken = await client.ask("POST /access/users", { userid });
  assertEquals(taken.message, "create user failed: user 'dana@pve' already exists\n");
  assertEquals(await client.data("GET /access/users/dana@pve"), {
    enable: 1,
    expire: 0,
    email: "dana@example.com",
    groups: ["helpdesk"],
    tokens: null,
  });
  const unknown = await client.ask("PUT /access/users/dana@pve", { groups: "none" });
  assertEquals(unknown.message, "update user failed: no such group 'none'\n");
  await client.data("PUT /access/users/dana@pve", { groups: "admins", append: 1, enable: 0 });
  const rows = await client.data<Row[]>("GET /access/users", { full: 1 });
  const row = rows.find((each) => each.userid === userid);
  assertEquals([row?.groups, row?.enable, row?.["realm-type"]], ["admins,helpdesk", 0, "pve"]);
  await client.data("PUT /access/acl", { path: "/vms/100", users: userid, roles: "PVEAuditor" });
  await client.data("POST /access/users/dana@pve/token/t1");
  await client.data("DELETE /access/users/dana@pve");
  const acl = await client.data<Row[]>("GET /access/acl");
  assertEquals(acl.filter(({ ugid }) => String(ugid).startsWith(userid)), []);
  const members = await client.data("GET /access/groups/helpdesk");
  assertEquals(members.members, ["carol@pve"]);
  const gone = await client.ask("GET /access/users/dana@pve");
  assertEquals([gone.status, gone.message], [500, "no such user ('dana@pve')\n"]);
});

Deno.test("a group is made, commented and deleted", async () => {
  const client = new TestClient();
  await client.data("POST /access/groups", { groupid: "ops", comment: "Night shift" });
  assertEquals(
    (await client.ask("POST /access/groups", { groupid: "ops" })).message,
    "create group failed: group 'ops' already exists\n",
  );
  await client.data("PUT /access/groups/ops", { comment: "Day shift" });
  assertEquals(await client.data("GET /access/groups/ops"), { comment: "Day shift", members: [] });
  await client.data("DELETE /access/groups/ops");
  assertEquals(
    (await client.ask("PUT /access/groups/ops", { comment: "x" })).message,
    "update group failed: group 'ops' does not exist\n",
  );
});

Deno.test("roles of one's own come and go; PVE's own stay", async () => {
  const client = new TestClient();
  await client.data("POST /access/roles", { roleid: "Ops", privs: "VM.PowerMgmt,VM.Audit" });
  assertEquals(await client.data("GET /access/roles/Ops"), { "VM.Audit": 1, "VM.PowerMgmt": 1 });
  await client.data("PUT /access/roles/Ops", { privs: "VM.Console", append: 1 });
  assertEquals(Object.keys(await client.data("GET /access/roles/Ops")).length, 3);
  await client.data("PUT /access/roles/Ops", { privs: "VM.Console" });
  assertEquals(await client.data("GET /access/roles/Ops"), { "VM.Console": 1 });
  await client.data("DELETE /access/roles/Ops");
  const builtin = await client.ask("DELETE /access/roles/PVEAdmin");
  assertEquals(builtin.message, "auto-generated role 'PVEAdmin' cannot be deleted\n");
  const reserved = await client.ask("POST /access/roles", { roleid: "pveMine" });
  assertEquals(reserved.errors, {
    roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace",
  });
  const roles = await client.data<Row[]>("GET /access/roles");
  const user = roles.find(({ roleid }) => roleid === "PVEVMUser");
  assertEquals(
    user?.privs,
    "VM.Audit,VM.Backup,VM.Config.CDROM,VM.Config.Cloudinit,VM.Console,VM.GuestAgent.Audit," +
      "VM.GuestAgent.FileRead,VM.GuestAgent.FileSystemMgmt,VM.GuestAgent.FileWrite,VM.PowerMgmt",
  );
});

Deno.test("a token shows its secret once, works, and gets a new one", async () => {
  const client = new TestClient();
  const path = "/access/users/alice@pve/token/deploy";
  const made = await client.data<{ value: string; info: Row; "full-tokenid": string }>(
    `POST ${path}`,
    { privsep: 0, comment: "Deployment" },
  );
  assertMatch(made.value, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assertEquals(made["full-tokenid"], "alice@pve!deploy");
  assertEquals(made.info, { privsep: "0", comment: "Deployment" });
  assertEquals(await client.data(`GET ${path}`), { expire: 0, privsep: 0, comment: "Deployment" });
  assertEquals((await client.ask(`POST ${path}`)).errors, { tokenid: "Token already exists." });

  const again = await client.data<{ value: string }>(`PUT ${path}`, { regenerate: 1 });
  assertNotEquals(again.value, made.value);
  client.authorization = `PVEAPIToken=alice@pve!deploy=${made.value}`;
  assertEquals((await client.ask("GET /version")).status, 401);
  client.authorization = `PVEAPIToken=alice@pve!deploy=${again.value}`;
  assertEquals((await client.ask("GET /version")).status, 200);
  client.use("full");
  await client.data(`DELETE ${path}`);
  const gone = await client.ask(`GET ${path}`);
  assertEquals(gone.message, "no such token 'deploy' for user 'alice@pve'\n");
});

Deno.test("permissions follow roles, groups, pools and the separation of privileges", async () => {
  const client = new TestClient();
  const of = async (userid: string, path: string): Promise<string[]> => {
    const answer = await client.data<Record<string, Row>>("GET /access/permissions", {
      userid,
      path,
    });
    return Object.keys(answer[path] ?? {}).sort();
  };
  assert((await of("alice@pve", "/vms/100")).includes("VM.Allocate"), "by group, from /");
  assertEquals(await of("carol@pve", "/vms/100"), [
    "VM.Audit",
    "VM.Backup",
    "VM.Console",
    "VM.PowerMgmt",
    "VM.Snapshot",
  ]);
  assertEquals(await of("carol@pve", "/storage/local"), []);
  assert((await of("bob@pve", "/vms/104")).includes("VM.Config.Disk"), "by pool");
  assertEquals(await of("bob@pve", "/vms/100"), []);
  assert(!(await of("bob@pve!ci", "/vms/104")).includes("VM.Config.Disk"), "separated");
  assert((await of("bob@pve!ci", "/vms/104")).includes("VM.PowerMgmt"), "separated");
  assertEquals(await of("backup@pve!unused", "/storage/local"), []);
  await client.data("PUT /access/acl", { path: "/vms/100", users: "carol@pve", roles: "NoAccess" });
  assertEquals(await of("carol@pve", "/vms/100"), []);
  await client.data("PUT /access/acl", {
    path: "/vms/100",
    users: "carol@pve",
    roles: "NoAccess",
    delete: 1,
  });
  assert((await of("carol@pve", "/vms/100")).length > 0);
});

Deno.test("an ACL entry names what exists, on a path that PVE has", async () => {
  const client = new TestClient();
  const complaint = "either 'users', 'groups' or 'tokens' is required.";
  assertEquals((await client.ask("PUT /access/acl", { path: "/", roles: "PVEAuditor" })).errors, {
    users: complaint,
    groups: complaint,
    tokens: complaint,
  });
  const put = async (form: Record<string, string>): Promise<unknown> => {
    const answer = await client.ask("PUT /access/acl", { roles: "PVEAuditor", ...form });
    return answer.errors ?? answer.message;
  };
  assertEquals(await put({ path: "/nowhere", users: "alice@pve" }), {
    path: "invalid ACL path '/nowhere'",
  });
  assertEquals(
    await put({ path: "/vms", users: "nobody@pve" }),
    "ACL update failed: user 'nobody@pve' does not exist\n",
  );
  assertEquals(
    await put({ path: "/vms", groups: "none" }),
    "ACL update failed: group 'none' does not exist\n",
  );
  assertEquals(
    await put({ path: "/vms", groups: "admins", roles: "Nothing" }),
    "ACL update failed: role 'Nothing' does not exist\n",
  );
});

Deno.test("a directory realm is synchronised by a task, or tried out", async () => {
  const client = new TestClient();
  const users = async (): Promise<string[]> =>
    (await client.data<Row[]>("GET /access/users")).map(({ userid }) => String(userid));
  assertEquals(await client.task("POST /access/domains/corp/sync", { "dry-run": 1 }), "OK");
  assert(!(await users()).includes("dave@corp"));
  assertEquals(await client.task("POST /access/domains/corp/sync"), "OK");
  assert((await users()).includes("dave@corp"));
  const other = await client.ask("POST /access/domains/pve/sync", { scope: "users" });
  assertEquals(
    other.message,
    "Cannot sync realm type 'pve'! Only LDAP/AD realms can be synced.\n",
  );
});

Deno.test("a login with a wrong password is refused, with the right one gets a ticket", async () => {
  const client = new TestClient();
  client.authorization = undefined;
  const wrong = await client.ask("POST /access/ticket", { username: "root@pam", password: "x" });
  assertEquals([wrong.status, wrong.message], [401, "authentication failure\n"]);
  const right = await client.data("POST /access/ticket", {
    username: "root",
    realm: "pam",
    password: "proxmox-demo",
  });
  assertEquals(right.username, "root@pam");
  assert(String(right.ticket).startsWith("PVE:root@pam:"));
});

Deno.test("a user without audit rights sees themselves and what they were given", async () => {
  const client = new TestClient();
  client.authorization = "PVEAPIToken=bob@pve!ci=d3b07384-d113-4ec4-9f1e-5a3c1d9e0003";
  const users = await client.data<Row[]>("GET /access/users");
  assertEquals(users.length <= 1, true);
  assertEquals(await client.data<Row[]>("GET /access/groups"), []);
  assertEquals(await client.data<Row[]>("GET /access/acl"), []);
  assertEquals(await client.data<Row[]>("GET /pools"), []);
});
