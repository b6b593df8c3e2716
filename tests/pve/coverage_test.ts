import { type Operation, operationFact, operationNames } from "../../src/pve/api.ts";
import { coverageOf, coverageOfAny, type PermissionMap } from "../../src/pve/coverage.ts";
import { PRIVILEGES } from "../../src/pve/privileges.ts";
import { assertEquals } from "../assert.ts";

function grant(...names: string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, 1]));
}

const EVERYTHING: PermissionMap = { "/": grant(...PRIVILEGES) };
const START: Operation = "POST /nodes/{node}/qemu/{vmid}/status/start";
const STATUS: Operation = "GET /nodes/{node}/status";

function coverage(operation: Operation, permissions: PermissionMap): string {
  const { reach, lacks } = coverageOf(operationFact(operation), permissions);
  return [reach, ...lacks].join("; ");
}

Deno.test("a token with every privilege may call all but what no token may", () => {
  for (const name of operationNames()) {
    const fact = operationFact(name);
    const { reach, lacks } = coverageOf(fact, EVERYTHING);
    const closed = fact.noToken === true || fact.permissions === null;
    // No token is the user that it belongs to.
    const isOwn = JSON.stringify(fact.permissions?.check) === '["userid-param","self"]';
    assertEquals(reach, closed || isOwn ? "none" : "all", name);
    assertEquals(lacks.length, reach === "all" ? 0 : 1, name);
  }
});

Deno.test("a token without privileges may call what any login may, and nothing with a check", () => {
  for (const name of operationNames()) {
    const fact = operationFact(name);
    const free = fact.permissions !== null && !fact.noToken &&
      (fact.permissions.user !== undefined || !fact.permissions.check);
    assertEquals(coverageOf(fact, {}).reach, free ? "all" : "none", name);
  }
});

Deno.test("privileges come down to what is below, where they propagate", () => {
  assertEquals(coverage(START, { "/": grant("VM.PowerMgmt") }), "all");
  assertEquals(coverage(START, { "/vms": grant("VM.PowerMgmt") }), "all");
  assertEquals(
    coverage(START, { "/vms": { "VM.PowerMgmt": 0 } }),
    "none; VM.PowerMgmt on /vms/{vmid}",
  );
  assertEquals(
    coverage(START, { "/nodes": grant("VM.PowerMgmt") }),
    "none; VM.PowerMgmt on /vms/{vmid}",
  );
});

Deno.test("a privilege on one guest, or on all but one, covers some", () => {
  const words = "some; VM.PowerMgmt on /vms/{vmid}";
  assertEquals(coverage(START, { "/vms/100": { "VM.PowerMgmt": 0 } }), words);
  assertEquals(
    coverage(START, { "/vms": grant("VM.PowerMgmt"), "/vms/100": grant("VM.Audit") }),
    words,
  );
});

Deno.test("one of several privileges is enough where PVE says so", () => {
  const metadata: Operation = "GET /cluster/ceph/metadata";
  assertEquals(coverage(metadata, { "/": grant("Datastore.Audit") }), "all");
  assertEquals(coverage(metadata, {}), "none; Sys.Audit or Datastore.Audit on /");
  assertEquals(coverage(STATUS, { "/nodes": grant("Sys.Audit") }), "all");
});

Deno.test("and needs both, or needs one", () => {
  const fabric: Operation = "DELETE /cluster/sdn/fabrics/node/{fabric_id}/{node_id}";
  assertEquals(
    coverage(fabric, { "/sdn": grant("SDN.Allocate") }),
    "none; Sys.Modify on /nodes/{node_id}",
  );
  assertEquals(coverage(fabric, { "/": grant("SDN.Allocate", "Sys.Modify") }), "all");
  const mapping: Operation = "GET /cluster/mapping/pci/{id}";
  assertEquals(coverage(mapping, { "/mapping": grant("Mapping.Audit") }), "all");
  assertEquals(
    coverage(mapping, {}),
    "none; Mapping.Use on /mapping/pci/{id} or Mapping.Modify on /mapping/pci/{id} or Mapping.Audit on /mapping/pci/{id}",
  );
});

Deno.test("users and permissions have checks of their own", () => {
  const tfa: Operation = "GET /access/tfa/{userid}";
  const acl: Operation = "PUT /access/acl";
  assertEquals(coverage(acl, { "/": grant("Permissions.Modify") }), "all");
  assertEquals(
    coverage(acl, { "/vms/7": grant("Permissions.Modify") }),
    "some; Permissions.Modify on {path}",
  );
  assertEquals(coverage(acl, {}), "none; Permissions.Modify on {path}");
  assertEquals(coverage(tfa, { "/access": grant("User.Modify") }), "all");
  assertEquals(
    coverage(tfa, {}),
    "none; being that user or User.Modify or Sys.Audit on /access/groups/{groupid}",
  );
  const password: Operation = "PUT /access/password";
  assertEquals(
    coverage(password, EVERYTHING),
    "none; a login with a password (PROXMOX_PASSWORD_FILE): no API token may",
  );
  assertEquals(
    coverage("PUT /nodes/{node}/disks/wipedisk", EVERYTHING),
    "none; a login as root@pam (PROXMOX_PASSWORD_FILE): no API token may",
  );
});

Deno.test("an action of several operations is covered in part where one of them is", () => {
  const facts = [operationFact(START), operationFact(STATUS)];
  assertEquals(coverageOfAny(facts, { "/vms": grant("VM.PowerMgmt") }), {
    reach: "some",
    lacks: ["Sys.Audit on /nodes/{node}"],
  });
  assertEquals(coverageOfAny(facts, EVERYTHING), { reach: "all", lacks: [] });
  assertEquals(coverageOfAny(facts, {}).reach, "none");
});

Deno.test("VM.Monitor is what Proxmox VE 8 has in place of the privileges of the guest agent", () => {
  const ping: Operation = "POST /nodes/{node}/qemu/{vmid}/agent/ping";
  assertEquals(coverage(ping, { "/vms": grant("VM.Monitor") }), "all");
  assertEquals(coverage(ping, { "/vms": grant("VM.Audit") }).split(";")[0], "none");
  assertEquals(coverage(START, { "/vms": grant("VM.Monitor") }).split(";")[0], "none");
});
