/** Proxmox VE's own `dry-run`: it is sent like any parameter, and its task is not the change. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { operationFact, operationNames } from "../../src/pve/api.ts";
import { connect } from "../harness.ts";
import { changes } from "../guard/late.ts";
import { assertDone } from "../outcome.ts";

/** All operations with a `dry-run` of their own, by a request for each. */
const OWN_DRY_RUNS: Readonly<Record<string, Record<string, unknown>>> = {
  "POST /access/domains/{realm}/sync": { realm: "corp", scope: "users" },
  "POST /cluster/ceph/restart-bulk": { "service-type": "osd" },
  "POST /nodes/{node}/ceph/restart-bulk": { node: "pve1", "service-type": "osd" },
};

Deno.test("all operations with a dry-run of Proxmox VE's own are tried below", () => {
  const own = operationNames().filter((name) => "dry-run" in operationFact(name).params);
  assertEquals(own.sort(), Object.keys(OWN_DRY_RUNS).sort());
});

for (const [operation, others] of Object.entries(OWN_DRY_RUNS)) {
  Deno.test(`Proxmox VE's own dry-run of ${operation} is planned, and sent, and not taken for the change`, async () => {
    await using harness = await connect();
    const call = (dry: boolean, plan: boolean = false) =>
      harness.call("proxmox_api_call", {
        operation,
        params: { ...others, "dry-run": dry },
        dry_run: plan,
      });
    const { text: plan } = await call(true, true);
    assertEquals(changes(harness), []);
    assertMatch(plan, /Request 1: POST \/.* dry-run=1\n/);
    assert(!plan.includes("Lost:"), plan);
    const answer = await call(true);
    assertDone(answer, /^Nothing was changed: Proxmox VE's own dry run of POST \//);
    assertMatch(answer.text, /would restart osd|changes were NOT written/);
    assertMatch(answer.text, /proxmox_node_task action=log upid=UPID:\S+ has all/);
    const done = await call(false);
    assertDone(done, /done/);
    assert(!done.text.includes("Nothing was changed"), done.text);
    const sent = harness.simulator.requests.filter(({ method }) => method !== "GET");
    assertEquals(sent.map(({ body }) => /dry-run=./.exec(body ?? "")?.[0]), [
      "dry-run=1",
      "dry-run=0",
    ]);
  });
}
