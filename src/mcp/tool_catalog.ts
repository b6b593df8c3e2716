/**
 * The tools that one server offers: their entries of `tools/list`, and calls by name.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import { ApiGateway } from "../gateway/gateway.ts";
import { gatewayEntries } from "../gateway/entries.ts";
import type { Answer } from "../tool/answer.ts";
import type { CallInput } from "../tool/context.ts";
import {
  allowedActions,
  didYouMeanTool,
  type RegisteredTool,
  type Tier,
  type ToolOutline,
} from "../tool/registry.ts";
import { render, type Rendered } from "../answer/render.ts";
import { callTool } from "../call/call_tool.ts";
import { chooseTools } from "../tool/toolset.ts";
import type { ToolEntry } from "../tool/schema.ts";
import { allowedByAny, anyOf, type ClusterConfigs, type Clusters } from "../tool/clusters.ts";
import { mcpError } from "./errors.ts";
import { ErrorCode } from "./sdk.ts";

const loadSchema = once(() => import("../tool/schema.ts"));

/** What a catalog is made of. */
export interface ToolCatalogOptions {
  readonly clusters: Clusters;
  /** All tools there are; the settings choose among them. */
  readonly tools: readonly RegisteredTool[];
}

/** What is known of a catalog before any tool is loaded. */
export interface CatalogOutline {
  readonly clusters: ClusterConfigs;
  /** The tools that the settings and the tier leave. */
  readonly tools: readonly ToolOutline[];
  /** Tools in `tools/list`. */
  readonly listed: readonly ToolOutline[];
  load(): Promise<ToolCatalog>;
}

/** The tools of one server; the list never changes while it runs. */
export class ToolCatalog implements CatalogOutline {
  readonly clusters: Clusters;
  readonly #byName: ReadonlyMap<string, RegisteredTool>;
  readonly #tier: Tier;
  readonly #plans: boolean;
  /** Tools in `tools/list`. */
  readonly listed: readonly RegisteredTool[];
  /** The tools that the settings and the tier leave. */
  readonly tools: readonly RegisteredTool[];
  readonly #gateway: ApiGateway;
  readonly #gatewayNames: readonly string[];
  readonly #entries = once(async (): Promise<readonly ToolEntry[]> => [
    ...await Promise.all(this.listed.map((each) => this.#entry(each))),
    ...this.#gatewayEntries(),
  ]);

  constructor({ clusters, tools }: ToolCatalogOptions) {
    const { readOnly, plans } = allowedByAny(clusters);
    this.clusters = clusters;
    this.#plans = plans;
    this.#tier = readOnly ? "basic" : "elevated";
    const toolset = chooseTools(tools, { ...anyOf(clusters).config, readOnly });
    this.listed = toolset.listed;
    this.tools = toolset.tools;
    this.#gatewayNames = toolset.gateway;
    this.#byName = new Map(toolset.tools.map((each) => [each.tool.name, each]));
    this.#gateway = new ApiGateway(clusters, toolset.tools);
  }

  load(): Promise<this> {
    return Promise.resolve(this);
  }

  /** Whether tools are offered that are not listed: the API gateway finds and runs them. */
  get compact(): boolean {
    return this.listed.length < this.tools.length;
  }

  async #entry(registered: RegisteredTool): Promise<ToolEntry> {
    const { toolEntry } = await loadSchema();
    const actions = allowedActions(registered, this.#tier);
    return toolEntry(registered.tool, actions, {
      several: this.clusters.size > 1,
      plans: this.#plans,
    });
  }

  #gatewayEntries(): ToolEntry[] {
    const { compact } = this;
    return gatewayEntries({
      names: this.#gatewayNames,
      compact,
      readOnly: this.#tier === "basic",
      several: this.clusters.size > 1,
      plans: this.#plans,
    });
  }

  /** The answer to `tools/list`. */
  async entries(): Promise<ToolEntry[]> {
    return [...await this.#entries()];
  }

  /** Names of all tools, those of the API gateway last. */
  names(): string[] {
    return [...this.#byName.keys(), ...this.#gatewayEntries().map(({ name }) => name)];
  }

  /** A tool by name, with the actions that this server allows. */
  find(name: string): RegisteredTool | undefined {
    const registered = this.#byName.get(name);
    if (!registered) return undefined;
    const actions = Object.fromEntries(allowedActions(registered, this.#tier));
    return { ...registered, tool: { ...registered.tool, actions } };
  }

  /** The entry of a tool of the API gateway. */
  findGatewayTool(name: string): ToolEntry | undefined {
    return this.#gatewayEntries().find((entry) => entry.name === name);
  }

  /** Calls a tool by name; what it answers as MCP has it. */
  async call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    input: CallInput,
  ): Promise<Rendered> {
    return render(await this.answer(name, args, input));
  }

  /**
   * Calls a tool by name.
   *
   * @throws {McpError} When there is no such tool.
   */
  async answer(
    name: string,
    args: Readonly<Record<string, unknown>>,
    input: CallInput,
  ): Promise<Answer> {
    if (this.#gatewayNames.includes(name)) return await this.#gateway.call(name, args, input);
    const registered = this.#byName.get(name);
    if (registered) return await callTool(this.clusters, registered, args, input);
    const hint = didYouMeanTool(name, this.names());
    throw mcpError(ErrorCode.InvalidParams, `There is no tool "${name}".${hint}`);
  }
}
