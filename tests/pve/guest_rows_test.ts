/**
 * Names and states of guests while the cluster's list is behind: what this server changed is known
 * at once, what others did is asked of the nodes where the list lacks it.
 */
import { servicesOver } from "../../src/cli/services.ts";
import { assert, assertEquals } from "../assert.ts";
import { connect, connectTo, embed, type Harness, rowsOf, type ToolAnswer } from "../harness.ts";
import { assertDone, assertFailed, hasData } from "../outcome.ts";

/** Name and state of a guest in the list of guests. */
async function listed(harness: Harness, vmid: number): Promise<unknown[]> {
  const rows = rowsOf(await harness.call("proxmox_guest_list"));
  const row = rows.find((each) => each.vmid === vmid);
  return [row?.name, row?.status];
}

async function done(harness: Harness, tool: string, args: Record<string, unknown>): Promise<void> {
  assertDone(await harness.call(tool, args));
}

/** Paths that were asked meanwhile. */
async function pathsOf(harness: Harness, work: () => Promise<unknown>): Promise<string[]> {
  const from = harness.simulator.requests.length;
  await work();
  return harness.simulator.requests.slice(from).map(({ path }) => path.replace("/api2/json", ""));
}

/** A change that somebody else makes, not this server. */
async function byOthers(
  { services, clock }: Harness,
  operation: "POST /nodes/{node}/qemu" | "PUT /nodes/{node}/qemu/{vmid}/config",
  args: Record<string, string | number>,
): Promise<void> {
  const { data } = await services.pve.request(operation, args);
  if (typeof data !== "string") return;
  const request = { signal: new AbortController().signal };
  await services.tasks.wait(data, { seconds: 60, request });
  assert(clock.now() > 0);
}

Deno.test("what this server makes of guests is known at once, by name and in the list", async () => {
  await using harness = await connect();
  await done(harness, "proxmox_create_vm", { node: "pve1", vmid: 500, name: "fresh" });
  assertEquals(await listed(harness, 500), ["fresh", "stopped"]);
  await done(harness, "proxmox_guest_start", { vmid: "fresh" });
  assertEquals(await listed(harness, 500), ["fresh", "running"]);
  await done(harness, "proxmox_guest_config_update", { vmid: "fresh", name: "older" });
  assertFailed(
    await harness.call("proxmox_guest_status", { vmid: "fresh" }),
    /./,
    /no guest "fresh"/,
  );
  await done(harness, "proxmox_guest_stop", { vmid: "older" });
  assertEquals(await listed(harness, 500), ["older", "stopped"]);
  await done(harness, "proxmox_guest_clone", { vmid: "older", newid: 501, name: "copy" });
  assertEquals(await listed(harness, 501), ["copy", "stopped"]);
  await done(harness, "proxmox_guest_migrate", { vmid: "copy", target: "pve2" });
  await done(harness, "proxmox_guest_delete", { vmid: "copy" });
  assertEquals(await listed(harness, 501), [undefined, undefined]);
  await done(harness, "proxmox_create_lxc", {
    ...{ node: "pve1", vmid: 502, hostname: "tin", start: true },
    ostemplate: "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst",
  });
  assertEquals(await listed(harness, 502), ["tin", "running"]);
});

Deno.test("bulk changes and what others started as tasks are known once they are waited for", async () => {
  await using harness = await connect();
  const running = async (): Promise<number> =>
    rowsOf(await harness.call("proxmox_guest_list", { node: "pve3", filter: "status=running" }))
      .length;
  assert(await running() > 0);
  await done(harness, "proxmox_node_bulk", { action: "stop_all", node: "pve3" });
  assertEquals(await running(), 0);
  const { data } = await harness.services.pve.request(
    "POST /nodes/{node}/qemu/{vmid}/status/start",
    { node: "pve3", vmid: 107 },
  );
  assertEquals(await listed(harness, 107), ["win11-test", "stopped"]);
  await done(harness, "proxmox_node_task", { action: "wait", upid: data });
  assertEquals(await listed(harness, 107), ["win11-test", "running"]);
});

Deno.test("a guest that others just made or renamed is found by its name", async () => {
  await using harness = await connect();
  await byOthers(harness, "POST /nodes/{node}/qemu", { node: "pve1", vmid: 500, name: "theirs" });
  assertEquals(await listed(harness, 500), ["theirs", "stopped"]);
  assert(hasData(await harness.call("proxmox_guest_status", { vmid: "theirs" }), { vmid: 500 }));
  await byOthers(harness, "PUT /nodes/{node}/qemu/{vmid}/config", {
    ...{ node: "pve3", vmid: 107, name: "renamed" },
  });
  const found = await harness.call("proxmox_guest_config", { vmid: "Renamed" });
  assertDone(found, /of renamed \(107\)/);
});

Deno.test("nodes are asked only where the list is behind, each once, and not those that are away", async () => {
  await using harness = await connect();
  const look = (): Promise<ToolAnswer> => harness.call("proxmox_guest_list");
  assertEquals(await pathsOf(harness, look), ["/cluster/resources"]);
  await done(harness, "proxmox_guest_start", { vmid: 107 });
  assertEquals(await pathsOf(harness, look), [
    "/cluster/resources",
    "/nodes/pve3/qemu/107/status/current",
  ]);
  harness.clock.advance(15_000);
  assertEquals(await pathsOf(harness, look), ["/cluster/resources"]);
  harness.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  assertEquals(await pathsOf(harness, look), ["/cluster/resources"]);
  const unknown = await pathsOf(
    harness,
    () => harness.call("proxmox_guest_status", { vmid: "nix" }),
  );
  assert(!unknown.some((path) => path.startsWith("/nodes/pve3/")), unknown.join(" "));
});

Deno.test("a node that does not answer leaves the list as it is", async () => {
  await using harness = await connect();
  await done(harness, "proxmox_guest_start", { vmid: 107 });
  const match = { path: "/qemu/107/status/current" };
  harness.simulator.faults.add({ kind: "status", status: 595, match });
  assertEquals(await listed(harness, 107), ["win11-test", "stopped"]);
});

Deno.test("a token learns of a new guest only what it may see", async () => {
  const world = embed({ token: "limited" });
  const { config } = world.services;
  const { tokens } = world.simulator;
  const services = servicesOver(
    config,
    world.simulator.transport(),
    { token: tokens.full },
    world.clock,
  );
  await using full = await connectTo({ ...world, services });
  await using limited = await connectTo(world);
  const userid = tokens.limited.id.split("!")[0];
  for (const [path, roles] of [["/vms", "PVEAuditor"], ["/pool/development", "PVEVMUser"]]) {
    await services.pve.request("PUT /access/acl", { path, users: userid, roles, delete: true });
  }
  await services.pve.request("PUT /access/acl", {
    ...{ path: "/vms/501", users: userid, roles: "PVEAuditor" },
  });
  await done(full, "proxmox_create_vm", { node: "pve1", vmid: 500, name: "secret" });
  await done(full, "proxmox_create_vm", { node: "pve1", vmid: 501, name: "open" });
  assertEquals(rowsOf(await limited.call("proxmox_guest_list")).map(({ name }) => name), ["open"]);
  const found = await limited.call("proxmox_guest_status", { vmid: "secret" });
  assertFailed(found, /./, /no guest "secret" among the 1 /);
});
