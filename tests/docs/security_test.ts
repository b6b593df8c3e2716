/** The privileges that docs/security.md names are enough for the tools, and none is made up. */
import { HANDLER_CHECKS } from "../../scripts/docs/handler_checks.ts";
import { actionsOf, costlyReads, grantCommands, rolesOf } from "../../scripts/docs/roles.ts";
import { operationFact } from "../../src/pve/api.ts";
import { coverageOfAny, type PermissionMap } from "../../src/pve/coverage.ts";
import { PRIVILEGES } from "../../src/pve/privileges.ts";
import { CATEGORIES, type CategoryName } from "../../src/tool/categories.ts";
import { allFacts, allOperations } from "../../src/tool/operation.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assert, assertEquals } from "../assert.ts";

const NAMES = Object.keys(CATEGORIES) as CategoryName[];

function permissions(category: CategoryName, changes: boolean): PermissionMap {
  return Object.fromEntries(
    [...rolesOf(category, changes)].map(([path, names]) => [
      path,
      Object.fromEntries([...names].map((name) => [name, 1])),
    ]),
  );
}

for (const category of NAMES) {
  for (const changes of [false, true]) {
    const what = changes ? "everything that" : "reading with";
    Deno.test(`the role for ${what} the toolset ${category} can do is enough`, () => {
      const has = permissions(category, changes);
      const costly = changes ? [] : costlyReads(category).map(({ call }) => call);
      for (const { call, action } of actionsOf(category, changes)) {
        if (costly.includes(call)) continue;
        const { reach, lacks } = coverageOfAny(allFacts(action), has);
        // A token's own user is not asked for a privilege.
        const missing = lacks.filter((lack) => lack !== "being that user");
        assert(reach === "all" || missing.length === 0, `${call} lacks ${missing.join("; ")}`);
      }
    });
  }

  Deno.test(`no role for reading the toolset ${category} can change a configuration`, () => {
    for (const names of rolesOf(category, false).values()) {
      for (const name of names) {
        assert(!/\.(Modify|Allocate|Unrestricted|PowerMgmt)$|\.Config\./.test(name), name);
      }
    }
  });
}

Deno.test("every privilege in the roles is one of Proxmox VE", () => {
  for (const category of NAMES) {
    for (const [path, names] of rolesOf(category, true)) {
      assert(path.startsWith("/") && !path.includes("{"), path);
      for (const name of names) assert(PRIVILEGES.includes(name), name);
    }
  }
});

Deno.test("what a handler checks besides is known for every operation that tools call", () => {
  const unknown = TOOLS.flatMap(({ tool }) => Object.values(tool.actions)).flatMap(allOperations)
    .filter((operation) => {
      const { permissions } = operationFact(operation);
      return permissions !== null && "also" in permissions && !(operation in HANDLER_CHECKS);
    });
  assertEquals([...new Set(unknown)], []);
});

Deno.test("the commands make a role for each path, and grant it to user and token", () => {
  const options = { user: "mcp@pve", token: "mcp", changes: false };
  assertEquals(grantCommands("cloudinit", options).split("\n"), [
    'pveum role add mcp-cloudinit-vms --privs "VM.Audit"',
    "pveum acl modify /vms --roles mcp-cloudinit-vms --users mcp@pve --tokens 'mcp@pve!mcp'",
  ]);
});
