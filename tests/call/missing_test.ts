/** What is missing is told with what there is, through a real client. */
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { connect } from "../harness.ts";
import { assertFailed } from "../outcome.ts";
import { testSteps } from "../tools/steps.ts";

testSteps("a missing storage is told with those that there are", "proxmox_storage_content", [
  {
    call: { action: "list" },
    fails: true,
    says: ["storage: is missing; there are ceph-vm, local, local-lvm", "Nothing was changed"],
  },
]);

testSteps(
  "a missing name is told with those that its list has, but not for a new one",
  "proxmox_pool",
  [
    {
      call: { action: "get" },
      fails: true,
      says: ["poolid: is missing; there are development, production"],
    },
    {
      call: { action: "create" },
      fails: true,
      says: ["poolid: is missing", "Nothing was sent to Proxmox VE"],
      hides: ["there are"],
      sends: "",
    },
  ],
);

Deno.test("a missing name is told alone where its list cannot be read", async () => {
  await using harness = await connect();
  harness.simulator.faults.add({ kind: "status", status: 500 });
  const answer = await harness.call("proxmox_pool", { action: "get", comment: 1 });
  assertFailed(answer);
  assertStringIncludes(answer.text, "poolid: is missing");
  assertEquals(answer.text.includes("there are"), false);
});
