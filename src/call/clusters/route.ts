/**
 * Brings a call to its cluster, where a server has several: the one that it names, or the only one
 * that has what it is about. What reads and is about nothing in particular goes to all.
 *
 * @module
 */
import { explainError } from "../../answer/hints/explain_error.ts";
import { CallSecrets } from "../../answer/secrets.ts";
import type { Answer } from "../../tool/answer.ts";
import { anyOf, type Clusters } from "../../tool/clusters.ts";
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

/** Refuses what no cluster allows, whatever it is about. */
function permitSomewhere(
  clusters: Clusters,
  registered: RegisteredTool,
  selected: SelectedAction,
  isDryRun: boolean,
): void {
  const refusals = [...clusters.values()].map((services) => {
    try {
      permit(services, registered, selected, isDryRun);
    } catch (error) {
      return error;
    }
  });
  if (refusals.every((each) => each !== undefined)) throw refusals[0];
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
    const failed = explainError(error, `Cannot do ${label}`, { kind: "read", begun: false });
    return secrets?.redactAnswer(failed) ?? failed;
  }
}
