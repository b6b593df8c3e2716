import { assert, assertEquals } from "../../assert.ts";
import { rightEffects } from "../../../src/pve/effects/access_rights.ts";
import { userEffects } from "../../../src/pve/effects/access_users.ts";
import { Company } from "./judged.ts";
import { lostUnseen } from "./unseen.ts";

const accessEffects = { ...userEffects, ...rightEffects };
const judge = (): Company => new Company(accessEffects);
const USER = "PUT /access/users/{userid}";
const TOKEN = "PUT /access/users/{userid}/token/{tokenid}";
const ACL = "PUT /access/acl";

Deno.test("a user loses access when disabled, by any word for off, and not when off already", async () => {
  const company = judge();
  const alice = { userid: "alice@pve" };
  assertEquals(await company.lost(USER, { ...alice, enable: 0 }), [
    "user alice@pve: access, that of all its tokens too",
  ]);
  assertEquals(await company.lost(USER, { ...alice, enable: 1 }), []);
  assertEquals(await company.lost(USER, { userid: "mallory@pve", enable: 0 }), []);
  assertEquals((await lostUnseen(accessEffects, USER, { ...alice, enable: 0 })).length, 1);
});

Deno.test("an access that ends earlier is lost, one that ends later is not", async () => {
  const company = judge();
  const alice = { userid: "alice@pve" };
  assertEquals(await company.lost(USER, { ...alice, expire: 1 }), [
    "user alice@pve: access, that of all its tokens too, after 1970-01-01",
  ]);
  assertEquals(await company.lost(USER, { ...alice, expire: 0 }), []);
  await company.change(USER, { ...alice, expire: 2_000_000_000 });
  assertEquals(await company.lost(USER, { ...alice, expire: 2_100_000_000 }), []);
  assertEquals(await company.lost(USER, { ...alice, expire: "" }), []);
  assertEquals((await company.lost(USER, { ...alice, expire: 1_900_000_000 })).length, 1);
});

Deno.test("groups that a list leaves out are lost, unless the list is appended", async () => {
  const company = judge();
  const alice = { userid: "alice@pve" };
  assertEquals(await company.lost(USER, { ...alice, groups: "developers" }), [
    "user alice@pve: what they may do by groups: admins",
  ]);
  assertEquals(await company.lost(USER, { ...alice, groups: "admins,developers" }), []);
  assertEquals(await company.lost(USER, { ...alice, groups: "developers", append: 1 }), []);
  assertEquals((await company.lost(USER, { ...alice, groups: "" })).length, 1);
  assertEquals(await lostUnseen(accessEffects, USER, { ...alice, groups: "developers" }), [
    "user alice@pve: what they may do by groups other than developers, which could not be read",
  ]);
});

Deno.test("a deleted user is named with groups and tokens", async () => {
  const [what] = await judge().lost("DELETE /access/users/{userid}", { userid: "bob@pve" });
  assertEquals(
    what,
    "user bob@pve (groups developers; tokens ci): access, tokens, second factors and permissions of it",
  );
});

Deno.test("a token loses its secret, its rights and its time", async () => {
  const company = judge();
  const token = { userid: "bob@pve", tokenid: "open" };
  await company.change("POST /access/users/{userid}/token/{tokenid}", { ...token, privsep: 0 });
  assertEquals((await company.lost(TOKEN, { ...token, regenerate: 1 })).length, 1);
  assertEquals((await company.lost(TOKEN, { ...token, privsep: 1 })).length, 1);
  assertEquals((await company.lost(TOKEN, { ...token, delete: "privsep" })).length, 1);
  assertEquals((await company.lost(TOKEN, { ...token, expire: 1 })).length, 1);
  assertEquals(await company.lost(TOKEN, { ...token, privsep: 0, comment: "x" }), []);
  assertEquals(await company.lost(TOKEN, { ...token, delete: "comment,expire" }), []);
});

Deno.test("taking a permission takes only what is there", async () => {
  const company = judge();
  const entry = { path: "/pool/development", users: "viewer@pve", roles: "PVEVMUser", delete: 1 };
  assertEquals(await company.lost(ACL, entry), [
    "what viewer@pve may do on /pool/development as PVEVMUser",
  ]);
  assertEquals(await company.lost(ACL, { ...entry, roles: "PVEAuditor" }), []);
  assertEquals(await company.lost(ACL, { ...entry, path: "/pool/other" }), []);
  assertEquals((await lostUnseen(accessEffects, ACL, entry)).length, 1);
});

Deno.test("a permission takes the place of a wider one from above", async () => {
  const company = judge();
  const [own] = await company.lost(ACL, {
    path: "/vms/100",
    groups: "admins",
    roles: "PVEAuditor",
  });
  assert(own?.startsWith("what admins may do on /vms/100 as Administrator from /"), own);
  const [theirs] = await company.lost(ACL, {
    path: "/vms/100",
    users: "alice@pve",
    roles: "PVEVMUser",
  });
  assert(theirs?.includes("from / by group admins"), theirs);
  const wider = { path: "/vms/100", users: "monitoring@pve", roles: "Administrator" };
  assertEquals(await company.lost(ACL, wider), []);
  const first = { path: "/vms/100", users: "carol@pve", roles: "PVEVMAdmin" };
  await company.change(ACL, { path: "/vms/100", users: "carol@pve", roles: "PVEAuditor" });
  assertEquals(await company.lost(ACL, first), []);
  assertEquals((await company.lost(ACL, { ...first, roles: "NoAccess" })).length, 1);
  const narrower = { ...first, roles: "PVEAuditor", propagate: 0 };
  assertEquals(await company.lost(ACL, narrower), [
    "what carol@pve may do below /vms/100 as PVEAuditor",
  ]);
});

Deno.test("a role loses the privileges that are not named, all of them without a list", async () => {
  const company = judge();
  const operation = "PUT /access/roles/{roleid}";
  await company.change("POST /access/roles", { roleid: "Ops", privs: "VM.Audit,VM.PowerMgmt" });
  assertEquals(await company.lost(operation, { roleid: "Ops", privs: "VM.Audit" }), [
    "role Ops: 1 of 2 privileges: VM.PowerMgmt, for all who have it",
  ]);
  const more = { roleid: "Ops", privs: "VM.Audit VM.PowerMgmt VM.Console" };
  assertEquals(await company.lost(operation, more), []);
  assertEquals(
    await company.lost(operation, { roleid: "Ops", privs: "VM.Console", append: 1 }),
    [],
  );
  assertEquals((await company.lost(operation, { roleid: "Ops" })).length, 1);
  assertEquals(
    (await lostUnseen(accessEffects, operation, { roleid: "Ops", privs: "VM.Audit" })).length,
    1,
  );
});

Deno.test("a realm loses its log-in with another server, and its password when it is cleared", async () => {
  const company = judge();
  const operation = "PUT /access/domains/{realm}";
  assertEquals(
    (await company.lost(operation, { realm: "corp", server1: "192.0.2.99" })).length,
    1,
  );
  assertEquals(await company.lost(operation, { realm: "corp", comment: "Directory" }), []);
  assertEquals(await company.lost(operation, { realm: "corp", password: "secret" }), []);
  assertEquals(await company.lost(operation, { realm: "corp", delete: "password" }), [
    "realm corp: password to read the directory with",
  ]);
});

Deno.test("a synchronisation loses what it is told to remove, by arguments or by the realm", async () => {
  const company = judge();
  const operation = "POST /access/domains/{realm}/sync";
  assertEquals(await company.lost(operation, { realm: "corp" }), []);
  const asked = { realm: "corp", "remove-vanished": "entry;acl", scope: "users" };
  assertEquals(await company.lost(operation, asked), [
    "realm corp: entry;acl of users that the directory no longer has",
  ]);
  assertEquals(await company.lost(operation, { ...asked, "dry-run": 1 }), []);
  assertEquals((await company.lost(operation, { realm: "corp", full: 1 })).length, 1);
  await company.change("PUT /access/domains/{realm}", {
    realm: "corp",
    "sync-defaults-options": "scope=both,remove-vanished=entry",
  });
  assertEquals((await company.lost(operation, { realm: "corp" })).length, 1);
  assertEquals(await company.lost(operation, { realm: "corp", "remove-vanished": "none" }), []);
  assertEquals((await lostUnseen(accessEffects, operation, { realm: "corp" })).length, 1);
});
