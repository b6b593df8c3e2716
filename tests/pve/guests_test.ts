/** Guests by number and name, through a real client: digits alone are only ever a number. */
import { assert, assertEquals } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { walk } from "../tools/steps.ts";

/** A cluster whose VM 107 is named "951", a number that no guest has, and 204 "107". */
async function connectMisnamed(): Promise<Harness> {
  const harness = await connect();
  for (const [vmid, name] of [[107, "951"], [204, "107"]] as const) {
    const guest = harness.simulator.cluster.guests.get(vmid);
    assert(guest);
    guest.config[guest.type === "qemu" ? "name" : "hostname"] = name;
  }
  return harness;
}

Deno.test("a word of digits alone never means a guest by its name, and says so", async () => {
  await using harness = await connectMisnamed();
  const unknown = {
    fails: true,
    says: [
      'There is no guest "951"',
      "A guest has it as its name: 951 (107, VM on pve3, stopped). Ask again with its number",
    ],
    sends: "",
  } as const;
  const calls: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["proxmox_guest_delete", { vmid: 951 }],
    ["proxmox_guest_delete", { vmid: "951" }],
    ["proxmox_guest_start", { vmid: " 951 " }],
    ["proxmox_ha_resource", { action: "create", sid: "951" }],
    ["proxmox_ha_resource", { action: "create", sid: 951 }],
  ];
  for (const [tool, call] of calls) await walk(harness, tool, [{ call, ...unknown }]);
  const resources = ["951", "vm:100"];
  const rule = { action: "create", rule: "apart", type: "resource-affinity", resources };
  await walk(harness, "proxmox_ha_rule", [{ call: { ...rule, affinity: "negative" }, ...unknown }]);
});

Deno.test("a number means the guest that has it, whichever is named so", async () => {
  await using harness = await connectMisnamed();
  await walk(harness, "proxmox_guest_config", [
    { call: { vmid: "107" }, says: ["951 (107)"] },
    { call: { vmid: "107", type: "lxc" }, says: ["951 (107)", "the given type was corrected"] },
  ]);
  await walk(harness, "proxmox_ha_resource", [
    { call: { action: "create", sid: "107" }, sends: "POST /cluster/ha/resources sid=vm:107" },
  ]);
  await walk(harness, "proxmox_pool", [
    {
      call: { action: "remove_members", poolid: "development", vms: "107" },
      sends: "PUT /pools poolid=development&vms=107&delete=1",
    },
  ]);
});

Deno.test("a name of digits alone is not offered as a completion", async () => {
  await using harness = await connectMisnamed();
  const ref = { type: "ref/resource" as const, uri: "proxmox://guest/{guest}" };
  const { completion } = await harness.client.complete({
    ref,
    argument: { name: "guest", value: "" },
  });
  assert(!completion.values.includes("951"));
  assertEquals(completion.values.filter((value) => value === "107"), ["107"]);
});
