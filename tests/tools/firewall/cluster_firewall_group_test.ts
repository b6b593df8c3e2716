import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

const GROUPS = "POST /cluster/firewall/groups ";

testSteps(
  "proxmox_cluster_firewall_group makes, renames and describes groups",
  "proxmox_cluster_firewall_group",
  [
    { call: { action: "list" }, rows: [{ group: "webserver", comment: /^HTTP and HTTPS/ }] },
    { call: { action: "get", group: "webserver" }, rows: [{ pos: 0, type: "in", macro: "HTTPS" }] },
    {
      call: { action: "create", group: "database", comment: "SQL" },
      says: ['Security group "database" is created'],
      sends: `${GROUPS}group=database&comment=SQL`,
    },
    {
      call: { action: "update", group: "database", comment: "SQL only" },
      sends: `${GROUPS}comment=SQL only&group=database&rename=database`,
    },
    {
      call: { action: "update", group: "database", rename: "sql" },
      says: ['Security group "sql" is changed'],
      sends: `${GROUPS}group=sql&rename=database`,
    },
    {
      call: { action: "list" },
      rows: [{ group: "sql", comment: "SQL only" }],
      hides: ["database"],
    },
    {
      call: { action: "update", group: "sql", delete: "comment" },
      sends: `${GROUPS}group=sql&rename=sql&comment=`,
    },
    { call: { action: "delete", group: "sql" }, sends: "DELETE /cluster/firewall/groups/sql" },
  ],
);

const RULE = { action: "create", group: "webserver", rule_action: "ACCEPT", type: "in" };

Deno.test("proxmox_cluster_firewall_group tells all that a rule says", async () => {
  await using harness = await connect();
  const udp = { ...RULE, proto: "udp", sport: "53", log: "info", comment: "DNS" };
  await walk(harness, "proxmox_cluster_firewall_rule", [
    { call: udp },
    { call: { ...RULE, proto: "icmp", "icmp-type": "echo-request" } },
  ]);
  await walk(harness, "proxmox_cluster_firewall_group", [{
    call: { action: "get", group: "webserver" },
    rows: [
      { proto: "udp", sport: "53", log: "info", comment: "DNS" },
      { proto: "icmp", "icmp-type": "echo-request" },
    ],
  }]);
});

testSteps("proxmox_cluster_firewall_group says what is wrong", "proxmox_cluster_firewall_group", [
  { call: { action: "create", group: "webserver" }, fails: true, says: ["already exists"] },
  { call: { action: "update", group: "none", comment: "x" }, fails: true, says: ["none"] },
  {
    call: { action: "delete", group: "webserver" },
    fails: true,
    says: ["not empty", "Delete its rules first"],
  },
  { call: { action: "get", group: "no/such" }, fails: true, says: ["group: "] },
]);
