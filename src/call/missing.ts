/**
 * Tells which objects there are, where an argument that names one is missing: the next call can name
 * one of them.
 *
 * @module
 */
import { some } from "../base/text/units.ts";
import { isOperation, type Operation, operationFact } from "../pve/api.ts";
import type { Args } from "../pve/encode.ts";
import { type Row, ToolError } from "../tool/answer.ts";
import type { Action } from "../tool/define.ts";
import { allFacts } from "../tool/operation.ts";
import { IS_MISSING } from "../tool/required.ts";
import type { Services } from "../tool/services.ts";

/** Names that are told. */
const MOST_NAMES = 20;

/** A list that has the names of all such objects, and the field that they stand in. */
interface NamesList {
  readonly operation: Operation;
  readonly args: Args;
  readonly field: string;
}

/** The list that an object stands in by the paths of an action: `/pools` for `/pools/{poolid}`. */
function listOf(action: Action, name: string): NamesList | undefined {
  const makes = allFacts(action).every(({ method, path }) =>
    method === "POST" && !path.includes(`{${name}}`)
  );
  if (name === "storage") {
    return { operation: "GET /cluster/resources", args: { type: "storage" }, field: name };
  }
  if (makes) return undefined;
  for (const { path } of allFacts(action)) {
    const [above = ""] = path.split(`/{${name}}`);
    const list = `GET ${above}`;
    const isList = !above.includes("{") && isOperation(list) &&
      operationFact(list).rowFields?.includes(name);
    if (isList) return { operation: list, args: {}, field: name };
  }
  return undefined;
}

async function namesIn(
  { pve }: Services,
  { operation, args, field }: NamesList,
  signal: AbortSignal,
): Promise<string[]> {
  const { data } = await pve.request(operation, args, { signal });
  return [...new Set((data as readonly Row[]).map((row) => String(row[field])))].sort();
}

/** The error with the names that there are beside what is missing, as far as they can be read. */
export async function withNames(
  error: unknown,
  services: Services,
  action: Action,
  signal: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof ToolError)) return error;
  const found = await Promise.allSettled(
    Object.entries(error.details.parameters ?? {}).map(async ([name, problem]) => {
      const list = problem === IS_MISSING ? listOf(action, name) : undefined;
      const names = list ? await namesIn(services, list, signal) : [];
      return names.length === 0
        ? []
        : [[name, `${problem}; there are ${some(names, MOST_NAMES)}`] as const];
    }),
  );
  signal.throwIfAborted();
  const told = Object.fromEntries(
    found.flatMap((each) => each.status === "fulfilled" ? each.value : []),
  );
  if (Object.keys(told).length === 0) return error;
  return new ToolError(error.message, {
    ...error.details,
    reason: "Nothing was changed",
    parameters: { ...error.details.parameters, ...told },
  });
}
