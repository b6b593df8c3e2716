/**
 * Tells observers what the program does, for metrics and traces. Without one, as by default, it
 * costs the look whether there is any. What is told names tools, actions and operations, never what
 * they are called with.
 *
 * @module
 */

/** Work that takes time. */
export type Work =
  | { readonly kind: "call"; readonly tool: string; readonly action: string }
  /** To Proxmox VE; the operation is undefined where only its whole path is known. */
  | { readonly kind: "request"; readonly method: string; readonly operation: string | undefined }
  /** Waiting for a task of this type. */
  | { readonly kind: "task"; readonly type: string };

/** Something that happened, with its outcome. */
export type HappeningName = "confirmation" | "failover";
/** Something of which there are more or fewer. */
export type LevelName = "connections" | "requests running" | "requests waiting" | "sessions";

/** Work that was begun. */
export interface BegunWork {
  /** Runs it, where it has to run inside of something. */
  within?<T>(run: () => Promise<T>): Promise<T>;
  /** Hears what came of it. */
  end(outcome: string): void;
}

/** Hears what the program does. */
export interface Observer {
  begin(work: Work): BegunWork;
  happened?(name: HappeningName, outcome: string): void;
  changed?(name: LevelName, by: number): void;
}

const observers = new Set<Observer>();

/** Adds an observer until the function that it answers is called. */
export function addObserver(observer: Observer): () => void {
  observers.add(observer);
  return () => void observers.delete(observer);
}

/**
 * Does work that is observed.
 *
 * @param work Is asked only when somebody observes.
 * @param outcomeOf A word for what came of it, of few that there are.
 */
export async function observed<T>(
  work: () => Work,
  run: () => Promise<T>,
  outcomeOf: (end: PromiseSettledResult<T>) => string,
): Promise<T> {
  if (observers.size === 0) return await run();
  const what = work();
  const begun = [...observers].map((observer) => observer.begin(what));
  const whole = begun.reduce(
    (inner, each) => each.within ? () => each.within!(inner) : inner,
    run,
  );
  const [end] = await Promise.allSettled([whole()]);
  const outcome = outcomeOf(end);
  for (const each of begun) each.end(outcome);
  if (end.status === "rejected") throw end.reason;
  return end.value;
}

/** Something happened. */
export function happened(name: HappeningName, outcome: string): void {
  for (const observer of observers) observer.happened?.(name, outcome);
}

/** There are more of something, or fewer. */
export function changed(name: LevelName, by: number): void {
  for (const observer of observers) observer.changed?.(name, by);
}
