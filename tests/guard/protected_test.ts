/** What protects a guest: its tag, and what PROXMOX_PROTECT names. */
import { assert, assertEquals } from "../assert.ts";
import { connect } from "../harness.ts";
import { guestState, refusedAnswer } from "./refused.ts";

Deno.test("a guest with the tag protected is never destroyed, and reading it goes on", async () => {
  await using harness = await connect();
  const guests = await harness.services.guests.list();
  const guarded = guests.find((guest) => guest.tags.includes("protected"));
  assert(guarded);
  refusedAnswer(
    await harness.call("proxmox_guest_delete", { vmid: guarded.vmid }),
    'it has the tag "protected"',
  );
  assert(
    !(await harness.call("proxmox_guest_snapshot", { action: "list", vmid: guarded.vmid })).isError,
  );
});

Deno.test("PROXMOX_PROTECT takes vmids, tags, pools and nodes", async () => {
  await using plain = await connect();
  const web = await plain.services.guests.find("web01");
  const cases: [string, string][] = [
    [String(web.vmid), `PROXMOX_PROTECT names ${web.vmid}`],
    [web.node, `PROXMOX_PROTECT names its node ${web.node}`],
    ...(web.tags[0] ? [[web.tags[0], `it has the tag "${web.tags[0]}"`] as [string, string]] : []),
    ...(web.pool ? [[web.pool, `"${web.pool}"`] as [string, string]] : []),
  ];
  for (const [setting, words] of cases) {
    await using harness = await connect({ settings: { PROTECT: setting } });
    refusedAnswer(await harness.call("proxmox_guest_stop", { vmid: "web01" }), words);
    assertEquals(guestState(harness, web.vmid), "running");
  }
});

Deno.test("a protected guest that runs is not taken down with its node, or with all guests", async () => {
  await using harness = await connect({ settings: { PROTECT: "104" } });
  const sweeps: [string, Record<string, unknown>][] = [
    ["proxmox_node_bulk", { action: "stop_all", node: "pve3" }],
    ["proxmox_node_bulk", { action: "stop_all", node: "pve3", vms: "104,201" }],
    ["proxmox_node_power", { action: "reboot", node: "pve3" }],
    ["proxmox_node_power", { action: "shutdown", node: "pve3" }],
    ["proxmox_api_call", { operation: "POST /nodes/pve3/suspendall" }],
    ["proxmox_api_call", { operation: "POST /cluster/bulk-action/guest/shutdown" }],
  ];
  for (const [tool, args] of sweeps) {
    refusedAnswer(await harness.call(tool, args), "PROXMOX_PROTECT names 104");
  }
  assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
  const others = { action: "stop_all", node: "pve3", vms: "201" };
  assert(!(await harness.call("proxmox_node_bulk", others)).isError);
  // The guest with the tag protected does not run there.
  assert(!(await harness.call("proxmox_node_bulk", { action: "stop_all", node: "pve2" })).isError);
});
