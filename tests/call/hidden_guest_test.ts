/** A guest that the token may act on, and not look at: Proxmox VE says what may be done with it. */
import { servicesOver } from "../../src/cli/services.ts";
import { connectTo, embed, type Harness } from "../harness.ts";
import { assertDenied, assertDone, assertFailed } from "../outcome.ts";
import { assertEquals, assertMatch } from "../assert.ts";

/** A client whose token has VM.PowerMgmt on VM 107 and container 200, and nothing else. */
async function connectPower(): Promise<Harness> {
  const world = embed({ token: "limited" });
  const { simulator, clock, services } = world;
  const { pve } = servicesOver(
    services.config,
    simulator.transport(),
    { token: simulator.tokens.full },
    clock,
  );
  const users = simulator.tokens.limited.id.split("!")[0] ?? "";
  for (
    const [path, roles] of [["/vms", "PVEAuditor"], ["/pool/development", "PVEVMUser"]] as const
  ) {
    await pve.request("PUT /access/acl", { path, users, roles, delete: true });
  }
  await pve.request("POST /access/roles", { roleid: "Power", privs: "VM.PowerMgmt" });
  for (const path of ["/vms/107", "/vms/200"]) {
    await pve.request("PUT /access/acl", { path, users, roles: "Power" });
  }
  return await connectTo(world);
}

/** What reached Proxmox VE after the rights were given. */
function changes({ simulator }: Harness): string[] {
  return simulator.requests
    .filter(({ method, path }) => method !== "GET" && path.includes("/nodes/"))
    .map(({ method, path }) => `${method} ${path.replace("/api2/json", "")}`);
}

Deno.test("what the token may do with a guest that it may not look at is done, by number", async () => {
  await using harness = await connectPower();
  assertDone(await harness.call("proxmox_guest_start", { vmid: 107 }));
  assertEquals(changes(harness), ["POST /nodes/pve3/qemu/107/status/start"]);
  assertEquals(harness.simulator.cluster.guests.get(107)?.status, "running");
});

Deno.test("what it may not do with such a guest is refused in Proxmox VE's words", async () => {
  await using harness = await connectPower();
  const status = await harness.call("proxmox_guest_status", { vmid: 107 });
  assertFailed(status, /./, /^Permission check failed \(\/vms\/107, VM\.Audit\)/);
  const other = await harness.call("proxmox_guest_start", { vmid: 100 });
  assertFailed(other, /./, /^Permission check failed \(\/vms\/100, VM\.PowerMgmt\)/);
  const started = await harness.call("proxmox_guest_start", { vmid: 200 });
  assertFailed(started, /./, /already running/);
});

Deno.test("nothing is taken from a guest whose protection the token may not read", async () => {
  await using harness = await connectPower();
  const answer = await harness.call("proxmox_guest_stop", { vmid: 200 });
  assertDenied(answer, /was not done/, /may not look at guest 200/);
  assertMatch(answer.text, /VM\.Audit on \/vms\/200/);
  assertEquals(changes(harness), []);
});

Deno.test("a number that no guest has, and a name that cannot be seen, are not found", async () => {
  await using harness = await connectPower();
  for (const vmid of [951, "win11-test"]) {
    const answer = await harness.call("proxmox_guest_start", { vmid });
    assertFailed(answer, /./, new RegExp(`no guest "${vmid}"`));
  }
  assertEquals(changes(harness), []);
});
