/** What PVE refuses of HA, pools, IP sets and replication, found before a request is sent. */
import { assertEquals } from "../../assert.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { connect } from "../../harness.ts";
import { api, type Case, type Config, testFindings } from "./cases.ts";

function table(name: string, key: string, entry: Config): NonNullable<Case["seed"]> {
  return ({ cluster }) => void cluster.table(name as "ha.rules").set(key, entry as never);
}

function all(...seeds: readonly NonNullable<Case["seed"]>[]): NonNullable<Case["seed"]> {
  return (simulator: Simulator) => seeds.forEach((seed) => seed(simulator));
}

const HA: readonly Case[] = [
  {
    what: "a resource that HA has",
    call: api("POST /cluster/ha/resources", { sid: "100" }),
    finds: /^vm:100 is under HA already$/,
    answers: /already defined/,
  },
  {
    what: "a resource of a guest that is not there",
    call: api("POST /cluster/ha/resources", { sid: "vm:999" }),
    finds: /^There is no guest 999$/,
    answers: /does not exist/,
  },
  {
    what: "a resource of the wrong type",
    call: api("POST /cluster/ha/resources", { sid: "ct:104" }),
    finds: /^Guest 104 is vm:104, not ct:104$/,
    answers: /is not a container/,
  },
  {
    what: "a group, which HA no longer has",
    call: api("POST /cluster/ha/resources", { sid: "vm:104", group: "first" }),
    finds: /^There is no HA group first; from Proxmox VE 9 on, rules take their place$/,
    answers: /migrated to rules/,
  },
  {
    what: "a rule about what HA has not",
    call: api("POST /cluster/ha/rules", {
      ...{ rule: "r1", type: "node-affinity", resources: "vm:104", nodes: "pve1" },
    }),
    finds: /^vm:104 is not under HA$/,
    answers: /unmanaged resource/,
  },
  {
    what: "a rule with a node that is not there",
    call: api("POST /cluster/ha/rules", {
      ...{ rule: "r1", type: "node-affinity", resources: "vm:101", nodes: "pve1,pve9" },
    }),
    finds: /^There is no node pve9$/,
    answers: /non-existent node/,
  },
  {
    what: "a rule that another one is against",
    call: api("POST /cluster/ha/rules", {
      ...{ rule: "r1", type: "node-affinity", resources: "vm:100", nodes: "pve2" },
    }),
    finds: /^Rule r1: resource 'vm:100' is already used in another node affinity rule$/,
    answers: /already used/,
  },
  {
    what: "a change that makes rules contradict each other",
    call: api("PUT /cluster/ha/rules/prefer-first-node", {
      ...{ type: "node-affinity", nodes: "pve1:2,pve2:1" },
    }),
    finds: /^Rule prefer-first-node: resources are in a resource affinity rule/,
    answers: /multiple priorities/,
  },
  {
    what: "that a guest would move to one that HA keeps it apart from",
    call: ["proxmox_guest_migrate", { vmid: 101, target: "pve1" }],
    finds: /^HA keeps vm:101 apart from vm:100 on pve1$/,
    answers: /ha-manager migrate vm:101 pve1/,
  },
  {
    what: "the same of a move that HA is asked for",
    call: api("POST /cluster/ha/resources/vm:101/migrate", { node: "pve1" }),
    finds: /^HA keeps vm:101 apart from vm:100 on pve1$/,
  },
  {
    what: "what goes along with a guest",
    call: ["proxmox_guest_migrate", { vmid: 102, target: "pve3" }],
    seed: all(
      table("ha.resources", "vm:102", { type: "vm", state: "started" }),
      table("ha.resources", "vm:103", { type: "vm", state: "started" }),
      table("ha.rules", "pair", {
        ...{ type: "resource-affinity", affinity: "positive", resources: "vm:102,vm:103" },
      }),
    ),
    finds: /^HA takes vm:103 along$/,
    verdict: "warns",
  },
];

const SET = "/cluster/firewall/ipset/office";
const office = ({ cluster }: Simulator): void =>
  void cluster.table("firewall.ipset/cluster").set("office", {
    entries: [{ cidr: "192.0.2.1" }],
  } as never);

const OTHERS: readonly Case[] = [
  {
    what: "a guest that is in another pool",
    call: api("PUT /pools/development", { vms: "100" }),
    finds: /^web01 \(100\) is in the pool production: allow-move=true/,
    answers: /belongs already to pool 'production'/,
  },
  {
    what: "nothing against a guest that may move from its pool",
    call: api("PUT /pools/development", { "vms": "100", "allow-move": 1 }),
    finds: /^The token may call/,
    verdict: "fine",
    done: true,
  },
  {
    what: "a guest that is in the pool already",
    call: api("PUT /pools/production", { vms: "100" }),
    finds: /^web01 \(100\) is in production already$/,
    answers: /already a pool member/,
  },
  {
    what: "what a pool has not, and is to give",
    call: api("PUT /pools", { poolid: "production", vms: "105", delete: 1 }),
    finds: /^ci-runner01 \(105\) is not in production$/,
    answers: /is not a pool member/,
  },
  {
    what: "a storage that is in the pool already",
    call: api("PUT /pools/production", { storage: "local" }),
    finds: /^local is in production already$/,
    answers: /already a pool member/,
  },
  {
    what: "what is left in a pool that is to go",
    call: ["proxmox_pool", { action: "delete", poolid: "production" }],
    finds: /^production is not empty: web01 \(100\),/,
    answers: /is not empty/,
  },
  {
    what: "that the pool around a new one is not there",
    call: ["proxmox_pool", { action: "create", poolid: "outer/inner" }],
    finds: /^There is no pool outer$/,
    answers: /parent 'outer'/,
  },
  {
    what: "an address that an IP set has",
    call: api(`POST ${SET}`, { cidr: "192.0.2.1/32" }),
    seed: office,
    finds: /^192\.0\.2\.1 is in office already$/,
    answers: /already exists/,
  },
  {
    what: "addresses in an IP set that is to go",
    call: api(`DELETE ${SET}`),
    seed: office,
    finds: /^office is not empty: force=true deletes it$/,
    answers: /is not empty/,
  },
  {
    what: "a replication to the node of the guest",
    call: api("POST /cluster/replication", { id: "202-0", target: "pve1", type: "local" }),
    finds: /^mail01 \(202\) is on pve1 itself$/,
    answers: /must not be identical/,
  },
  {
    what: "a second replication to a node",
    call: api("POST /cluster/replication", { id: "103-1", target: "pve2", type: "local" }),
    finds: /^db02 \(103\) is replicated to pve2 by 103-0 already$/,
    answers: /already exists/,
  },
  {
    what: "a disk that cannot be replicated",
    call: api("POST /cluster/replication", { id: "104-0", target: "pve1", type: "local" }),
    finds: /^scsi0 \(local-lvm:vm-104-disk-0\) is not on ZFS: replicate=0 leaves it out$/,
    answers: /missing replicate feature/,
  },
];

testFindings([...HA, ...OTHERS]);

Deno.test("a move by HA that is kept from its target moves nothing", async () => {
  await using harness = await connect();
  const [tool, args] = api("POST /cluster/ha/resources/vm:101/migrate", { node: "pve1" });
  await harness.call(tool, args);
  harness.clock.advance(300_000);
  assertEquals(harness.simulator.cluster.guests.get(101)?.node, "pve2");
});
