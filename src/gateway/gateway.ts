/**
 * The API gateway: searches all 661 operations, calls any of them, runs any tool by its name. An
 * operation becomes a tool of one action, so that its call takes the same path as every tool's.
 *
 * @module
 */
import type { ToolEntry } from "../tool/schema.ts";
import { gatewayEntries } from "./entries.ts";
import { lookup } from "../base/lookup.ts";
import { parseBoolean } from "../base/text/boolean.ts";
import type { Operation } from "../pve/api.ts";
import { type Answer, ToolError } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import { explainError } from "../answer/hints/explain_error.ts";
import { GATEWAY } from "../tool/gateway_names.ts";
import { boundedInput, quoted } from "../call/input_limits.ts";
import { didYouMeanTool, type RegisteredTool, wholeName } from "../tool/registry.ts";
import { callTool, outcomeOf } from "../call/call_tool.ts";
import { observed } from "../base/process/observe.ts";
import { operationAsTool } from "./operation_tool.ts";
import { matchOperation, methodsOf, normalize } from "./match.ts";
import { parameterRows } from "./parameters.ts";
import { ApiIndex } from "./search.ts";
import type { Services } from "../tool/services.ts";
import type { UncheckedCall } from "../call/unchecked.ts";

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
function refuseUnknown(name: string, args: Readonly<Record<string, unknown>>): void {
  const [entry] = gatewayEntries({ names: [name], compact: true, readOnly: false });
  const known = Object.keys(entry?.inputSchema.properties ?? {});
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

/** Does what is no tool's action, observed. */
function observe(tool: string, action: string, run: () => Promise<Answer>): Promise<Answer> {
  return observed(() => ({ kind: "call", tool, action }), run, outcomeOf);
}

/** The API gateway of a server. */
export class ApiGateway {
  readonly #index: ApiIndex;

  constructor(
    private readonly services: Services,
    private readonly tools: readonly RegisteredTool[],
    private readonly explainTool: (registered: RegisteredTool) => Promise<ToolEntry>,
  ) {
    this.#index = new ApiIndex(tools);
  }

  /** Calls one of the gateway's tools; every failure is an answer. */
  async call(name: string, raw: unknown, input: CallInput): Promise<Answer> {
    try {
      const args = boundedInput(name, raw);
      refuseUnknown(name, args);
      if (name === GATEWAY.search) {
        return await observe(name, "search", () => Promise.resolve(this.#search(args)));
      }
      return name === GATEWAY.call ? await this.#call(args, input) : await this.#run(args, input);
    } catch (error) {
      return explainError(error, `Cannot do ${name}`);
    }
  }

  #search(args: Readonly<Record<string, unknown>>): Answer {
    const query = textArg(args, "query", GATEWAY.search);
    const { limit } = args;
    const requested = typeof limit === "string" || typeof limit === "number" ? Number(limit) : 15;
    const max = Math.min(Math.max(1, Math.floor(requested) || 15), 100);
    const { method, path } = normalize(query);
    const exact = method === undefined ? undefined : matchOperation(method, path);
    if (exact) return this.#describeOperation(exact.operation);
    const rows = this.#index.search(query, max);
    const columns = ["call", "what", "privilege", "task"];
    return {
      title: `${rows.length} found for "${query}"`,
      list: {
        columns,
        rows: rows.map((row) => columns.map((column) => row[column])),
        total: rows.length,
      },
      notes: rows.length === 0
        ? ["Try fewer or other words, or a path such as /nodes/{node}/disks"]
        : [`${GATEWAY.search} with an exact METHOD /path tells its parameters`],
    };
  }

  #describeOperation(operation: Operation): Answer {
    const rows = parameterRows(operation);
    const columns = ["name", "type", "required", "values", "bounds", "default"];
    const [found] = this.#index.search(operation, 1);
    return {
      title: operation,
      object: { privilege: found?.privilege, task: found?.task },
      list: {
        columns,
        rows: rows.map((row) => columns.map((column) => row[column])),
        total: rows.length,
      },
    };
  }

  async #call(args: Readonly<Record<string, unknown>>, input: CallInput): Promise<Answer> {
    const text = textArg(args, "operation", GATEWAY.call);
    const params = objectArg(args, "params", GATEWAY.call);
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
      return await observe(GATEWAY.call, "unchecked", () => this.#callUnchecked(call, input));
    }
    if (!match) throw this.#unknown(method, path);
    for (const [slot, value] of Object.entries(match.values)) {
      const duplicate = lookup(params, slot);
      if (duplicate === undefined || duplicate === value || quoted(duplicate) === value) continue;
      throw new ToolError(`Cannot call ${match.operation} with two values of "${slot}"`, {
        reason: `The path says "${value}", params says ${quoted(duplicate)}`,
        notes: ["Nothing was sent to Proxmox VE"],
      });
    }
    const toolArgs = { ...params, ...match.values };
    return await callTool(
      this.services,
      operationAsTool(match.operation, this.tools),
      toolArgs,
      input,
    );
  }

  /** Loaded when first called: few servers ever are. */
  async #callUnchecked(call: UncheckedCall, input: CallInput): Promise<Answer> {
    const { callUnchecked } = await import("../call/unchecked.ts");
    return await callUnchecked(this.services, call, input);
  }

  #unknown(method: string, path: string): ToolError {
    const methods = methodsOf(path);
    const near = this.#index.search(path.replace(/[/{}]/g, " "), 3).map((row) => row.call);
    return new ToolError(`Proxmox VE has no operation ${method} ${path}`, {
      reason: methods.length > 0
        ? `That path has ${methods.join(", ")}`
        : `Near to it: ${near.join("; ") || "nothing"}`,
      notes: [
        `${GATEWAY.search} finds operations by words or path; one newer than the facts of this server goes with unchecked=true`,
      ],
    });
  }

  /** Describes a tool's arguments; nothing is run. */
  async #describeTool(registered: RegisteredTool, hasChanges: boolean): Promise<Answer> {
    const { name, description, inputSchema } = await this.explainTool(registered);
    return {
      title: name,
      object: { description, ...inputSchema.properties, required: inputSchema.required },
      notes: [
        hasChanges || inputSchema.required
          ? "Nothing was run: `arguments` takes these as an object"
          : "Nothing was run: arguments={} runs it without any of these",
      ],
    };
  }

  async #run(args: Readonly<Record<string, unknown>>, input: CallInput): Promise<Answer> {
    const name = textArg(args, "tool", GATEWAY.run);
    const fullName = wholeName(name);
    const registered = this.tools.find(({ tool }) => tool.name === fullName);
    if (!registered) {
      const near = didYouMeanTool(fullName, this.tools.map(({ tool }) => tool.name));
      throw new ToolError(`There is no tool "${name}"`, {
        reason: near.trimStart() || `${GATEWAY.search} finds tools`,
      });
    }
    const toolArgs = objectArg(args, "arguments", GATEWAY.run);
    const hasChanges = Object.values(registered.tool.actions).some(({ kind }) => kind !== "read");
    const isEmpty = Object.keys(toolArgs).length === 0;
    // Some clients send an empty object where nothing was meant.
    if (isEmpty && (hasChanges || (args.arguments ?? null) === null)) {
      return await this.#describeTool(registered, hasChanges);
    }
    return await callTool(this.services, registered, toolArgs, input);
  }
}
