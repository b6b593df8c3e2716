/** What a guest's firewall rules come to: names are resolved, and it is said whether they count. */
import { connect } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { testSteps, walk } from "../steps.ts";

const DATACENTER_OFF =
  "the firewall is off for the datacenter (proxmox_cluster_firewall action=update_options enable=1)";

testSteps(
  "groups, aliases and IP sets in a guest's rules are resolved",
  "proxmox_guest_firewall_rule",
  [
    {
      call: { action: "list", vmid: "web01" },
      rows: [
        { pos: 0, type: "group", action: "webserver" },
        { pos: "0.0", action: "ACCEPT", macro: "HTTPS", group: "webserver" },
        { pos: 1, macro: "SSH", source: "office (198.51.100.0/24)" },
      ],
      says: ["They count on net0", "on for datacenter and guest", "in DROP, out ACCEPT"],
    },
    {
      call: {
        action: "create",
        vmid: "web01",
        rule_action: "DROP",
        rule_type: "in",
        enable: 1,
        source: "+management",
        dest: "dc/office",
      },
      hides: ["No rule counts"],
    },
    {
      call: { action: "list", vmid: "web01" },
      rows: [{
        pos: 0,
        source: "+management (192.0.2.0/24, 198.51.100.7)",
        dest: "dc/office (198.51.100.0/24)",
      }],
    },
    {
      call: {
        action: "create",
        vmid: "web01",
        rule_action: "ACCEPT",
        rule_type: "in",
        enable: 1,
        source: "Office",
      },
    },
    {
      call: { action: "list", vmid: "web01" },
      rows: [{ pos: 0, source: "Office (198.51.100.0/24)" }],
    },
  ],
);

testSteps(
  "a rule where the firewall is off says so, and what switches it on",
  "proxmox_guest_firewall_rule",
  [
    {
      call: { action: "create", vmid: 107, rule_action: "ACCEPT", rule_type: "in", enable: 1 },
      says: [
        "No rule counts: the firewall is off for the guest",
        "proxmox_cluster_firewall action=update_options vmid=107 enable=1",
      ],
    },
    { call: { action: "list", vmid: 107 }, says: ["No rule counts"] },
  ],
);

Deno.test("each switch is named: datacenter, guest, and the card without firewall=1", async () => {
  await using harness = await connect();
  await harness.call("proxmox_cluster_firewall", { action: "update_options", enable: 0 });
  await walk(harness, "proxmox_guest_firewall_rule", [
    { call: { action: "list", vmid: 100 }, says: [DATACENTER_OFF], hides: ["for the guest ("] },
    {
      call: { action: "list", vmid: 200 },
      says: [
        DATACENTER_OFF,
        "and for the guest",
        "net0 without firewall=1 (proxmox_guest_network action=update net=net0 firewall=true)",
      ],
    },
  ]);
  await walk(harness, "proxmox_cluster_firewall_rule", [
    {
      call: { action: "create", rule_action: "ACCEPT", type: "in", macro: "Ping" },
      says: ["The rule is off: enable=1", "No rule counts: the firewall of the datacenter is off"],
    },
    {
      call: {
        action: "create",
        group: "webserver",
        rule_action: "ACCEPT",
        type: "in",
        macro: "Ping",
        enable: 1,
      },
      says: ['It counts for guests that have the group "webserver"'],
    },
  ]);
});

Deno.test("a card without firewall=1 beside one that has it is told apart", async () => {
  await using harness = await connect();
  await harness.call("proxmox_guest_network", { action: "add", vmid: 100, bridge: "vmbr1" });
  await walk(harness, "proxmox_guest_firewall_rule", [{
    call: { action: "list", vmid: 100 },
    says: ["They count on net0, not on net1 without firewall=1"],
  }]);
});

Deno.test("what the token may not see leaves names and effect untold, and no rule out", async () => {
  await using harness = await connect({
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line) => line === "GET /cluster/firewall/options" ? "" : undefined,
      }),
  });
  await walk(harness, "proxmox_guest_firewall_rule", [{
    call: { action: "list", vmid: 100 },
    rows: [{ pos: 1, macro: "SSH" }],
    hides: ["count"],
  }]);
});
