import { assert, assertEquals } from "../../assert.ts";
import { type Operation, operationFact, operationNames } from "../../../src/pve/api.ts";
import type { Args } from "../../../src/pve/encode.ts";
import { rightEffects } from "../../../src/pve/effects/access_rights.ts";
import { userEffects } from "../../../src/pve/effects/access_users.ts";
import { cephEffects } from "../../../src/pve/effects/ceph.ts";
import { clusterConfigEffects } from "../../../src/pve/effects/cluster_config.ts";
import { clusterHardwareEffects } from "../../../src/pve/effects/cluster_hardware.ts";
import type { OperationEffects } from "../../../src/pve/effects/effect.ts";
import { firewallEffects } from "../../../src/pve/effects/firewall.ts";
import { haResourceEffects } from "../../../src/pve/effects/ha_resources.ts";
import { haRuleEffects } from "../../../src/pve/effects/ha_rules.ts";
import { nodeDiskEffects } from "../../../src/pve/effects/node_disks.ts";
import { nodeNetworkEffects } from "../../../src/pve/effects/node_network.ts";
import { nodeServiceEffects } from "../../../src/pve/effects/node_services.ts";
import { nodeSettingEffects } from "../../../src/pve/effects/node_settings.ts";
import { notificationEffects } from "../../../src/pve/effects/notifications.ts";
import { sdnEffects } from "../../../src/pve/effects/sdn.ts";
import { Company } from "./judged.ts";
import { lostUnseen } from "./unseen.ts";

const AREAS: readonly Readonly<Partial<Record<Operation, OperationEffects>>>[] = [
  userEffects,
  rightEffects,
  firewallEffects,
  clusterConfigEffects,
  clusterHardwareEffects,
  notificationEffects,
  haResourceEffects,
  haRuleEffects,
  sdnEffects,
  cephEffects,
  nodeDiskEffects,
  nodeNetworkEffects,
  nodeServiceEffects,
  nodeSettingEffects,
];
const TABLE: Readonly<Partial<Record<Operation, OperationEffects>>> = Object.assign({}, ...AREAS);
const NAMES = Object.keys(TABLE) as Operation[];

/** Arguments that give every parameter. */
function argsOf(operation: Operation): Args {
  const names = Object.keys(operationFact(operation).params)
    .map((name) => name.replace("[n]", "0"));
  const given = Object.fromEntries(names.map((name) => [name, "1"]));
  return { ...given, ...("vmid" in given ? { vmid: 100 } : {}) };
}

Deno.test("no operation is in two areas", () => {
  assertEquals(AREAS.flatMap((area) => Object.keys(area)).length, NAMES.length);
});

Deno.test("a deletion takes something when nothing can be read", async () => {
  for (const operation of NAMES.filter((name) => name.startsWith("DELETE "))) {
    const lost = await lostUnseen(TABLE, operation, argsOf(operation));
    assert(lost.length > 0, operation);
  }
});

Deno.test("answers that make no sense are no failure of a judgement, and hide no deletion", async () => {
  for (const answer of [null, "", 7, "text", {}, [], [null], [7], [{}]]) {
    const company = new Company(TABLE);
    for (const each of operationNames()) company.answer(each, answer);
    for (const operation of NAMES) {
      const lost = await company.lost(operation, argsOf(operation));
      const deletes = operation.startsWith("DELETE ") && !operation.includes("/tasks/");
      assert(!deletes || lost.length > 0, `${operation} ${JSON.stringify(answer)}`);
    }
  }
});

Deno.test("what is cleared by an empty value and by delete is lost alike", async () => {
  const company = new Company(TABLE);
  const clears: readonly (readonly [Operation, Args, string])[] = [
    ["PUT /cluster/firewall/options", {}, "enable"],
    ["PUT /cluster/options", {}, "registered-tags"],
    ["PUT /cluster/options", {}, "mac_prefix"],
    ["PUT /nodes/{node}/config", { node: "pve1" }, "wakeonlan"],
    ["PUT /cluster/sdn/vnets/{vnet}", { vnet: "prod" }, "tag"],
    ["PUT /cluster/notifications/matchers/{name}", { name: "failures" }, "target"],
    ["PUT /access/domains/{realm}", { realm: "corp" }, "server1"],
  ];
  for (const [operation, args, name] of clears) {
    const emptied = await company.lost(operation, { ...args, [name]: "" });
    assertEquals(emptied.length, 1, operation);
    assertEquals(await company.lost(operation, { ...args, delete: name }), emptied, operation);
  }
});

/** Parameters by which an operation must not be said to take nothing. */
const RISKY = ["delete", "force", "purge", "overwrite", "content", "nodes"];

Deno.test("nothing is taken by no deletion and by no operation that can narrow or force", () => {
  for (const operation of NAMES) {
    const effects = TABLE[operation];
    if (effects === undefined || !("nothing" in effects)) continue;
    const risky = Object.keys(operationFact(operation).params).filter((name) =>
      RISKY.includes(name)
    );
    assertEquals([operation.startsWith("DELETE "), risky], [false, []], operation);
  }
});
