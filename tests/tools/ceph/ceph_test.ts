import { connect } from "../../harness.ts";
import { testSteps, walk } from "../steps.ts";

testSteps("proxmox_ceph tells the state at a glance and in full", "proxmox_ceph", [
  {
    call: { action: "status" },
    says: ["active+clean"],
    data: {
      health: "HEALTH_OK",
      monitors: "3 of 3 in quorum: pve1, pve2, pve3",
      osds: "6 up, 6 in, of 6",
      usage: /TiB of .* free$/,
      details: undefined,
    },
    hides: ["[object Object]"],
  },
  { call: { fields: ["details"] }, data: { details: /./, health: undefined } },
  { call: { node: "pve2" }, says: ["HEALTH_OK"] },
  { call: { node: "pve9" }, fails: true, says: ["There is no such node"] },
]);

Deno.test("proxmox_ceph says when there is no Ceph", async () => {
  await using harness = await connect();
  const message = "binary not installed: /usr/bin/ceph-mon";
  harness.simulator.faults.add({ kind: "status", status: 500, message, match: { path: "/ceph/" } });
  await walk(harness, "proxmox_ceph", [
    { call: {}, fails: true, says: [message, "Ceph is not set up there"] },
  ]);
});
