/**
 * The answers of tools as pages read them: the structured content of a call.
 *
 * @module
 */

/** Why a call failed. */
export interface Failure {
  readonly message: string;
  readonly reason?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The structured content of an answer. */
export interface Answer {
  readonly summary?: string;
  readonly error?: Failure;
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly total?: number;
  readonly next_offset?: number;
  readonly units?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
}

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows of a list, each by its columns' names. */
export function rowsOf({ columns = [], rows = [] }: Answer): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
}

/** A name in a cell, after that of the row's cluster where there are several: `lab/pve1`. */
export function placeIn(row: Row, column: string): string {
  const [name, cluster] = [textIn(row[column]), textIn(row.cluster)];
  return cluster === "" ? name : `${cluster}/${name}`;
}

/** The values of a fact, one of each cluster where there are several: `lab: quorate`. */
export function factsIn(data: Answer["data"] = {}, name: string): unknown[] {
  return Object.entries(data)
    .filter(([key]) => key === name || key.endsWith(`: ${name}`))
    .map(([, value]) => value);
}

/** A number in a cell; undefined where there is none. */
export function numberIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A text in a cell; empty where there is none. */
export function textIn(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

/** A moment in a cell, which answers have as ISO 8601. */
export function momentIn(value: unknown): Date | undefined {
  const date = new Date(typeof value === "number" ? value * 1000 : textIn(value));
  return textIn(value) === "" || Number.isNaN(date.getTime()) ? undefined : date;
}

/** A call that did not do what it should. */
export class CallError extends Error {
  override readonly name = "CallError";

  constructor(
    readonly failure: Failure,
    readonly notes: readonly string[] = [],
  ) {
    super(
      [failure.message, failure.reason, ...Object.values(failure.parameters ?? {})]
        .filter((part) => part).join(". "),
    );
  }
}

/** The code with which an answer says that its call is confirmed. */
export function codeIn(notes: readonly string[] = []): string | undefined {
  return notes.map((note) => /^The same call with confirm=(\S+) does it, /.exec(note)?.[1])
    .find((code) => code !== undefined);
}

/** Notes without what only calls need. */
export function forPeople(notes: readonly string[] = []): string[] {
  return notes.filter((note) => codeIn([note]) === undefined && !note.startsWith("Next: "));
}
