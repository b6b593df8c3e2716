/**
 * An operation as a tool of one action, as careful as the tools for it: what they confirm, reveal
 * and keep for the elevated tier, the door does too.
 *
 * @module
 */
import type { Operation } from "../pve/api.ts";
import type { CategoryName } from "../tool/categories.ts";
import { destroy, read, type ToolDefinition, write } from "../tool/define.ts";
import { DOOR } from "../tool/door_names.ts";
import { allOperations } from "../tool/operation.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { HA_ASKED } from "../tool/word_lessons.ts";
import { kindOf, takesAway } from "./match.ts";

/** Reading inside guests. */
const INSIDE = "/{vmid}/agent";
/** What opens a console. */
const CONSOLE = /(?:websocket|proxy|shell)$/;
/** Reading that makes a node ask an address of the caller's choice: a way out for what was read. */
const OUTWARD = /^GET \/(?:nodes\/\{node\}\/(?:query-|scan\/)|cluster\/acme\/(?:tos|meta)$)/;

/** A category with the tier that the operation needs. */
function categoryOf(operation: Operation): CategoryName {
  if (operation.includes(INSIDE)) return "agent";
  return CONSOLE.test(operation) || OUTWARD.test(operation) ? "console" : "node";
}

/** An operation as a tool, which reveals, takes away and takes as long as the tool for it does. */
export function asTool(operation: Operation, tools: readonly RegisteredTool[]): RegisteredTool {
  const make = { read, write, destroy }[kindOf(operation)];
  const actions = tools.flatMap(({ tool }) => Object.values(tool.actions))
    .filter((action) => allOperations(action).includes(operation));
  const reveals = actions.find((action) => action.reveals)?.reveals;
  const loses = [...new Set(actions.flatMap((action) => action.loses ?? []))].join(", or ");
  const tool: ToolDefinition = {
    name: DOOR.call,
    title: operation,
    description: "",
    actions: {
      default: make(operation, {
        destroys: takesAway,
        note: ({ task }) =>
          task?.type.startsWith("ha") && task.state === "ok" ? HA_ASKED : undefined,
        ...(reveals ? { reveals } : {}),
        ...(actions.some(({ slow }) => slow) ? { slow: true } : {}),
        ...(loses === "" ? {} : { loses }),
      }),
    },
  };
  return { category: categoryOf(operation), tool };
}
