/** Which tier reading inside a guest takes, through tools and through the API gateway. */
import { operationAsTool } from "../../src/gateway/operation_tool.ts";
import { guestOperation, isOperation, type Operation, operationNames } from "../../src/pve/api.ts";
import { reachesIntoGuests } from "../../src/pve/guest_agent.ts";
import { allOperations } from "../../src/tool/operation.ts";
import { type Tier, tierOf } from "../../src/tool/registry.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assert, assertEquals } from "../assert.ts";

function gatewayTier(operation: Operation): Tier {
  const { category, tool } = operationAsTool(operation, TOOLS);
  return tierOf(category, tool.actions.default!);
}

Deno.test("looking at a guest through its agent is basic at the gateway, reaching into it is not", () => {
  const agent = operationNames().filter((each) => /^GET .*\/agent(\/|$)/.test(each));
  const elevated = agent.filter((each) => gatewayTier(each) === "elevated");
  assertEquals(elevated.map((each) => each.split("/").at(-1)), ["exec-status", "file-read"]);
  assert(agent.length > 10);
});

Deno.test("nothing that takes a privilege to reach into guests is basic anywhere", () => {
  for (const operation of operationNames().filter(reachesIntoGuests)) {
    assertEquals(gatewayTier(operation), "elevated", operation);
  }
  for (const { category, tool } of TOOLS) {
    for (const [name, action] of Object.entries(tool.actions)) {
      if (tierOf(category, action) === "elevated") continue;
      const used = [...action.uses ?? [], ...action.alsoReads ?? []].flatMap((each) =>
        isOperation(each) ? [each] : [guestOperation(each, "qemu"), guestOperation(each, "lxc")]
      );
      const reaching = [...allOperations(action), ...used].filter(reachesIntoGuests);
      assertEquals(reaching, [], `${tool.name} ${name}`);
    }
  }
});
