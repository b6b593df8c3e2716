/** Deletions of what is not there, where Proxmox VE would answer as if it had been. */
import { assertEquals, assertMatch } from "../assert.ts";
import { connect } from "../harness.ts";
import { assertDone, assertFailed } from "../outcome.ts";

const ALIAS = "proxmox_cluster_firewall_alias";
const ENTRY = "proxmox_cluster_firewall_ipset_entry";
const SET = "proxmox_cluster_firewall_ipset";

const CALLS: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
  [ALIAS, { name: "nosuch" }],
  [ALIAS, { name: "nosuch", vmid: 100 }],
  [ALIAS, { name: "nosuch", vmid: 200 }],
  [ENTRY, { name: "labs", cidr: "203.0.113.77" }],
  ["proxmox_ha_rule", { rule: "nosuch" }],
  ["proxmox_cluster_replication_job", { id: "100-9", force: true }],
  ["proxmox_cluster_replication_job", { id: "100-9" }],
];

for (const [tool, args] of CALLS) {
  Deno.test(`${tool} does not delete what is not there: ${JSON.stringify(args)}`, async () => {
    const questions: string[] = [];
    const ask = (question: string): Promise<"accept"> => {
      questions.push(question);
      return Promise.resolve("accept");
    };
    await using harness = await connect({ ask });
    await harness.call(SET, { action: "create", name: "labs" });
    const refused = await harness.call(tool, { action: "delete", ...args });
    assertFailed(refused, /delete/);
    assertMatch(refused.text, /no such/);
    const planned = await harness.call(tool, { action: "delete", ...args, dry_run: true });
    assertDone(planned, /one thing stops it/);
    const deletions = harness.simulator.requests.filter(({ method }) => method === "DELETE");
    assertEquals([questions, deletions], [[], []]);
  });
}

Deno.test("the gateway and other tools do not delete what is not there either", async () => {
  await using harness = await connect();
  for (const path of ["mapping/pci/nosuch", "metrics/server/nosuch", "acme/plugins/nosuch"]) {
    const operation = `DELETE /cluster/${path}`;
    assertFailed(await harness.call("proxmox_api_call", { operation }), /./, /not|no such/);
  }
  assertFailed(
    await harness.call("proxmox_acme_info", { action: "delete_plugin", id: "nosuch" }),
    /./,
    /not defined/,
  );
  const sent = harness.simulator.requests.filter(({ method }) => method === "DELETE");
  assertEquals(sent, []);
});

Deno.test("what is there is deleted, also where the look at it is refused", async () => {
  await using harness = await connect();
  const alias = { name: "annex", cidr: "192.0.2.0/24" };
  assertDone(await harness.call(ALIAS, { action: "create", ...alias }));
  harness.simulator.faults.add({
    ...{ kind: "status", status: 403, message: "Permission check failed", times: 1 },
    match: { method: "GET", path: "/aliases/annex" },
  });
  assertDone(await harness.call(ALIAS, { action: "delete", name: "annex" }), /is deleted/);
});
