import { testSteps } from "../steps.ts";

const RULES = "/cluster/firewall/rules";
const GROUP = "/cluster/firewall/groups/webserver";

testSteps(
  "proxmox_cluster_firewall_rule manages the datacenter's rules",
  "proxmox_cluster_firewall_rule",
  [
    {
      call: { action: "list" },
      rows: [{ pos: 3, enable: 0, type: "in", action: "DROP", macro: "SMB" }],
    },
    { call: { action: "get", pos: 0 }, data: { macro: "SSH", source: "+management" } },
    {
      call: { action: "create", rule_action: "ACCEPT", type: "in", proto: "tcp", dport: 443 },
      says: ["The rule is created", "The rule is off: enable=1 switches it on"],
      sends: `POST ${RULES} action=ACCEPT&type=in&proto=tcp&dport=443`,
    },
    {
      call: { action: "update", pos: 0, enable: 1, comment: "web", delete: "proto" },
      fails: true,
      says: ["proto"],
    },
    {
      call: { action: "update", pos: 0, enable: 1, rule_action: "DROP", delete: "dport,proto" },
      says: ["Rule 0 is changed"],
      sends: `PUT ${RULES}/0 enable=1&action=DROP&delete=dport,proto`,
    },
    {
      call: { action: "update", pos: 0, moveto: 3, rule_action: "DROP" },
      fails: true,
      says: ["moveto: goes alone"],
      sends: "",
    },
    { call: { action: "update", pos: 0, moveto: 3 }, sends: `PUT ${RULES}/0 moveto=3` },
    { call: { action: "delete", pos: 2 }, sends: `DELETE ${RULES}/2` },
    { call: { action: "list" }, says: ["Datacenter firewall rules: 4"] },
  ],
);

testSteps(
  "proxmox_cluster_firewall_rule manages the rules of a security group",
  "proxmox_cluster_firewall_rule",
  [
    {
      call: { action: "list", group: "webserver" },
      rows: [{ pos: 0, type: "in", macro: "HTTPS" }],
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
      hides: ["The rule is off"],
      sends: `POST ${GROUP} action=ACCEPT&type=in&macro=Ping&enable=1`,
    },
    { call: { action: "get", group: "webserver", pos: 0 }, data: { macro: "Ping" } },
    {
      call: { action: "update", group: "webserver", pos: 0, comment: "probe" },
      sends: `PUT ${GROUP}/0 comment=probe`,
    },
    { call: { action: "delete", group: "webserver", pos: 0 }, sends: `DELETE ${GROUP}/0` },
    { call: { action: "list", group: "nobody" }, fails: true, says: ["nobody"] },
  ],
);

testSteps("proxmox_cluster_firewall_rule says what is wrong", "proxmox_cluster_firewall_rule", [
  { call: { action: "get" }, fails: true, says: ["pos: is missing"], sends: "" },
  { call: { action: "get", pos: 99 }, fails: true, says: ["99"] },
  {
    call: { action: "create", type: "in" },
    fails: true,
    says: ["rule_action: is missing"],
    sends: "",
  },
  {
    call: { action: "create", rule_action: "ACCEPT", type: "sideways" },
    fails: true,
    says: ["type: "],
    sends: "",
  },
  {
    call: { action: "create", rule_action: "ACCEPT", type: "in", dport: "22 23" },
    fails: true,
    says: ["dport: "],
  },
  {
    call: { action: "delete", pos: 0, digest: "0".repeat(40) },
    fails: true,
    says: ["read it again and send the new digest"],
  },
]);
