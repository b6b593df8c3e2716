/** What is done, and what is not, while a cluster does not say what it has. */
import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { assertDone, assertFailed } from "../../outcome.ts";
import {
  afterSeconds,
  changesOf,
  clusterOf,
  connectSeveral,
  connectTwo,
  refusing,
  silent,
} from "../../several.ts";

Deno.test("a change by a bare name is refused while a cluster that may have it does not answer", async () => {
  await using several = await connectSeveral({ home: {}, lab: { transport: refusing } });
  const cases: [tool: string, args: Record<string, unknown>][] = [
    ["proxmox_guest_start", { vmid: "win11-test" }],
    ["proxmox_guest_delete", { vmid: 107 }],
    ["proxmox_guest_delete", { vmid: 107, dry_run: true }],
    ["proxmox_node_power", { action: "reboot", node: "pve1" }],
    ["proxmox_storage_config", { action: "delete", storage: "nas" }],
    ["proxmox_pool", { action: "delete", poolid: "production" }],
  ];
  for (const [tool, args] of cases) {
    const answer = await several.call(tool, args);
    assertFailed(answer, /may be in several clusters/, /lab \(.*\) cannot say whether/);
    assertStringIncludes(answer.text, "Nothing was done");
  }
  assertEquals(changesOf(several, "home"), []);
  // Named, it is clear.
  assertDone(await several.call("proxmox_guest_start", { vmid: "home/win11-test" }), /./);
  assertEquals(changesOf(several, "home"), ["POST /nodes/pve3/qemu/107/status/start"]);
});

Deno.test("what only reads goes on without a cluster that does not answer, and says so", async () => {
  await using several = await connectSeveral({ home: {}, lab: { transport: refusing } });
  const answer = await several.call("proxmox_guest_status", { vmid: "web01" });
  assertDone(answer, /./);
  assertEquals(clusterOf(answer), "home");
  assertStringIncludes(answer.text, 'cannot say whether "web01" is there, too');
  const none = await several.call("proxmox_guest_status", { vmid: "gone" });
  assertFailed(none, /There is no guest "gone" in home$/, /lab does not say/);
});

Deno.test("a cluster that is silent is not waited for longer than five seconds", async () => {
  await using several = await connectSeveral({ home: {}, lab: { transport: silent } });
  const asked = several.call("proxmox_guest_start", { vmid: "win11-test" });
  const answer = await afterSeconds(several, asked, 5);
  assertFailed(answer, /may be in several clusters/, /no answer within 5 seconds/);
});

Deno.test("a change by name is refused while names of guests elsewhere are not known", async () => {
  await using several = await connectTwo();
  several.clusters.lab!.simulator.faults.add({ kind: "node-offline", node: "pve2" });
  several.clock.advance(20_000);
  const answer = await several.call("proxmox_guest_config_update", { vmid: "web09", tags: "x" });
  assertFailed(answer, /./, /names of guests on pve2 are not known now/);
});
