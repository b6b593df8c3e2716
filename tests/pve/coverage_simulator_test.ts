/**
 * What is told from PVE's permission map, held against the embedded PVE's own check of each
 * operation, for tokens with few, odd and many privileges.
 *
 * @module
 */
import { operationFact, operationNames, pathParams } from "../../src/pve/api.ts";
import { coverageOf, type PermissionMap } from "../../src/pve/coverage.ts";
import { ApiError } from "../../src/simulator/core/refusal.ts";
import { assertPermitted } from "../../src/simulator/request/permission.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { assert, assertEquals } from "../assert.ts";

const USER = "tester@pve";
const TOKEN = `${USER}!test`;
const SECRET = "12345678-1234-4234-8234-123456789012";

type Acl = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A simulator in which the tester's token has these roles: role → propagate by path. */
function withRoles(acl: Acl): Simulator {
  const simulator = createSimulator();
  const table = (name: string): Map<string, Record<string, unknown>> =>
    simulator.cluster.table(name);
  table("access.users").set(USER, { enable: 1, expire: 0 });
  table("access.tokens").set(TOKEN, {
    userid: USER,
    tokenid: "test",
    secret: SECRET,
    expire: 0,
    privsep: 0,
  });
  for (const [path, roles] of Object.entries(acl)) {
    const entry = table("access.acl").get(path) ?? { users: {}, groups: {}, tokens: {} };
    table("access.acl").set(path, { ...entry, users: { ...entry.users as object, [USER]: roles } });
  }
  return simulator;
}

async function permissionsOf(simulator: Simulator): Promise<PermissionMap> {
  const response = await simulator.transport().fetch(
    new URL("https://pve1:8006/api2/json/access/permissions"),
    {
      method: "GET",
      headers: { Authorization: `PVEAPIToken=${TOKEN}=${SECRET}` },
      signal: new AbortController().signal,
    },
  );
  return (await response.json() as { data: PermissionMap }).data;
}

/** Objects that an operation could be about, one set of parameters for each. */
function samples(simulator: Simulator, path: string): Record<string, unknown>[] {
  const names = pathParams(path);
  const guests = [...simulator.cluster.guests.keys()];
  const fixed = Object.fromEntries(names.map((name) => [name, "x"]));
  const own = {
    userid: "somebody@pve",
    path: "/vms/100",
    poolid: "development",
    pool: "development",
  };
  const base = { ...fixed, ...own, node: "pve1", node_id: "pve1", storage: "local", realm: "pve" };
  return names.includes("vmid") ? guests.map((vmid) => ({ ...base, vmid })) : [base];
}

function permits(simulator: Simulator, name: string, values: Record<string, unknown>): boolean {
  try {
    assertPermitted(simulator.cluster, operationFact(name as never), TOKEN, values);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

const ACLS: Readonly<Record<string, Acl>> = {
  nothing: {},
  "PVEAuditor on /": { "/": { PVEAuditor: 1 } },
  "Administrator on /": { "/": { Administrator: 1 } },
  "PVEAuditor on / without what is below": { "/": { PVEAuditor: 0 } },
  "PVEVMAdmin on /vms": { "/vms": { PVEVMAdmin: 1 } },
  "PVEVMUser on one guest": { "/vms/100": { PVEVMUser: 1 } },
  "PVEVMAdmin on all guests but one": { "/vms": { PVEVMAdmin: 1 }, "/vms/100": { PVEAuditor: 1 } },
  "a pool": { "/pool/development": { PVEVMAdmin: 1 } },
  "storage and nodes": { "/storage": { PVEDatastoreAdmin: 1 }, "/nodes/pve1": { PVESysAdmin: 1 } },
  "users": { "/access": { PVEUserAdmin: 1 } },
  "SDN": { "/sdn": { PVESDNAdmin: 1 } },
};

for (const [words, acl] of Object.entries(ACLS)) {
  Deno.test(`what a token with ${words} may do is what the cluster permits`, async () => {
    const simulator = withRoles(acl);
    const permissions = await permissionsOf(simulator);
    const seen = { all: 0, some: 0, none: 0 };
    for (const name of operationNames()) {
      const fact = operationFact(name);
      if (fact.noToken || fact.permissions === null) continue;
      const { reach, lacks } = coverageOf(fact, permissions);
      seen[reach]++;
      const answers = samples(simulator, fact.path).map((each) => permits(simulator, name, each));
      const where = `${name}: told ${reach} (${lacks.join("; ")}), permitted ${answers.join()}`;
      if (reach === "all") assert(!answers.includes(false), where);
      if (reach === "none") assert(!answers.includes(true), where);
      assertEquals(lacks.length === 0, reach === "all", where);
    }
    assert(seen.all > 0, "operations without a check are for all");
    assert(words.startsWith("Admin") || seen.none > 0, JSON.stringify(seen));
  });
}
