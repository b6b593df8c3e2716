/** What a dry run finds of rules and groups of HA, beside what happens when the call is made. */
import { assertEquals, assertMatch } from "../../assert.ts";
import { connect, type Harness } from "../../harness.ts";
import { api, type Case, type Config, testFindings } from "./cases.ts";

/** Has HA keep db01 on pve1. */
function pulledHome({ cluster }: Harness["simulator"]): void {
  cluster.table("ha.resources").set("vm:102", { type: "vm", state: "started" } as never);
  cluster.table("ha.rules").set("home", {
    ...{ type: "node-affinity", resources: "vm:102", nodes: "pve1:2,pve3" },
  } as never);
}

/** Has HA keep db01 on pve1 by the group that 8.4 has in place of a rule. */
function grouped(group: Config): Pick<Case, "seed" | "options"> {
  return {
    seed: ({ cluster }) => {
      cluster.table("ha.groups").set("home", { type: "group", nodes: "pve1", ...group } as never);
      const resource = { type: "vm", state: "started", group: "home" };
      cluster.table("ha.resources").set("vm:102", resource as never);
    },
    options: { simulator: { release: "8.4" } },
  };
}

const MOVE_102: Case["call"] = api("POST /nodes/pve1/qemu/102/migrate", {
  ...{ target: "pve3", online: 1 },
});

testFindings([
  {
    what: "a resource of HA",
    call: ["proxmox_guest_delete", { vmid: 107 }],
    seed: ({ cluster }) =>
      void cluster.table("ha.resources").set("vm:107", { type: "vm", state: "stopped" } as never),
    finds: /under HA: purge=true/,
    answers: /used in HA resources/,
  },
  {
    what: "a rule of HA that pulls a guest back",
    call: ["proxmox_guest_migrate", { vmid: 102, target: "pve3" }],
    seed: pulledHome,
    finds: /would not last\. HA brings it back to pve1: its rule home /,
    answers: /would not last\nReason: HA brings it back to pve1/,
  },
  {
    what: "a rule of HA that pulls a guest back, where that is known",
    call: ["proxmox_guest_migrate", { vmid: 102, target: "pve3", despite_ha_rule: true }],
    seed: pulledHome,
    finds: /^HA rule home pulls it back to pve1$/,
    verdict: "warns",
  },
  {
    what: "a rule of HA that pulls back what HA itself is asked to move",
    call: api("POST /cluster/ha/resources/vm:102/migrate", { node: "pve3" }),
    seed: pulledHome,
    finds: /^HA rule home pulls it back to pve1$/,
    verdict: "warns",
    done: true,
  },
  {
    what: "a group of HA that pulls a guest back",
    call: MOVE_102,
    ...grouped({}),
    finds: /^HA group home pulls it back to pve1$/,
    verdict: "warns",
  },
  {
    what: "a group of HA that pulls back what HA itself is asked to move",
    call: api("POST /cluster/ha/resources/vm:102/migrate", { node: "pve3" }),
    ...grouped({ nofailback: 1, restricted: 1 }),
    finds: /^HA group home lets it run on pve1$/,
    verdict: "warns",
    done: true,
  },
]);

Deno.test("a dry run says nothing of a rule of HA that brings nothing back", async () => {
  await using harness = await connect();
  pulledHome(harness.simulator);
  const move = { vmid: 102, target: "pve3", dry_run: true };
  await harness.call("proxmox_ha_resource", { action: "update", sid: "vm:102", failback: false });
  const { text } = await harness.call("proxmox_guest_migrate", move);
  assertEquals(text.includes("pulls it back"), false, text);
  assertEquals(text.includes("would not last"), false, text);
});

Deno.test("a dry run says nothing of a group of HA that brings nothing back", async () => {
  const { seed, options } = grouped({ nodes: "pve1:2,pve3", nofailback: 1 });
  await using harness = await connect(options);
  seed?.(harness.simulator);
  const [tool, args] = MOVE_102;
  const { text } = await harness.call(tool, { ...args, dry_run: true });
  assertMatch(text, /is under HA/);
  assertEquals(text.includes("HA group"), false, text);
});
