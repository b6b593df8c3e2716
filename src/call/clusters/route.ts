/**
 * Brings a call to its cluster, where a server has several: the one that it names, or the only one
 * that has what it is about. What reads and is about nothing in particular goes to all.
 *
 * @module
 */
import { explainError } from "../../answer/hints/explain_error.ts";
import { CallSecrets } from "../../answer/secrets.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { anyOf, type Clusters, whoseOfAny } from "../../tool/clusters.ts";
import type { CallInput } from "../../tool/context.ts";
import type { RegisteredTool } from "../../tool/registry.ts";
import { targetOf } from "../../tool/target.ts";
import { parseCall, type ParsedCall } from "../parse.ts";
import { permit } from "../permit.ts";
import { callLabel } from "../respond.ts";
import { runShared } from "../shared_read.ts";
import { asksDryRun, selectAction, type SelectedAction } from "../select_action.ts";
import { CLUSTER, readAddress } from "./address.ts";
import { callAll } from "./all.ts";
import { destinationOf } from "./destination.ts";
import { referencesOf } from "./references.ts";
import { withoutCluster } from "./without_cluster.ts";

/** Why a cluster does not allow a call; undefined when it does. */
function refusalOf(...call: Parameters<typeof permit>): ToolError | undefined {
  try {
    permit(...call);
    return undefined;
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}

/**
 * Refuses what no cluster allows, whatever it is about.
 *
 * @throws {ToolError} With the words of each, which name its own settings.
 */
function permitSomewhere(
  clusters: Clusters,
  registered: RegisteredTool,
  selected: SelectedAction,
  isDryRun: boolean,
): void {
  const refusals: (readonly [name: string, refusal: ToolError])[] = [];
  for (const [name, services] of clusters) {
    const refusal = refusalOf(services, registered, selected, isDryRun);
    if (!refusal) return;
    refusals.push([name, refusal]);
  }
  const [[, first] = []] = refusals;
  const isSame = refusals.every(([, { message }]) => message === first?.message);
  const reasons = Map.groupBy(
    refusals,
    ([, { message, details }]) => isSame ? details.reason : `${message}: ${details.reason}`,
  );
  if (!first || reasons.size === 1) throw first;
  const none = `No cluster allows ${callLabel(registered.tool, selected.actionName)}`;
  throw new ToolError(isSame ? first.message : none, {
    ...first.details,
    reason: [...reasons].map(([reason, whose]) =>
      `${whose.map(([name]) => name).join(", ")}: ${reason}`
    ).join(". "),
  });
}

/** True for what each cluster can answer for itself. */
function isOfAll({ tool }: RegisteredTool, { action, namedTarget }: ParsedCall): boolean {
  if (action.kind !== "read") return false;
  const target = targetOf(tool, action);
  return target === "none" || target === "anyNode" ||
    (target === "maybeGuest" && namedTarget.vmid === undefined);
}

/** What one cluster answers, which says which it is. */
async function callOne(
  clusters: Clusters,
  cluster: string,
  registered: RegisteredTool,
  args: Readonly<Record<string, unknown>>,
  input: CallInput,
): Promise<Answer> {
  const services = clusters.get(cluster);
  if (!services) throw new TypeError("Cannot call a cluster that is not there");
  return { ...await runShared(services, registered, args, input), cluster };
}

/** Calls a tool of the cluster that is meant, or of all; every failure is an answer. */
export async function callClusters(
  clusters: Clusters,
  registered: RegisteredTool,
  raw: unknown,
  input: CallInput,
): Promise<Answer> {
  const { tool } = registered;
  let label: string = tool.name;
  let secrets: CallSecrets | undefined;
  try {
    const selected = selectAction(tool, raw);
    const { action, actionName } = selected;
    secrets = new CallSecrets(action, raw);
    label = callLabel(tool, actionName);
    const given = raw as Readonly<Record<string, unknown>>;
    const { args, cluster } = readAddress([...clusters.keys()], { tool, action, label }, given);
    if (cluster !== undefined) return await callOne(clusters, cluster, registered, args, input);
    permitSomewhere(clusters, registered, selected, asksDryRun(action, args));
    const parsed = parseCall(tool, args, anyOf(clusters).clock);
    secrets.learnArguments(parsed.args);
    const references = referencesOf(tool, parsed);
    const isChange = action.kind !== "read";
    const found = references.length === 0
      ? { cluster: undefined, notes: [] }
      : await destinationOf(clusters, { label, isChange, references }, input.signal);
    if (found.cluster !== undefined) {
      const answer = await callOne(clusters, found.cluster, registered, args, input);
      return { ...answer, notes: [...answer.notes ?? [], ...found.notes] };
    }
    if (isOfAll(registered, parsed)) {
      return await callAll({ clusters, registered, parsed, args, label, secrets, input });
    }
    throw withoutCluster(clusters, label, targetOf(tool, action) === "node" ? "node" : CLUSTER);
  } catch (error) {
    const attempted = { kind: "read", begun: false } as const;
    const failed = explainError(error, `Cannot do ${label}`, attempted, whoseOfAny(clusters));
    return secrets?.redactAnswer(failed) ?? failed;
  }
}
