import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { clusterConfigEffects } from "../../../src/pve/effects/cluster_config.ts";
import { clusterHardwareEffects } from "../../../src/pve/effects/cluster_hardware.ts";
import { haResourceEffects } from "../../../src/pve/effects/ha_resources.ts";
import { haRuleEffects } from "../../../src/pve/effects/ha_rules.ts";
import { notificationEffects } from "../../../src/pve/effects/notifications.ts";
import { Company } from "./judged.ts";
import { lostUnseen } from "./unseen.ts";

const TABLE = {
  ...clusterConfigEffects,
  ...clusterHardwareEffects,
  ...haResourceEffects,
  ...haRuleEffects,
  ...notificationEffects,
};

Deno.test("a matcher loses targets that a list leaves out, and what it matches when it is off", async () => {
  const company = new Company(TABLE);
  const operation = "PUT /cluster/notifications/matchers/{name}";
  const name = "failures";
  assertEquals(await company.lost(operation, { name, target: ["chat"] }), [
    "notification matcher failures: 1 of 2 targets: company-mail",
  ]);
  assertEquals(await company.lost(operation, { name, target: "company-mail,chat" }), []);
  assertEquals((await company.lost(operation, { name, disable: 1 })).length, 1);
  assertEquals((await company.lost(operation, { name, delete: "target" })).length, 1);
  assertEquals(await company.lost(operation, { name, delete: "comment,match-severity" }), []);
  assertEquals((await lostUnseen(TABLE, operation, { name, target: "chat" })).length, 1);
  await company.change(operation, { name, disable: 1 });
  assertEquals(await company.lost(operation, { name, disable: 1 }), []);
});

Deno.test("a target loses where it sends, and secrets only when they are cleared", async () => {
  const company = new Company(TABLE);
  const operation = "PUT /cluster/notifications/endpoints/smtp/{name}";
  const name = "company-mail";
  assertEquals(await company.lost(operation, { name, server: "mail.example.com" }), []);
  assertEquals((await company.lost(operation, { name, server: "mx.example.com" })).length, 1);
  assertEquals(await company.lost(operation, { name, password: "new" }), []);
  assertEquals((await company.lost(operation, { name, delete: "password" })).length, 1);
  assertEquals((await company.lost(operation, { name, mailto: "" })).length, 1);
});

Deno.test("HA stops only a guest that runs", async () => {
  const company = new Company(TABLE);
  const operation = "POST /cluster/ha/resources";
  const [loss] = await company.losses(operation, { sid: "vm:102", state: "stopped" });
  assertEquals(loss, { what: "vm:102: HA stops it", guests: [102] });
  assertEquals(await company.lost(operation, { sid: "vm:107", state: "stopped" }), []);
  assertEquals(await company.lost(operation, { sid: "vm:102" }), []);
  const changed = "PUT /cluster/ha/resources/{sid}";
  assertEquals((await company.lost(changed, { sid: "vm:100", state: "disabled" })).length, 1);
  assertEquals((await company.lost(changed, { sid: "vm:100", state: "ignored" })).length, 1);
  assertEquals(await company.lost(changed, { sid: "vm:100", state: "started" }), []);
  assertEquals((await company.lost(changed, { sid: "vm:100", max_restart: 0 })).length, 1);
  assertEquals((await company.lost(changed, { sid: "vm:100", delete: "max_restart" })).length, 1);
});

Deno.test("a guest is elsewhere after HA has moved it, and stops when it is relocated", async () => {
  const company = new Company(TABLE);
  const move = "POST /cluster/ha/resources/{sid}/migrate";
  const to = { sid: "vm:100", node: "pve2" };
  assertEquals((await company.exposed(move, to)).map(({ node }) => node), ["pve2"]);
  assertEquals(await company.lost(move, to), []);
  assertEquals(await company.exposed(move, { ...to, node: "pve1" }), []);
  const relocate = "POST /cluster/ha/resources/{sid}/relocate";
  assertEquals(await company.lost(relocate, to), ["vm:100: is stopped and starts again on pve2"]);
  const [loss] = await company.losses(move, { sid: "ct:200", node: "pve3" });
  assertEquals(loss?.guests, [200]);
});

Deno.test("an HA rule moves guests that run elsewhere", async () => {
  const company = new Company(TABLE);
  const operation = "POST /cluster/ha/rules";
  const rule = { rule: "here", type: "node-affinity", resources: "vm:100,vm:101", nodes: "pve1:2" };
  assertEquals((await company.exposed(operation, rule)).map(({ vmid, node }) => [vmid, node]), [
    [101, "pve1"],
  ]);
  assertEquals(await company.exposed(operation, { ...rule, nodes: "pve1,pve2" }), []);
  assertEquals(await company.exposed(operation, { ...rule, disable: 1 }), []);
  const together = { rule: "both", type: "resource-affinity", resources: "vm:100,vm:101" };
  assertEquals((await company.exposed(operation, { ...together, affinity: "positive" })).length, 2);
  assertEquals(await company.exposed(operation, { ...together, affinity: "negative" }), []);
  const changed = "PUT /cluster/ha/rules/{rule}";
  const prefer = { rule: "prefer-first-node", type: "node-affinity" };
  assertEquals((await company.exposed(changed, { ...prefer, nodes: "pve3" })).length, 1);
  assertEquals((await company.losses(changed, { ...prefer, nodes: "pve3" }))[0]?.guests, [100]);
  assertEquals(await company.lost(changed, { ...prefer, nodes: "pve1,pve2,pve3" }), []);
  assertEquals((await company.lost(changed, { ...prefer, disable: 1 })).length, 1);
});

Deno.test("a device that a mapping no longer names is lost to the guests that have it", async () => {
  const company = new Company(TABLE);
  const operation = "PUT /cluster/mapping/pci/{id}";
  const map = "node=pve1,path=0000:3b:00.0,id=10de:1eb8,iommugroup=31";
  const other = "node=pve2,path=0000:3b:00.0,id=10de:1eb8";
  assertEquals(await company.lost(operation, { id: "gpu", map: [map, other] }), []);
  assertEquals((await company.lost(operation, { id: "gpu", map: [other] })).length, 1);
  await company.change("PUT /nodes/{node}/qemu/{vmid}/config", {
    node: "pve3",
    vmid: 107,
    hostpci0: "mapping=gpu",
  });
  const deleted = "DELETE /cluster/mapping/pci/{id}";
  assertEquals((await company.losses(deleted, { id: "gpu" }))[0]?.guests, [107]);
  company.refuseGuestReads("config");
  const [unseen] = await company.losses(deleted, { id: "gpu" });
  assertEquals(unseen?.guests.length, (await company.state.guests()).length);
});

Deno.test("the datacenter loses what its options no longer say", async () => {
  const company = new Company(TABLE);
  const operation = "PUT /cluster/options";
  assertEquals(await company.lost(operation, { "registered-tags": "prod" }), [
    "options of the datacenter: 1 of 2 tags that only administrators set: backup",
  ]);
  assertEquals((await company.lost(operation, { migration: "type=insecure" })).length, 1);
  assertEquals(await company.lost(operation, { migration: "secure,network=10.0.0.0/24" }), []);
  assertEquals(await company.lost(operation, { delete: "mac_prefix,keyboard,description" }), [
    "options of the datacenter: mac_prefix: BC:24:11",
  ]);
  assertEquals(await company.lost(operation, { webauthn: "rp=a,origin=b,id=c" }), []);
  await company.change(operation, { webauthn: "rp=a,origin=https://b,id=c" });
  assertEquals(await company.lost(operation, { webauthn: "id=c,rp=a,origin=https://b" }), []);
  assertEquals(
    (await company.lost(operation, { webauthn: "rp=x,origin=https://b,id=c" })).length,
    1,
  );
});

Deno.test("a cluster loses a node with its guests, and a node that joins its own settings", async () => {
  const company = new Company(TABLE);
  const [loss] = await company.losses("DELETE /cluster/config/nodes/{node}", { node: "pve3" });
  assertEquals(loss?.guests.includes(107), true);
  const join = "POST /cluster/config/join";
  const [own] = await company.losses(join, { hostname: "pve1", fingerprint: "x", password: "y" });
  assertEquals(own?.guests, []);
  const [all] = await company.losses(join, { hostname: "pve1", force: 1 });
  assertEquals((all?.guests.length ?? 0) > 10, true);
  const add = "POST /cluster/config/nodes/{node}";
  assertEquals(await company.lost(add, { node: "pve1" }), []);
  assertEquals(await company.lost(add, { node: "pve9", force: 1 }), []);
  assertEquals((await company.lost(add, { node: "pve1", force: 1 })).length, 1);
});

Deno.test("an ACME plugin loses nodes, credentials, and itself to another of its name", async () => {
  const company = new Company(TABLE);
  const operation = "PUT /cluster/acme/plugins/{id}";
  assertEquals((await company.lost(operation, { id: "cloudflare", nodes: "pve1" })).length, 1);
  assertEquals(await company.lost(operation, { id: "cloudflare", nodes: "" }), []);
  assertEquals((await company.lost(operation, { id: "cloudflare", data: "eA==" })).length, 1);
  const add = "POST /cluster/acme/plugins";
  assertEquals(await company.lost(add, { id: "other", type: "dns", nodes: "pve1" }), []);
  assertEquals(await company.lost(add, { id: "cloudflare", type: "dns" }), [
    "ACME plugin cloudflare as it is now",
  ]);
});

Deno.test("a synchronisation job plans what it removes", async () => {
  const company = new Company(TABLE);
  const id = "nightly";
  const job = { id, realm: "corp", schedule: "daily" };
  const add = "POST /cluster/jobs/realm-sync/{id}";
  assertEquals(await company.lost(add, job), []);
  assertEquals((await company.lost(add, { ...job, "remove-vanished": "entry" })).length, 1);
  assertEquals(await company.lost(add, { ...job, "remove-vanished": "entry", enabled: 0 }), []);
  await company.change(add, { ...job, "remove-vanished": "acl" });
  const change = "PUT /cluster/jobs/realm-sync/{id}";
  const [more] = await company.lost(change, {
    id,
    schedule: "daily",
    "remove-vanished": "acl;entry",
  });
  assertStringIncludes(more ?? "", "entry of users and groups");
  assertEquals(
    await company.lost(change, { id, schedule: "hourly", "remove-vanished": "acl" }),
    [],
  );
  assertEquals((await company.lost(change, { id, schedule: "daily", enabled: 0 })).length, 1);
});
