/**
 * Makes an operation a tool of one action for the API gateway, with the unmasked fields and the tier
 * that the tools for it have.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { type Operation, operationFact } from "../pve/api.ts";
import { reachesIntoGuests } from "../pve/guest_agent.ts";
import { ADDRESS_PARAM } from "../pve/outward.ts";
import type { CategoryName } from "../tool/categories.ts";
import { read, type ToolDefinition, write } from "../tool/define.ts";
import { GATEWAY } from "../tool/gateway_names.ts";
import { allOperations } from "../tool/operation.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { HA_REQUESTED } from "../answer/hints/messages.ts";

/** What opens a console. */
const CONSOLE = /(?:websocket|proxy|shell)$/;

/** A category with the tier that the operation needs. */
function categoryOf(operation: Operation): CategoryName {
  if (reachesIntoGuests(operation)) return "agent";
  return CONSOLE.test(operation) || operation in ADDRESS_PARAM ? "console" : "node";
}

/** An operation as a tool, with what the tools for it say of secrets and time. */
export function operationAsTool(
  operation: Operation,
  tools: readonly RegisteredTool[],
): RegisteredTool {
  const make = operationFact(operation).method === "GET" ? read : write;
  const actions = tools.flatMap(({ tool }) => Object.values(tool.actions))
    .filter((action) => allOperations(action).includes(operation));
  const unmaskedFields = actions.find((action) => action.unmaskedFields)?.unmaskedFields;
  const tool: ToolDefinition = {
    name: GATEWAY.call,
    title: operation,
    description: "",
    actions: {
      default: make(operation, {
        note: ({ task }) =>
          task?.type.startsWith("ha") && task.state === "ok" ? HA_REQUESTED : undefined,
        ...defined({ unmaskedFields, slow: actions.some(({ slow }) => slow) || undefined }),
      }),
    },
  };
  return { category: categoryOf(operation), tool };
}
