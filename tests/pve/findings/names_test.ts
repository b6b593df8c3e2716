/** What a dry run finds of names that are taken or not there, beside what the call answers. */
import { assert } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { api, testFindings } from "./cases.ts";

testFindings([
  {
    what: "a name that is taken",
    call: ["proxmox_pool", { action: "create", poolid: "prod" }],
    seed: ({ cluster }) =>
      void cluster.table("pools").set("prod", { poolid: "prod", vms: [], storage: [] } as never),
    finds: /^poolid prod is taken$/,
    answers: /already exists/,
  },
  {
    what: "what is not there",
    call: ["proxmox_user", { action: "delete", userid: "nobody@pve" }],
    finds: /^There is no userid nobody@pve$/,
    answers: /nobody@pve/,
  },
  {
    what: "what is near to what is not there",
    call: ["proxmox_user", { action: "delete", userid: "alise@pve" }],
    finds: /^There is no userid alise@pve\. Did you mean "alice@pve"\?$/,
    answers: /alise@pve/,
  },
  {
    what: "that a rule that is to be changed is not there",
    call: ["proxmox_cluster_firewall_rule", { action: "update", pos: 99, comment: "x" }],
    finds: /^There is no rule 99$/,
    answers: /no rule at position 99/,
  },
  {
    what: "no fault with a group that is renamed",
    call: ["proxmox_cluster_firewall_group", {
      ...{ action: "update", group: "webserver", rename: "web" },
    }],
    finds: /^The token may call/,
    verdict: "fine",
    done: true,
  },
  {
    what: "no fault with a group that keeps its name",
    call: ["proxmox_cluster_firewall_group", {
      ...{ action: "update", group: "webserver", comment: "Web" },
    }],
    finds: /^The token may call/,
    verdict: "fine",
    done: true,
  },
  {
    what: "that what is to be renamed is not there",
    call: api("POST /cluster/firewall/ipset", { name: "new", rename: "old" }),
    finds: /^There is no ipset old$/,
    answers: /does not exist/,
  },
  {
    what: "a name in a guest's firewall that is taken",
    call: api("POST /nodes/pve1/qemu/100/firewall/aliases", { name: "lab", cidr: "192.0.2.0/24" }),
    seed: ({ cluster }) =>
      void cluster.table("firewall.aliases/guest/100").set(
        "lab",
        { name: "lab", cidr: "192.0.2.0/24" } as never,
      ),
    finds: /^alias lab is taken$/,
    answers: /already exists/,
  },
  {
    what: "a number that is taken",
    call: ["proxmox_guest_clone", { vmid: 900, newid: 100 }],
    finds: /^Another guest has the number 100$/,
    answers: /100/,
  },
  {
    what: "a snapshot's name that is taken",
    call: ["proxmox_guest_snapshot", { action: "create", vmid: 107, snapname: "clean" }],
    finds: /^The snapshot clean is there already$/,
    answers: /clean/,
  },
  {
    what: "a snapshot that is not there",
    call: ["proxmox_guest_snapshot", { action: "delete", vmid: 107, snapname: "never" }],
    finds: /^There is no snapshot never, but clean$/,
    answers: /never/,
  },
]);

Deno.test("a dry run finds an OSD that is in no bucket of the tree, as one that is half made", async () => {
  const tree = { root: { leaf: 0, children: [{ id: -1, name: "default", type: "root" }] } };
  await using harness = await connect({
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line) => line === "GET /nodes/pve1/ceph/osd" ? tree : undefined,
      }),
  });
  const call = { action: "delete", node: "pve1", osdid: 0, dry_run: true };
  const planned = await harness.call("proxmox_ceph_osd", call);
  assert(!/There is no/.test(planned.text), planned.text);
});
