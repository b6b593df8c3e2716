/**
 * Reads what the conformance suite found, and holds it against what is known not to be met.
 *
 * @module
 */
import type { Unmet } from "./unmet.ts";

/** One check, as the suite writes it down. */
export interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** Checks by the names of their scenarios. */
export type Results = Readonly<Record<string, readonly Check[]>>;

/** The folder of a scenario's results: `server-NAME-2026-11-29T11-56-53-268Z`. */
const FOLDER = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/;

/** All results in a folder. */
export async function readResults(folder: string): Promise<Results> {
  const results: Record<string, readonly Check[]> = {};
  for await (const { name } of Deno.readDir(folder)) {
    const scenario = FOLDER.exec(name)?.[1];
    if (scenario === undefined) continue;
    results[scenario] = JSON.parse(await Deno.readTextFile(`${folder}/${name}/checks.json`));
  }
  return results;
}

/** A warning counts as a failure. */
function isMet({ status }: Check): boolean {
  return ["SUCCESS", "INFO", "SKIPPED"].includes(status);
}

/**
 * What differs from what is known: checks that fail and are not known to, and those that are known
 * to and do not.
 */
export function differences(results: Results, unmet: readonly Unmet[]): string[] {
  const known = new Set<string>(
    unmet.flatMap(({ checks }) =>
      Object.entries(checks).flatMap(([scenario, ids]) => ids.map((id) => `${scenario} ${id}`))
    ),
  );
  const failing = new Map<string, string>(
    Object.entries(results).flatMap(([scenario, checks]) =>
      checks.filter((check) => !isMet(check))
        .map(({ id, errorMessage = "" }) => [`${scenario} ${id}`, errorMessage] as const)
    ),
  );
  return [
    ...[...failing].filter(([name]) => !known.has(name))
      .map(([name, message]) => `${name} is not met: ${message}`),
    ...[...known].filter((name) => !failing.has(name))
      .map((name) => `${name} is met, and named as what is not`),
  ];
}

/** How many checks were met. */
export function countMet(results: Results): number {
  return Object.values(results).flat().filter(isMet).length;
}
