/** What an administrator of Proxmox VE 8.4 gets: its HA groups, and words about what came later. */
import { operationFact, operationNames } from "../../src/pve/api.ts";
import { allFacts } from "../../src/tool/operation.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { connect } from "../harness.ts";
import { hasData } from "../outcome.ts";
import { testSteps } from "./steps.ts";

const RELEASE_8 = { simulator: { release: "8.4" } } as const;

testSteps("proxmox_ha_group manages groups of release 8", "proxmox_ha_group", [
  {
    call: { action: "list" },
    says: ["HA groups: 1"],
    rows: [{ group: "first", nodes: "pve1:2,pve2:1" }],
  },
  {
    call: { action: "create", group: "last", nodes: ["pve3:2", "pve2"], restricted: true },
    says: ['HA group "last" is created'],
    sends: "POST /cluster/ha/groups group=last&nodes=pve3:2,pve2&restricted=1",
  },
  {
    call: { action: "create", group: "last", nodes: "pve3" },
    fails: true,
    says: ["already defined"],
  },
  {
    call: { action: "update", group: "last", nofailback: true, comment: "x" },
    says: ['HA group "last" is changed'],
  },
  { call: { action: "get", group: "last" }, data: { nodes: "pve3:2,pve2", nofailback: 1 } },
  { call: { action: "get", group: "none" }, fails: true, says: ["no such ha group 'none'"] },
  { call: { action: "delete", group: "last" }, says: ['HA group "last" is deleted'] },
], RELEASE_8);

testSteps("proxmox_ha_resource puts a guest into a group of release 8", "proxmox_ha_resource", [
  {
    call: { action: "create", sid: "vm:104", group: "first" },
    says: ["vm:104 is under HA"],
    sends: "POST /cluster/ha/resources sid=vm:104&group=first",
  },
  { call: { action: "get", sid: "vm:104" }, data: { group: "first" } },
  {
    call: { action: "update", sid: "vm:104", group: "frist" },
    fails: true,
    says: ["HA group 'frist' does not exist", "proxmox_ha_group action=list"],
    hides: ["proxmox_group"],
  },
  {
    call: { action: "create", sid: "vm:102", group: "frist" },
    fails: true,
    says: ["HA group 'frist' does not exist"],
  },
], RELEASE_8);

testSteps("proxmox_ha_rule says that release 8 has groups instead", "proxmox_ha_rule", [
  {
    call: { action: "list" },
    fails: true,
    says: ["Proxmox VE 8 has HA groups", "proxmox_ha_group"],
  },
  {
    call: {
      ...{ action: "create", rule: "r1", type: "node-affinity", resources: "vm:104" },
      nodes: "pve1",
    },
    fails: true,
    says: ["Method 'POST /cluster/ha/rules' not implemented", "proxmox_ha_group"],
  },
], RELEASE_8);

testSteps("proxmox_role knows the privileges of release 8", "proxmox_role", [
  {
    call: { action: "create", roleid: "Agents", privs: "VM.Monitor" },
    says: ["Agents"],
    sends: "POST /access/roles roleid=Agents&privs=VM.Monitor",
  },
  {
    call: { action: "create", roleid: "Readers", privs: "VM.Audit VM.GuestAgent.Audit" },
    fails: true,
    says: ["invalid privilege 'VM.GuestAgent.Audit'", "8 has VM.Monitor in its place"],
  },
  { call: { action: "get", roleid: "PVEVMAdmin" }, says: ["VM.Monitor"], hides: ["GuestAgent"] },
], RELEASE_8);

testSteps("proxmox_role leaves what release 9 lacks to it", "proxmox_role", [
  {
    call: { action: "create", roleid: "Agents", privs: "VM.Monitor" },
    fails: true,
    says: ["invalid privilege 'VM.Monitor'", "9 has VM.GuestAgent.Audit"],
  },
]);

Deno.test("VM.Monitor is what the guest agent asks for on 8.4", async () => {
  await using harness = await connect({ ...RELEASE_8, token: "limited" });
  const call = { operation: "exec", vmid: 101, command: "id" };
  const refused = await harness.call("proxmox_agent_exec", call);
  assertMatch(refused.text, /VM\.Monitor/);
});

testSteps("proxmox_sdn_zone rollback says which release has it", "proxmox_sdn_zone", [
  { call: { action: "rollback" }, fails: true, says: ["This needs Proxmox VE 9.0 or later"] },
], RELEASE_8);

Deno.test("every operation that came with release 9 says so on 8.4", async () => {
  await using harness = await connect(RELEASE_8);
  const version = await harness.call("proxmox_api_call", { operation: "GET /version" });
  assert(hasData(version, { release: "8.4" }), version.text);
  const newer = operationNames().filter((name) => operationFact(name).since);
  assertEquals(newer.length, 57);
  const asked = new Set<string>();
  for (const operation of newer.filter((name) => name.startsWith("GET "))) {
    const names = [...operation.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1] ?? "");
    const vmid = operation.includes("/lxc/") ? "200" : "100";
    const known: Readonly<Record<string, string>> = { node: "pve1", vmid, rule: "r1" };
    const params = Object.fromEntries(names.map((name) => [name, known[name] ?? "abc"]));
    const { text, isError } = await harness.call("proxmox_api_call", { operation, params });
    assert(isError, `${operation}: ${text}`);
    if (!text.includes("answered")) continue; // What no token may do is not sent.
    assertMatch(text, /not implemented[^]*(Proxmox VE 9\.0 or later|proxmox_ha_group)/, operation);
    asked.add(operation);
  }
  assert(asked.size > 15, `${asked.size}`);
});

Deno.test("reading tools work on 8.4 as on 9", async () => {
  await using harness = await connect(RELEASE_8);
  for (const { tool } of TOOLS) {
    for (const [name, action] of Object.entries(tool.actions)) {
      const plain = action.kind === "read" && !allFacts(action).some((fact) => fact.since) &&
        Object.keys(tool.actions).length > 1 && allFacts(action).every(({ path }) =>
          !path.includes("{")
        );
      if (!plain) continue;
      const args = { [tool.discriminator ?? "action"]: name };
      const { text } = await harness.call(tool.name, args);
      assert(!/not implemented/.test(text), `${tool.name} ${name}: ${text}`);
    }
  }
});

const GLUSTER = {
  ...{ storage: "gfs", type: "glusterfs", server: "192.0.2.9", server2: "192.0.2.10" },
  ...{ volume: "gv0", transport: "tcp", content: "images" },
};

testSteps("a GlusterFS storage is one of release 8", "proxmox_storage_config", [
  {
    call: { action: "create", ...GLUSTER, dry_run: true },
    says: ["nothing that is known stops it"],
    sends: "",
  },
  {
    call: { action: "create", ...GLUSTER, shared: true },
    says: ['Storage "gfs" is defined', '"shared" was not used'],
    sends:
      "POST /storage storage=gfs&type=glusterfs&server=192.0.2.9&server2=192.0.2.10&volume=gv0&transport=tcp&content=images",
  },
  { call: { action: "get", storage: "gfs" }, says: ["glusterfs", "gv0"] },
  { call: { action: "list" }, rows: [{ storage: "gfs", type: "glusterfs" }] },
  { call: { action: "update", storage: "gfs", server2: "192.0.2.11" }, says: ["is updated"] },
], RELEASE_8);

testSteps("the gateway leaves GlusterFS to the release as well", "proxmox_api_call", [{
  call: { operation: "POST /storage", params: GLUSTER },
  fails: true,
  says: [
    "value 'glusterfs'",
    "Proxmox VE 9 has no GlusterFS storage",
    "Proxmox VE 9 has no server2",
  ],
}]);
