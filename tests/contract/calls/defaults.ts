/**
 * What each list, series and log shows to a caller who does not say how much: its columns, how many
 * rows or lines, and what it asks Proxmox VE for unasked.
 *
 * @module
 */
import { type Operation, operationFact, paramFact } from "../../../src/pve/api.ts";
import type { Action } from "../../../src/tool/define.ts";
import { allOperations } from "../../../src/tool/operation.ts";
import type { ToolAnswer } from "../../harness.ts";
import { type Case, casesOf } from "./line.ts";
import { argsOf, connectForCalls, withAction } from "./make.ts";
import { PlentifulTransport } from "./plenty.ts";
import { type Row, ROWS } from "./rows.ts";

/** Arguments that say how much is shown, of what and of which time. */
const HOW_MUCH = ["limit", "start", "offset", "fields", "filter", "timeframe", "cf", "package"];

/** Parameters of operations that say how much. */
const LENGTHS = ["limit", "lastentries"];

/** What is shown by default, in words, by tool, action and case. */
export type Defaults = Readonly<Record<string, string>>;

/** The committed table. */
export const DEFAULTS_FILE = new URL("../defaults.json", import.meta.url);

/** True for an operation whose answer may be as long as one asks for. */
function hasLength(operation: Operation): boolean {
  const fact = operationFact(operation);
  return LENGTHS.some((name) => paramFact(fact, name));
}

/** True for a list, a series, or a log. */
function hasDefaults(action: Action, { structured }: ToolAnswer): boolean {
  return structured.columns !== undefined ||
    structured.texts !== undefined && allOperations(action).some(hasLength);
}

/** `10 rows: time, cpu`, `50 lines`. */
function shownBy({ structured }: ToolAnswer): string[] {
  const { columns, rows, texts } = structured as {
    readonly columns?: readonly string[];
    readonly rows?: readonly unknown[];
    readonly texts?: Readonly<Record<string, string>>;
  };
  const lines = Object.values(texts ?? {}).map((text) => text.trimEnd().split("\n").length);
  return [
    ...(columns && rows ? [`${rows.length} rows: ${columns.join(", ")}`] : []),
    ...lines.map((count) => `${count} lines`),
  ];
}

/** What was asked for that the caller did not name. */
function unasked(
  queries: readonly URLSearchParams[],
  args: Readonly<Record<string, unknown>>,
): string[] {
  const given = new Set(Object.values(args).map(String));
  const pairs = queries.flatMap((query) => [...query]).filter(([name, value]) =>
    name !== "start" && !given.has(value) && !(name in args)
  );
  return [...new Set(pairs.map(([name, value]) => `${name}=${value}`))];
}

/** What a call of a line shows; undefined when it is no list and no log. */
async function defaultOf(
  { registered: { tool }, actionName }: Row,
  line: Case,
): Promise<string | undefined> {
  const action = tool.actions[actionName]!;
  const transports: PlentifulTransport[] = [];
  await using harness = await connectForCalls((inner) => {
    const transport = new PlentifulTransport(inner, action);
    transports.push(transport);
    return transport;
  });
  const [transport] = transports;
  const wanted = await argsOf(harness, line);
  const args = Object.fromEntries(
    Object.entries(wanted).filter(([name]) => !HOW_MUCH.includes(name)),
  );
  transport?.begin();
  const answer = await harness.call(tool.name, withAction(tool, actionName, args));
  if (!hasDefaults(action, answer)) return undefined;
  return [...shownBy(answer), ...unasked(transport?.queries ?? [], args)].join("; ");
}

/** True for what is done to see something. */
function isSeeing({ registered: { tool }, actionName }: Row): boolean {
  const { kind, columns } = tool.actions[actionName]!;
  return kind === "read" || columns !== undefined;
}

/** What a search of the whole API shows. */
async function searchDefault(): Promise<string> {
  await using harness = await connectForCalls();
  return shownBy(await harness.call("proxmox_api_search", { query: "guest" })).join("; ");
}

/** The table as it is now. */
export async function defaultsNow(): Promise<Defaults> {
  const shown: [string, string][] = [["proxmox_api_search", await searchDefault()]];
  for (const row of ROWS.filter(isSeeing)) {
    for (const [name, line] of casesOf(row.line ?? {})) {
      const text = await defaultOf(row, line);
      const call = `${row.registered.tool.name} ${row.actionName} ${name}`.trimEnd();
      if (text !== undefined) shown.push([call, text]);
    }
  }
  return Object.fromEntries(shown);
}
