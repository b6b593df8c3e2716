/**
 * The API gateway: searches all 661 operations, calls any of them, runs any tool by its name. An
 * operation becomes a tool of one action, so that its call takes the same path as every tool's.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import { gatewayEntries } from "./entries.ts";
import { defined } from "../base/defined.ts";
import { lookup } from "../base/lookup.ts";
import { parseBoolean } from "../base/text/boolean.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import { explainError } from "../answer/hints/explain_error.ts";
import { GATEWAY } from "../tool/gateway_names.ts";
import { boundedInput, quoted } from "../call/input_limits.ts";
import {
  allowedActions,
  didYouMeanTool,
  type RegisteredTool,
  wholeName,
} from "../tool/registry.ts";
import { callTool, outcomeOf } from "../call/call_tool.ts";
import { observed } from "../base/process/observe.ts";
import { operationAsTool } from "./operation_tool.ts";
import { matchOperation, methodsOf, normalize } from "./match.ts";
import type { ApiIndex } from "./search.ts";
import { allowedByAny, anyOf, type Clusters, whoseOfAny } from "../tool/clusters.ts";
import { namedCluster } from "../call/clusters/address.ts";
import type { Services } from "../tool/services.ts";
import { withoutCluster } from "../call/clusters/without_cluster.ts";
import type { UncheckedCall } from "../call/unchecked.ts";
import { soleAction, type ToolDefinition } from "../tool/define.ts";
import { requiredNames } from "../tool/required.ts";

function textArg(args: Readonly<Record<string, unknown>>, name: string, tool: string): string {
  const value = args[name];
  if (typeof value === "string" && value.trim() !== "" && value.length < 2_000) return value;
  throw new ToolError(`Cannot call ${tool} with these arguments`, {
    reason: "Nothing was sent to Proxmox VE",
    parameters: { [name]: value === undefined ? "is missing" : "expected a text" },
  });
}

function objectArg(
  args: Readonly<Record<string, unknown>>,
  name: string,
  tool: string,
): Record<string, unknown> {
  let value: unknown = args[name] ?? {};
  if (typeof value === "string") {
    try {
      value = JSON.parse(value);
    } catch {
      value = undefined;
    }
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ToolError(`Cannot call ${tool} with these arguments`, {
    reason: "Nothing was sent to Proxmox VE",
    parameters: { [name]: "expected an object" },
  });
}

/** Where arguments belong that are not the gateway tool's own. */
const PARAMETER_HINTS: Readonly<Record<string, string>> = {
  [GATEWAY.call]: '; parameters of the operation go into "params"',
  [GATEWAY.run]: '; those of the tool go into "arguments"',
};

/** Refuses arguments that would be ignored. */
function refuseUnknown(
  name: string,
  args: Readonly<Record<string, unknown>>,
  several: boolean,
): void {
  const [entry] = gatewayEntries({ names: [name], compact: true, readOnly: false, several });
  const listed = Object.keys(entry?.inputSchema.properties ?? {});
  const known = name === GATEWAY.call ? [...listed, "confirm"] : listed;
  const unknown = Object.keys(args).filter((each) => !known.includes(each));
  if (unknown.length === 0) return;
  throw new ToolError(`Cannot call ${name} with these arguments`, {
    reason: "Nothing was sent to Proxmox VE",
    parameters: Object.fromEntries(unknown.map((each) => [
      each,
      `is not one of ${known.join(", ")}${lookup(PARAMETER_HINTS, name) ?? ""}`,
    ])),
  });
}

/** True for a tool that does one thing, only reads, and needs nothing. */
function runsBare(tool: ToolDefinition): boolean {
  const sole = soleAction(tool);
  const action = sole === undefined ? undefined : tool.actions[sole];
  return action?.kind === "read" && requiredNames(tool, action).length === 0;
}

/** What is said of tools and operations needs the table of effects: loaded when first asked for. */
const answers = once(() => import("./found_answer.ts"));

/** Does what is no tool's action, observed. */
function observe(tool: string, action: string, run: () => Promise<Answer>): Promise<Answer> {
  return observed(() => ({ kind: "call", tool, action }), run, outcomeOf);
}

/** The API gateway of a server. */
export class ApiGateway {
  /** Made for the first search. */
  readonly #index: () => Promise<ApiIndex>;

  constructor(
    private readonly clusters: Clusters,
    private readonly tools: readonly RegisteredTool[],
  ) {
    this.#index = once(async () => {
      const { ApiIndex } = await import("./search.ts");
      return new ApiIndex(tools.map((each) => this.#allowed(each)));
    });
  }

  /** A tool with the actions that the settings leave. */
  #allowed(registered: RegisteredTool): RegisteredTool {
    const tier = allowedByAny(this.clusters).readOnly ? "basic" : "elevated";
    const actions = Object.fromEntries(allowedActions(registered, tier));
    return { ...registered, tool: { ...registered.tool, actions } };
  }

  /** A tool by its name, with or without what all names begin with. */
  #find(name: string): RegisteredTool | undefined {
    const fullName = wholeName(name.trim());
    return this.tools.find(({ tool }) => tool.name === fullName);
  }

  /** Calls one of the gateway's tools; every failure is an answer. */
  async call(name: string, raw: unknown, input: CallInput): Promise<Answer> {
    try {
      const args = boundedInput(name, raw);
      refuseUnknown(name, args, this.clusters.size > 1);
      if (name === GATEWAY.search) {
        return await observe(name, "search", () => this.#search(args));
      }
      return name === GATEWAY.call ? await this.#call(args, input) : await this.#run(args, input);
    } catch (error) {
      return explainError(error, `Cannot do ${name}`, undefined, whoseOfAny(this.clusters));
    }
  }

  async #search(args: Readonly<Record<string, unknown>>): Promise<Answer> {
    const query = textArg(args, "query", GATEWAY.search);
    const { foundAnswer, operationAnswer, toolAnswer } = await answers();
    const { limit } = args;
    const requested = typeof limit === "string" || typeof limit === "number" ? Number(limit) : 8;
    const max = Math.min(Math.max(1, Math.floor(requested) || 8), 100);
    const { method, path } = normalize(query);
    const [location = "", ...names] = path.split(/\s+/);
    const exact = method === undefined ? undefined : matchOperation(method, location);
    if (exact) return operationAnswer(exact.operation, names);
    // A single word is one of a user, too: "backup".
    const named = query.includes("_") ? this.#find(query) : undefined;
    if (named) return toolAnswer(this.#allowed(named));
    return foundAnswer(query, (await this.#index()).search(query, max));
  }

  async #call(args: Readonly<Record<string, unknown>>, input: CallInput): Promise<Answer> {
    const text = textArg(args, "operation", GATEWAY.call);
    const { dry_run, confirm, cluster } = args;
    const given = objectArg(args, "params", GATEWAY.call);
    const params = { ...given, ...defined({ dry_run, confirm }) };
    const { method = "GET", path: location } = normalize(text);
    const [path = "", query] = location.split("?");
    const unchecked = parseBoolean(String(args.unchecked ?? false)) ?? false;
    if (query !== undefined) {
      throw new ToolError("Cannot call a path with a query", {
        reason: "Parameters go into `params`, each with its own name",
      });
    }
    const match = matchOperation(method, path);
    if (unchecked) {
      const call = { method, path, params, match };
      const services = this.#named(cluster);
      return await observe(
        GATEWAY.call,
        "unchecked",
        () => this.#callUnchecked(services, call, input),
      );
    }
    if (!match) throw await this.#unknown(method, path);
    const outside = { ...match.values, ...defined({ cluster: cluster ?? undefined }) };
    for (const [slot, value] of Object.entries(outside)) {
      const duplicate = lookup(params, slot);
      if (duplicate === undefined || duplicate === value || quoted(duplicate) === value) continue;
      const place = slot in match.values ? "The path" : "The call";
      throw new ToolError(`Cannot call ${match.operation} with two values of "${slot}"`, {
        reason: `${place} says ${quoted(value)}, params says ${quoted(duplicate)}`,
        notes: ["Nothing was sent to Proxmox VE"],
      });
    }
    const toolArgs = { ...params, ...outside };
    return await callTool(
      this.clusters,
      operationAsTool(match.operation, this.tools),
      toolArgs,
      input,
    );
  }

  /** Loaded when first called: few servers ever are. */
  async #callUnchecked(
    services: Services,
    call: UncheckedCall,
    input: CallInput,
  ): Promise<Answer> {
    const { callUnchecked } = await import("../call/unchecked.ts");
    const answer = await callUnchecked(services, call, input).catch((error) =>
      explainError(error, `Cannot do ${GATEWAY.call}`, undefined, services.config)
    );
    return { ...answer, ...defined({ cluster: services.config.cluster }) };
  }

  /** The cluster that is named: of what nobody knows what it does, nobody finds it either. */
  #named(cluster: unknown): Services {
    const names = [...this.clusters.keys()];
    const label = `${GATEWAY.call} unchecked`;
    if (names.length === 1) return anyOf(this.clusters);
    const services = this.clusters.get(namedCluster(names, label, cluster) ?? "");
    if (!services) throw withoutCluster(this.clusters, label);
    return services;
  }

  async #unknown(method: string, path: string): Promise<ToolError> {
    const methods = methodsOf(path);
    const near = (await this.#index()).search(path.replace(/[/{}]/g, " "), 3)
      .map(({ operation, registered }) => operation ?? registered.tool.name);
    return new ToolError(`Proxmox VE has no operation ${method} ${path}`, {
      reason: methods.length > 0
        ? `That path has ${methods.join(", ")}`
        : `Near to it: ${near.join("; ") || "nothing"}`,
      notes: [
        `${GATEWAY.search} finds operations by words or path; one newer than the facts of this server goes with unchecked=true`,
      ],
    });
  }

  async #run(args: Readonly<Record<string, unknown>>, input: CallInput): Promise<Answer> {
    const name = textArg(args, "tool", GATEWAY.run);
    const registered = this.#find(name);
    if (!registered) {
      const near = didYouMeanTool(wholeName(name), this.tools.map(({ tool }) => tool.name));
      throw new ToolError(`There is no tool "${name}"`, {
        reason: near.trimStart() || `${GATEWAY.search} finds tools`,
      });
    }
    const toolArgs = objectArg(args, "arguments", GATEWAY.run);
    const allowed = this.#allowed(registered);
    // Nobody asks for a change without a word on it, even where none is needed.
    if (Object.keys(toolArgs).length === 0 && !runsBare(allowed.tool)) {
      throw new ToolError(`Cannot run ${registered.tool.name} without arguments`, {
        reason: "Nothing was run",
        notes: (await answers()).signatureNotes(allowed),
      });
    }
    const answer = await callTool(this.clusters, registered, toolArgs, input);
    if (!answer.failure?.parameters) return answer;
    const { signatureNotes } = await answers();
    return { ...answer, notes: [...answer.notes ?? [], ...signatureNotes(allowed)] };
  }
}
