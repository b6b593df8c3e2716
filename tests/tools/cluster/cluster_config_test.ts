import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

testSteps("proxmox_cluster_config shows members, totem and how to join", "proxmox_cluster_config", [
  {
    call: { action: "get" },
    says: ["3 nodes"],
    rows: [{ node: "pve1", nodeid: "1", ring0_addr: "10.10.10.11", pve_fp: /^[\dA-F:]{95}$/ }],
    data: { cluster_name: "example" },
  },
  { call: { action: "list_nodes" }, rows: [{ node: "pve3", nodeid: "3" }] },
  { call: { action: "get_node", node: "pve2" }, data: { ring0_addr: "10.10.10.12" } },
  {
    call: { action: "get_node", node: "pve22" },
    fails: true,
    says: ["It has: pve1, pve2, pve3", 'Did you mean "pve2"'],
  },
  { call: { action: "get_node" }, fails: true, says: ["node: is missing"] },
  { call: { action: "totem" }, data: { config_version: "3" } },
  {
    call: {
      action: "join",
      hostname: "192.0.2.1",
      password: "secret-1",
      fingerprint: Array(32).fill("AA").join(":"),
    },
    fails: true,
    says: ["cannot be done with an API token", "Nothing was sent"],
    hides: ["secret-1"],
    sends: "",
  },
]);

Deno.test("proxmox_cluster_config says when there is no cluster", async () => {
  await using harness = await connect();
  const { cluster } = harness.simulator;
  for (const name of ["corosync", "corosync.nodes"]) cluster.table(name).clear();
  const says = ["This node is in no cluster"];
  await walk(harness, "proxmox_cluster_config", [
    { call: { action: "get" }, says },
    { call: { action: "totem" }, says },
    { call: { action: "list_nodes" }, says: ["Nodes of the corosync configuration: 0"] },
    { call: { action: "get_node", node: "pve1" }, fails: true, says },
  ]);
});
