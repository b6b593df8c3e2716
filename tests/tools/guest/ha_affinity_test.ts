/** A migration that HA would undo says so before anything moves. */
import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

const MIGRATE = "proxmox_guest_migrate";
const TO_PVE3 = { vmid: "web01", target: "pve3" };
const COMES_BACK =
  "HA brings it back to pve1: its rule prefer-first-node wants pve1, with failback";

testSteps("a migration that HA would undo moves nothing until it is asked for again", MIGRATE, [
  {
    call: TO_PVE3,
    fails: true,
    says: [
      "Moving web01 (100) to pve3 would not last",
      COMES_BACK,
      "failback=false",
      "Nothing was moved",
    ],
    sends: "",
  },
  { call: { ...TO_PVE3, target: "pve2" }, fails: true, says: [COMES_BACK], sends: "" },
  {
    call: { ...TO_PVE3, despite_ha_rule: true },
    says: ["web01 (100) is on pve3", COMES_BACK],
    sends: "POST /nodes/pve1/qemu/100/migrate target=pve3&online=1",
  },
  // Back where HA wants it.
  {
    call: { vmid: "web01", target: "pve1" },
    says: ["web01 (100) is on pve1"],
    hides: ["HA brings"],
  },
]);

/** Ways in which HA leaves a guest where it is moved to. */
const LEFT: Readonly<Record<string, readonly [tool: string, args: Record<string, unknown>]>> = {
  "without failback": [
    "proxmox_ha_resource",
    { action: "update", sid: "vm:100", failback: false },
  ],
  "by a rule that is off": [
    "proxmox_ha_rule",
    { action: "update", rule: "prefer-first-node", disable: true },
  ],
  "while it is to be stopped": [
    "proxmox_ha_resource",
    { action: "update", sid: "vm:100", state: "ignored" },
  ],
  "by a rule that wants both nodes as much": [
    "proxmox_ha_rule",
    { action: "update", rule: "prefer-first-node", nodes: "pve1,pve3" },
  ],
};

for (const [name, [tool, args]] of Object.entries(LEFT)) {
  Deno.test(`HA leaves a guest where it is moved to ${name}`, async () => {
    await using harness = await connect();
    await harness.call(tool, args);
    await walk(harness, MIGRATE, [{ call: TO_PVE3, says: ["pve3"], hides: ["HA brings"] }]);
  });
}

Deno.test("a strict rule brings a guest back from other nodes even without failback", async () => {
  await using harness = await connect();
  await harness.call("proxmox_ha_resource", { action: "update", sid: "vm:100", failback: false });
  await harness.call("proxmox_ha_rule", { action: "delete", rule: "keep-apart" });
  await harness.call("proxmox_ha_rule", {
    action: "update",
    rule: "prefer-first-node",
    nodes: "pve1:2,pve3:1",
    strict: true,
  });
  await walk(harness, MIGRATE, [
    {
      call: { ...TO_PVE3, target: "pve2" },
      fails: true,
      says: ["wants pve1:2,pve3:1, strictly"],
      sends: "",
    },
    { call: TO_PVE3, hides: ["HA brings"] },
  ]);
});

Deno.test("before 9.0 the group of the guest is asked", async () => {
  await using harness = await connect({ simulator: { release: "8.4" } });
  await harness.call("proxmox_ha_group", {
    action: "create",
    group: "first",
    nodes: "pve1:2,pve3",
  });
  await harness.call("proxmox_ha_resource", { action: "update", sid: "vm:100", group: "first" });
  await walk(harness, MIGRATE, [
    {
      call: TO_PVE3,
      fails: true,
      says: ["HA brings it back to pve1: its group first wants", "nofailback"],
      sends: "",
    },
  ]);
  await harness.call("proxmox_ha_group", { action: "update", group: "first", nofailback: true });
  await walk(harness, MIGRATE, [{ call: TO_PVE3, hides: ["HA brings"] }]);
});
