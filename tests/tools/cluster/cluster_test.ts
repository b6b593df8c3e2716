import { connect } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { testSteps, walk } from "../steps.ts";

testSteps("proxmox_cluster shows quorum and load together", "proxmox_cluster", [
  {
    call: { action: "status" },
    says: ["cluster example, quorate: 3 of 3 nodes online"],
    rows: [{ node: "pve1", status: "online" }],
    data: { quorate: 1 },
  },
  {
    call: { action: "status", filter: "pve2" },
    rows: [{ node: "pve2", status: "online" }],
    noRows: [{ node: "pve1" }],
  },
]);

Deno.test("what is away is told with the next step, and whose view it is", async () => {
  await using harness = await connect();
  const { faults } = harness.simulator;
  faults.add({ kind: "node-offline", node: "pve3" });
  await walk(harness, "proxmox_cluster", [{
    call: { action: "status" },
    says: [
      "quorate: 2 of 3 nodes online, as pve1 sees it",
      "Not online: pve3",
      "proxmox_node_power action=wakeonlan node=pve3",
    ],
    hides: ["Without quorum"],
  }]);
});

Deno.test("a cluster without quorum says what cannot be done meanwhile, and what can", async () => {
  await using harness = await connect({
    transport: (simulator) =>
      hooked(simulator, {
        answers: (line, data) =>
          line === "GET /cluster/status"
            ? (data as { type: string }[]).map((row) =>
              row.type === "cluster" ? { ...row, quorate: 0 } : row
            )
            : undefined,
      }),
  });
  await walk(harness, "proxmox_cluster", [{
    call: { action: "status" },
    says: [
      "WITHOUT QUORUM",
      "nothing can be changed until enough nodes are back",
      "pvecm expected",
    ],
  }]);
});

testSteps(
  "proxmox_cluster shows the nodes when the token may not read the quorum",
  "proxmox_cluster",
  [
    {
      call: { action: "status" },
      says: ["3 of 3 nodes online", "needs Sys.Audit on /"],
      hides: ["quorate:"],
    },
  ],
  { token: "limited" },
);

testSteps("proxmox_cluster changes datacenter options", "proxmox_cluster", [
  { call: { action: "options" }, says: ["Datacenter options"], data: { keyboard: "en-us" } },
  {
    call: {
      action: "update_options",
      options: { keyboard: "de", description: "", migration: { type: "insecure" } },
    },
    says: ["The datacenter options are changed"],
    sends: "PUT /cluster/options keyboard=de&migration=insecure&delete=description",
  },
  {
    call: { action: "update_options", "max_workers": 4 },
    sends: "PUT /cluster/options max_workers=4",
  },
  { call: { action: "options" }, data: { keyboard: "de", max_workers: 4 }, hides: ["description"] },
  {
    call: { action: "update_options", options: { keybord: "de" } },
    fails: true,
    says: ['Did you mean "keyboard"?'],
    sends: "",
  },
  {
    call: { action: "update_options", options: { keyboard: "elvish" } },
    fails: true,
    says: ["keyboard: "],
    sends: "",
  },
]);
