import { assert, assertEquals } from "../../assert.ts";
import { firewallEffects } from "../../../src/pve/effects/firewall.ts";
import { Company } from "./judged.ts";
import { lostUnseen } from "./unseen.ts";

const OPTIONS = "PUT /cluster/firewall/options";
const OFF = "firewall of the datacenter: off, what its rules and policies keep out gets through";

Deno.test("a firewall that is on loses by every way to turn it off", async () => {
  const company = new Company(firewallEffects);
  for (const args of [{ enable: 0 }, { enable: "" }, { delete: "enable" }]) {
    assertEquals(await company.lost(OPTIONS, args), [OFF]);
  }
  assertEquals(await company.lost(OPTIONS, { enable: 1 }), []);
  await company.change(OPTIONS, { enable: 0 });
  assertEquals(await company.lost(OPTIONS, { enable: 0 }), []);
  assertEquals(await company.lost(OPTIONS, { delete: "enable" }), []);
});

Deno.test("turning a firewall on closes what no rule lets through", async () => {
  const company = new Company(firewallEffects);
  await company.change(OPTIONS, { enable: 0 });
  assertEquals((await company.lost(OPTIONS, { enable: 1 })).length, 1);
});

Deno.test("a node's firewall is on where nothing is said, so deleting the switch takes nothing", async () => {
  const company = new Company(firewallEffects);
  const operation = "PUT /nodes/{node}/firewall/options";
  assertEquals(await company.lost(operation, { node: "pve1", delete: "enable" }), []);
  assertEquals((await company.lost(operation, { node: "pve1", enable: 0 })).length, 1);
  assertEquals((await company.lost(operation, { node: "pve1", delete: "nosmurfs" })).length, 0);
  assertEquals((await company.lost(operation, { node: "pve1", nosmurfs: 0 })).length, 1);
});

Deno.test("another policy takes something while the firewall is on", async () => {
  const company = new Company(firewallEffects);
  assertEquals(await company.lost(OPTIONS, { policy_in: "ACCEPT" }), [
    "firewall of the datacenter: policy for incoming traffic: policy_in DROP becomes ACCEPT",
  ]);
  assertEquals(await company.lost(OPTIONS, { policy_in: "DROP" }), []);
  assertEquals(await company.lost(OPTIONS, { policy_in: "ACCEPT", enable: 0 }), [OFF]);
  assertEquals(await company.lost(OPTIONS, { delete: "policy_in,policy_out" }), []);
});

Deno.test("options that cannot be read are taken for what is lost", async () => {
  for (const args of [{ enable: 0 }, { enable: 1 }, { delete: "enable" }, { policy_in: "DROP" }]) {
    const [what] = await lostUnseen(firewallEffects, OPTIONS, args);
    assert(what?.includes("which could not be read"), JSON.stringify(args));
  }
});

Deno.test("what a guest's firewall loses is the guest's loss", async () => {
  const company = new Company(firewallEffects);
  const guest = { node: "pve1", vmid: 100 };
  const operation = "PUT /nodes/{node}/qemu/{vmid}/firewall/options";
  await company.change(operation, { ...guest, enable: 1 });
  const [loss] = await company.losses(operation, { ...guest, enable: 0 });
  assertEquals(loss?.guests, [100]);
  assertEquals((await company.losses(operation, { ...guest, macfilter: 0 })).length, 1);
  assertEquals(await company.losses(operation, { ...guest, delete: "macfilter" }), []);
});

Deno.test("a rule loses when it is off, another or elsewhere, not when it stays as it reads", async () => {
  const company = new Company(firewallEffects);
  const operation = "PUT /cluster/firewall/rules/{pos}";
  const words = (args: Readonly<Record<string, string | number>>): Promise<string[]> =>
    company.lost(operation, { pos: 1, ...args });
  const rule = 'rule 1, IN ACCEPT source +management proto tcp dport 8006 "Web interface"';
  assertEquals(await words({ enable: 0 }), [`${rule}: off`]);
  assertEquals(await words({ delete: "enable" }), [`${rule}: off`]);
  assertEquals(await words({ dport: "8006", comment: "GUI" }), []);
  assertEquals(await words({ dport: "8007" }), [
    `${rule}: becomes IN ACCEPT source +management proto tcp dport 8007 "Web interface"`,
  ]);
  assertEquals((await words({ delete: "source" })).length, 1);
  assertEquals((await words({ moveto: 0 })).length, 1);
  assertEquals(await words({ moveto: 1 }), []);
  assertEquals(await company.lost(operation, { pos: 3, dport: "445" }), []);
  assertEquals((await company.lost(operation, { pos: 3, enable: 1 })).length, 1);
  assertEquals((await lostUnseen(firewallEffects, operation, { pos: 1, enable: 0 })).length, 1);
});

Deno.test("a deleted rule is named as it reads", async () => {
  const company = new Company(firewallEffects);
  const operation = "DELETE /cluster/firewall/rules/{pos}";
  assertEquals(await company.lost(operation, { pos: 3 }), [
    "rule 3 (IN DROP macro SMB (off)): what it lets through or keeps out",
  ]);
  assertEquals(await lostUnseen(firewallEffects, operation, { pos: 3 }), [
    "rule 3, which could not be read: what it lets through or keeps out",
  ]);
});

Deno.test("a new rule takes something when it keeps out and the firewall is on", async () => {
  const company = new Company(firewallEffects);
  const operation = "POST /cluster/firewall/rules";
  const drop = { type: "in", action: "DROP", enable: 1 };
  assertEquals((await company.lost(operation, drop)).length, 1);
  assertEquals(await company.lost(operation, { ...drop, enable: 0 }), []);
  assertEquals(await company.lost(operation, { type: "in", action: "DROP" }), []);
  assertEquals(await company.lost(operation, { ...drop, action: "ACCEPT" }), []);
  assertEquals((await lostUnseen(firewallEffects, operation, drop)).length, 1);
  await company.change(OPTIONS, { enable: 0 });
  assertEquals(await company.lost(operation, drop), []);
});

Deno.test("an alias loses its address or its name", async () => {
  const company = new Company(firewallEffects);
  const operation = "PUT /cluster/firewall/aliases/{name}";
  await company.change("POST /cluster/firewall/aliases", { name: "branch", cidr: "192.0.2.0/24" });
  const same = { name: "branch", cidr: "192.0.2.0/24" };
  assertEquals(await company.lost(operation, same), []);
  assertEquals(await company.lost(operation, { ...same, rename: "branch" }), []);
  assertEquals((await company.lost(operation, { ...same, rename: "hq" })).length, 1);
  assertEquals(await company.lost(operation, { ...same, cidr: "198.51.100.0/24" }), [
    "alias branch: address that rules mean by it: cidr 192.0.2.0/24 becomes 198.51.100.0/24",
  ]);
  assertEquals((await lostUnseen(firewallEffects, operation, same)).length, 1);
  assertEquals(await company.lost("DELETE /cluster/firewall/aliases/{name}", { name: "branch" }), [
    "alias branch (cidr=192.0.2.0/24): rules that use it no longer work",
  ]);
});

Deno.test("an IP set loses with its members, and a member that becomes an exception", async () => {
  const company = new Company(firewallEffects);
  await company.change("POST /cluster/firewall/ipset", { name: "branch" });
  const member = { name: "branch", cidr: "192.0.2.1" };
  await company.change("POST /cluster/firewall/ipset/{name}", member);
  const deleted = "DELETE /cluster/firewall/ipset/{name}";
  assertEquals(await company.lost(deleted, { name: "branch", force: 1 }), [
    "IP set branch (1 member: 192.0.2.1): rules that use it no longer work",
  ]);
  const added = "POST /cluster/firewall/ipset/{name}";
  assertEquals(await company.lost(added, { ...member, cidr: "192.0.2.2" }), []);
  assertEquals((await company.lost(added, { ...member, nomatch: 1 })).length, 1);
  assertEquals((await company.lost(added, { ...member, name: "blacklist" })).length, 1);
  const changed = "PUT /cluster/firewall/ipset/{name}/{cidr}";
  assertEquals((await company.lost(changed, { ...member, nomatch: 1 })).length, 1);
  assertEquals(await company.lost(changed, { ...member, nomatch: 0 }), []);
  const renamed = "POST /cluster/firewall/ipset";
  assertEquals(await company.lost(renamed, { name: "branch", rename: "branch" }), []);
  assertEquals((await company.lost(renamed, { name: "hq", rename: "branch" })).length, 1);
});
