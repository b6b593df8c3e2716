/**
 * Runs the doctor's checks of several clusters side by side, a few at a time, and tells them one
 * cluster after another, each line with its name.
 *
 * @module
 */
import { sideBySide } from "../../base/async/side_by_side.ts";
import { type ClusterIdentity, sameFindings } from "./same_cluster.ts";
import { diagnose, type DiagnosisTarget } from "./diagnose.ts";
import { type Finding, reworded } from "./finding.ts";

/** Most clusters that are looked at at the same time. */
const AT_ONCE = 4;

/** One of several clusters. */
export interface NamedTarget {
  readonly name: string;
  readonly target: DiagnosisTarget;
  /** A text in which the settings are called as this cluster has them. */
  readonly inItsWords: (text: string) => string;
}

interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly identity: ClusterIdentity | undefined;
}

function named({ name, inItsWords }: NamedTarget, finding: Finding): Finding {
  const own = reworded(finding, inItsWords);
  return { ...own, check: `${name}: ${own.check}` };
}

async function diagnosisOf(each: NamedTarget): Promise<Diagnosis> {
  const findings: Finding[] = [];
  const steps = diagnose(each.target);
  for (let step = await steps.next();; step = await steps.next()) {
    if (step.done) return { findings, identity: step.value };
    findings.push(named(each, step.value));
  }
}

/** Checks all clusters; yields the findings of each as soon as those before it are told. */
export async function* diagnoseSeveral(targets: readonly NamedTarget[]): AsyncGenerator<Finding> {
  const identities = new Map<string, ClusterIdentity>();
  const diagnoses = sideBySide(targets, AT_ONCE, diagnosisOf);
  for (const [index, { name }] of targets.entries()) {
    const { findings, identity } = await diagnoses[index]!;
    yield* findings;
    if (identity) identities.set(name, identity);
  }
  yield* sameFindings(identities);
}
