import { assert, assertEquals } from "../../assert.ts";
import { connect, rowsOf } from "../../harness.ts";
import { testSteps } from "../steps.ts";

testSteps("proxmox_guest_list lists guests of all nodes, filtered as asked", "proxmox_guest_list", [
  {
    call: {},
    says: ["Guests: 15"],
    rows: [{ vmid: 100, name: "web01", type: "qemu", node: "pve1", status: "running" }],
  },
  { call: { type: "lxc", node: "pve2" }, says: ["Guests: 2", "proxy01"], hides: ["dns01"] },
  { call: { type: "qemu" }, says: ["Guests: 10"] },
  {
    call: { type: "vm", filter: "status=stopped tag=protected" },
    says: ["Guests: 1", "legacy-erp"],
  },
  {
    call: { fields: ["vmid", "netin"], limit: 1 },
    content: { columns: ["vmid", "netin"], total: 15, next_offset: 1 },
  },
  { call: { filter: "type=container" }, says: ["Guests: 5"] },
  { call: { filter: "running", fields: "name" }, says: ["Guests: 11"] },
  { call: { filter: "status:running" }, fails: true, says: ['A filter has no ":"', "cpu>50%"] },
  { call: { node: "pve3", fields: "name,hastate" }, content: { columns: ["name", "hastate"] } },
  { call: { fields: "name,mmhost" }, fails: true, says: ['no field "mmhost"', '"memhost"?'] },
  { call: { node: "pve9" }, fails: true, says: ['There is no node "pve9"', "pve1, pve2, pve3"] },
  { call: { type: "docker" }, fails: true, says: ["all, vm, qemu, lxc, ct"] },
]);

Deno.test("proxmox_guest_list takes one request, and answers though a node is offline", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  const before = harness.simulator.requests.length;
  const answer = await harness.call("proxmox_guest_list");
  assertEquals(harness.simulator.requests.slice(before).map((each) => each.path), [
    "/api2/json/cluster/resources",
  ]);
  assert(answer.text.includes("Not online: pve3"), answer.text);
  const gitlab = rowsOf(answer).find((row) => row.vmid === 104);
  assertEquals(gitlab?.node, "pve3");
});
