/** What waits in SDN is told before it is applied, whichever tool changed it. */
import { assertEquals } from "../../assert.ts";
import { connect, rowsOf } from "../../harness.ts";
import { assertDone } from "../../outcome.ts";

const CHANGES = [
  ["proxmox_sdn_zone", { action: "update", zone: "lan", mtu: 1450 }],
  ["proxmox_sdn_zone", { action: "create", zone: "far", type: "simple" }],
  ["proxmox_sdn_vnet", { action: "create", vnet: "farnet", zone: "far" }],
  [
    "proxmox_sdn_subnet",
    { action: "create", vnet: "farnet", subnet: "10.7.0.0/24", gateway: "10.7.0.1" },
  ],
  ["proxmox_sdn_subnet", { action: "delete", subnet: "lab-10.50.0.0-24" }],
] as const;

for (const release of ["9.2", "8.4"] as const) {
  Deno.test(`everything in SDN that waits is listed before apply, on ${release}`, async () => {
    await using harness = await connect({ simulator: { release } });
    const pending = { action: "pending" };
    const nothing = await harness.call("proxmox_sdn_vnet", pending);
    assertDone(nothing, /Nothing in SDN waits to be applied/);
    for (const [tool, args] of CHANGES) assertDone(await harness.call(tool, args));

    const answer = await harness.call("proxmox_sdn_zone", pending);
    assertDone(answer, /Waiting for action=apply: 5/);
    const rows = rowsOf(answer);
    assertEquals(rows.map(({ kind, id, state }) => `${kind} ${id}: ${state}`).sort(), [
      "subnet far-10.7.0.0-24: new",
      "subnet lab-10.50.0.0-24: deleted",
      "vnet farnet: new",
      "zone far: new",
      "zone lan: changed",
    ]);
    assertEquals(rows.find(({ id }) => id === "lan")?.changes, "mtu 1450");

    assertDone(await harness.call("proxmox_sdn_vnet", { action: "apply" }));
    const after = await harness.call("proxmox_sdn_zone", pending);
    assertDone(after, /Nothing in SDN waits to be applied/);
  });
}
