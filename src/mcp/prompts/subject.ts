/**
 * Which of several clusters a prompt is about: the one that its arguments name, or that alone has
 * what they name; else all.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { takeAddress } from "../../call/clusters/address.ts";
import { destinationOf } from "../../call/clusters/destination.ts";
import type { Reference } from "../../call/clusters/references.ts";
import type { Clusters } from "../../tool/clusters.ts";
import type { CompletionSource } from "../completion_source.ts";
import type { PromptSpec } from "./prompt.ts";

type Texts = Readonly<Record<string, string>>;

/** What a prompt is about. */
export interface PromptSubject {
  /** Without names of clusters. */
  readonly args: Texts;
  /** Its name, where there are several and it is one of them. */
  readonly cluster?: string;
}

/** What arguments name by which a cluster can be found. */
const KINDS: Readonly<Partial<Record<CompletionSource, Reference["kind"]>>> = {
  guest: "guest",
  node: "node",
  storage: "storage",
  pool: "pool",
};

/**
 * The cluster that a prompt is about.
 *
 * @throws {ToolError} When there is none of that name, or it is not clear which.
 */
export async function subjectOf(
  clusters: Clusters,
  spec: PromptSpec,
  given: Texts,
  signal: AbortSignal,
): Promise<PromptSubject> {
  if (clusters.size === 1) return { args: given };
  const kindOf = (name: string): Reference["kind"] | undefined =>
    KINDS[spec.arguments.find((each) => each.name === name)?.source ?? "tool"];
  const isPlace = (name: string): boolean => kindOf(name) !== undefined && kindOf(name) !== "pool";
  const addressed = takeAddress([...clusters.keys()], spec.name, given, isPlace);
  const args = addressed.args as Texts;
  if (addressed.cluster !== undefined) return { args, cluster: addressed.cluster };
  const references = Object.entries(args).flatMap(([param, word]): Reference[] => {
    const kind = kindOf(param);
    return kind ? [{ kind, word, param }] : [];
  });
  if (references.length === 0) return { args };
  const sought = { label: spec.name, isChange: false, references };
  const { cluster } = await destinationOf(clusters, sought, signal);
  return { args, ...defined({ cluster }) };
}
