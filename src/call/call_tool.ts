/**
 * Calls a tool, observed.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import { observed, type Work } from "../base/process/observe.ts";
import type { Answer } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import { GATEWAY } from "../tool/gateway_names.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { anyOf, type Clusters } from "../tool/clusters.ts";
import { runShared } from "./shared_read.ts";
import { selectAction } from "./select_action.ts";

/** A word for how a call ended. */
export function outcomeOf(end: PromiseSettledResult<Answer>): string {
  if (end.status === "rejected") return "failed";
  const { failure, task } = end.value;
  if (failure) return failure.kind === "error" ? "failed" : "refused";
  return task?.state === "running" ? "running" : "ok";
}

function workOf({ tool }: RegisteredTool, raw: unknown): Work {
  const kind = "call";
  if (tool.name === GATEWAY.call) return { kind, tool: tool.name, action: tool.title };
  try {
    return { kind, tool: tool.name, action: selectAction(tool, raw).actionName };
  } catch {
    return { kind, tool: tool.name, action: "none" }; // It names none that there is.
  }
}

/** Loaded where there are several clusters. */
const loadRoute = once(() => import("./clusters/route.ts"));

/** Calls a tool of the only cluster, see {@linkcode runShared}, or of that of several which is meant. */
export async function callTool(
  clusters: Clusters,
  registered: RegisteredTool,
  raw: unknown,
  input: CallInput,
): Promise<Answer> {
  return await observed(
    () => workOf(registered, raw),
    async () =>
      clusters.size === 1
        ? await runShared(anyOf(clusters), registered, raw, input)
        : await (await loadRoute()).callClusters(clusters, registered, raw, input),
    outcomeOf,
  );
}
