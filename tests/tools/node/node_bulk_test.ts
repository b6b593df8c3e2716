import { assert, assertMatch } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

testSteps("proxmox_node_bulk stops, starts and migrates guests of a node", "proxmox_node_bulk", [
  {
    call: { action: "stop_all", node: "pve1" },
    says: [
      "Done, but still running on pve1: ",
      "fileserver (108), web01 (100)",
      "VM 100 web01: stays as it is: under HA, and not named in vms",
      "VM 108 fileserver: stays as it is: locked (backup)",
    ],
  },
  {
    call: { action: "stop_all", node: "pve1", vms: ["100", "103"], timeout: 60 },
    says: [
      "Done, but still running on pve1: web01 (100)",
      "Of each the task's log tells; HA acts in its own time",
    ],
    sends: "POST /nodes/pve1/stopall vms=100,103&timeout=60",
  },
  {
    call: { action: "stop_all", node: "pve1", vms: "103,200,202" },
    says: ["The guests of pve1 are stopped"],
    hides: ["Stopped: "],
    sends: "POST /nodes/pve1/stopall vms=103,200,202",
  },
  {
    call: { action: "start_all", node: "pve1", force: true },
    says: ["Done, but not running on pve1: web01 (100)"],
    sends: "POST /nodes/pve1/startall force=1",
  },
  {
    call: { action: "start_all", node: "pve1", vms: "100" },
    says: ["Done, but not running on pve1: web01 (100)"],
    sends: "POST /nodes/pve1/startall vms=100",
  },
  {
    call: { action: "start_all", node: "pve2", vms: "204", force: true },
    says: ["The guests of pve2 are running"],
    sends: "POST /nodes/pve2/startall vms=204&force=1",
  },
  {
    call: {
      action: "migrate_all",
      node: "pve3",
      target: "pve2",
      maxworkers: 2,
      "with-local-disks": true,
    },
    content: { task: { type: "migrateall", node: "pve3", exitstatus: "OK" } },
    sends: "POST /nodes/pve3/migrateall target=pve2&maxworkers=2&with-local-disks=1",
  },
  {
    call: { action: "migrate_all", node: "pve3" },
    fails: true,
    says: ["target: is missing"],
    sends: "",
  },
  {
    call: { action: "start_all", node: "pve1", vms: "x" },
    fails: true,
    says: ['There is no guest "x"'],
    sends: "",
  },
  {
    call: { action: "start_all", node: "pve1", vms: "9999,101" },
    fails: true,
    says: [
      "Not all of these guests are on pve1",
      "9999 is not to be seen on any node; web02 (101) is on pve2",
    ],
    sends: "",
  },
  {
    call: { action: "start_all", node: "pve2", vms: "106" },
    says: [
      "Done, but not running on pve2: legacy-erp (106)",
      "VM 106 legacy-erp: stays off: it has no onboot, and force=true is not given",
    ],
    hides: ["the task's log tells"],
  },
  {
    call: { action: "migrate_all", node: "pve2", target: "pve3" },
    says: [
      "VM 104 gitlab, VM 105 ci-runner01: stays: local scsi0 on local-lvm: with-local-disks=true",
      "VM 101 web02: stays: locked (migrate)",
    ],
  },
  { call: { action: "stop_all", node: "pve9" }, fails: true, says: ["hostname lookup"] },
]);

Deno.test("proxmox_node_bulk names a number of workers where the datacenter has none", async () => {
  await using harness = await connect();
  const call = { action: "migrate_all", node: "pve3", target: "pve2", vms: "107" };
  const back = { ...call, node: "pve2", target: "pve3" };
  await walk(harness, "proxmox_node_bulk", [
    { call, sends: "POST /nodes/pve3/migrateall target=pve2&vms=107" },
  ]);
  await harness.services.pve.request("PUT /cluster/options", { delete: "max_workers" });
  await walk(harness, "proxmox_node_bulk", [
    { call: back, sends: "POST /nodes/pve2/migrateall target=pve3&vms=107&maxworkers=1" },
    {
      call: { ...call, maxworkers: 3 },
      sends: "POST /nodes/pve3/migrateall target=pve2&vms=107&maxworkers=3",
    },
  ]);
});

Deno.test("proxmox_node_bulk looks at some of many guests that are left, and says where the others stand", async () => {
  await using harness = await connect({ simulator: { guests: 500 } });
  const { simulator } = harness;
  for (const guest of simulator.cluster.guests.values()) {
    guest.node = "pve1";
    guest.status = "stopped";
    delete guest.config.onboot;
  }
  const { text } = await harness.call("proxmox_node_bulk", { action: "start_all", node: "pve1" });
  assertMatch(text, /and 4\d more: stays off: it has no onboot, and force=true is not given/);
  assertMatch(text, /Of others the task's log tells, or a dry run; HA acts in its own time/);
  const reads = simulator.requests.filter(({ path }) => path.endsWith("/config")).length;
  assert(reads <= 50, `${reads} configurations were read`);
});

testSteps(
  "proxmox_node_bulk stop_all names what it stopped, and what starts it",
  "proxmox_node_bulk",
  [
    {
      call: { action: "stop_all", node: "pve2", vms: "102,204" },
      says: [
        "The guests of pve2 are stopped",
        "Stopped: db01 (102); proxmox_node_bulk action=start_all node=pve2 vms=102 force=true",
      ],
      hides: ["proxy01"],
    },
    {
      call: { action: "start_all", node: "pve2", vms: "102", force: true },
      says: ["The guests of pve2 are running"],
      sends: "POST /nodes/pve2/startall vms=102&force=1",
    },
    {
      // A template is there, and never starts.
      call: { action: "start_all", node: "pve1", vms: "103,900", force: true },
      says: ["The guests of pve1 are running"],
    },
    {
      call: { action: "migrate_all", node: "pve2", target: "pve3", vms: "102,104,200" },
      fails: true,
      says: ["dns01 (200) is on pve1"],
      hides: ["gitlab"],
      sends: "",
    },
  ],
);
