/**
 * Measuring: medians of times, the resident memory of processes.
 *
 * @module
 */
import { run } from "../run.ts";

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** The value that so many of a hundred are not above. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * percent / 100) - 1] ?? NaN;
}

/** Milliseconds of one run of `work`. */
async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Median milliseconds of each work, after runs that do not count. They take turns, so that what
 * else the machine does falls on all of them alike.
 */
export async function medians(
  runs: number,
  works: readonly (() => unknown)[],
  { before = 1 }: { readonly before?: number } = {},
): Promise<number[]> {
  const results: number[][] = works.map(() => []);
  for (let round = -before; round < runs; round++) {
    for (const [index, work] of works.entries()) {
      const time = await timed(work);
      if (round >= 0) results[index]?.push(time);
    }
  }
  return results.map(median);
}

/** Milliseconds of the fastest of some runs: whatever else the machine does only adds to it. */
export async function fastest(runs: number, work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < runs; run++) least = Math.min(least, await timed(work));
  return least;
}

/** A process as `ps` has it. */
interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Resident KiB. */
  readonly resident: number;
}

async function processes(): Promise<ProcessRow[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,rss="]);
  return stdout.trim().split("\n").map((line) => {
    const [pid = NaN, parent = NaN, resident = NaN] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, resident };
  });
}

/** Resident MiB of a process and all that it started; NaN where there is no `ps`. */
export async function residentMiB(pid: number): Promise<number> {
  const all = await processes().catch(() => []);
  const family = new Set([pid]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const each of all) if (family.has(each.parent)) family.add(each.pid);
  }
  const found = all.filter((each) => family.has(each.pid));
  if (found.length === 0) return NaN;
  return found.reduce((sum, each) => sum + each.resident, 0) / 1024;
}

/** Open descriptors of a process; NaN where there is no /proc. */
export async function descriptorsOf(pid: number): Promise<number> {
  const { stdout } = await run("ls", [`/proc/${pid}/fd`]).catch(() => ({ stdout: "" }));
  return stdout === "" ? NaN : stdout.trim().split("\n").length;
}
