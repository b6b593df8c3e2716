/**
 * What the search answers: a line for each tool and operation that was found, and for the first ones
 * all that it takes to call them, within a budget.
 *
 * @module
 */
import { hasTask, type Operation, operationFact, paramFact } from "../pve/api.ts";
import type { Answer } from "../tool/answer.ts";
import { GATEWAY } from "../tool/gateway_names.ts";
import type { RegisteredTool } from "../tool/registry.ts";
import { ELLIPSIS, parameterText } from "./parameter_text.ts";
import type { Found } from "./search.ts";
import {
  inOneLine,
  operationDoing,
  operationSignature,
  type SignatureLine,
  toolDoing,
  toolSignature,
} from "./signature.ts";
import { privilegeText } from "../tool/privileges.ts";

/** Characters of an answer, which are some 600 tokens. */
const MAX_CHARACTERS = 1_900;
/** How many of those found are told whole. */
const MAX_WHOLE = 3;
/** Characters of what a tool is for, where that is all that is told. */
const MAX_ABOUT = 70;
/** Rows that are kept, however long the first one's signature is. */
const MIN_ROWS = 3;

type Cells = readonly [call: string, does: string, what: string];

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

function cellsOf({ operation, registered }: Found): Cells {
  return operation === undefined
    ? [registered.tool.name, toolDoing(registered), cut(registered.tool.description, MAX_ABOUT)]
    : [
      operation,
      operationDoing(operation),
      operationFact(operation).name.replaceAll("_", " "),
    ];
}

function signatureOf({ operation, registered }: Found): SignatureLine[] {
  return operation === undefined ? toolSignature(registered) : operationSignature(operation);
}

/** Of a signature, what fits: all of it, or its actions without the words on parameters. */
function fitting(lines: readonly SignatureLine[], room: number): string | undefined {
  return [lines, lines.filter(({ which }) => which !== "where")].map(inOneLine)
    .find(({ length }) => length <= room);
}

function lengthOf(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.length + 3, 0);
}

/** The rows of what was found, the first ones with all that a call takes as far as that fits. */
function rowsOf(found: readonly Found[]): string[][] {
  const cells = found.map(cellsOf);
  let kept = cells.length;
  const left = (): number =>
    MAX_CHARACTERS - cells.slice(0, kept).reduce((sum, each) => sum + lengthOf(each), 0);
  const [first] = found;
  if (first) {
    const { length } = inOneLine(signatureOf(first));
    while (kept > MIN_ROWS && left() < length) kept--;
  }
  let room = left();
  return cells.slice(0, kept).map((each, index) => {
    const takes = index < MAX_WHOLE ? fitting(signatureOf(found[index]!), room) : undefined;
    room -= takes?.length ?? 0;
    return [...each, takes ?? ""];
  });
}

/** The answer to words or a path. */
export function foundAnswer(query: string, found: readonly Found[]): Answer {
  const rows = rowsOf(found);
  return {
    title: `${rows.length} found for "${query}"`,
    list: { columns: ["call", "does", "what", "takes"], rows, total: rows.length },
    notes: rows.length === 0
      ? ["Try fewer or other words, or a path such as /nodes/{node}/disks"]
      : [`${GATEWAY.search} with an exact METHOD /path or tool name tells all that it takes`],
  };
}

/** What a tool takes, as notes of a call that did not give it. */
export function signatureNotes(registered: RegisteredTool): string[] {
  return toolSignature(registered).map(({ which, takes }) => `${which}: ${takes}`);
}

/** All that a tool takes; nothing is run. */
export function toolAnswer(registered: RegisteredTool): Answer {
  const { name, description } = registered.tool;
  const lines = toolSignature(registered).map(({ which, takes }) => [which, takes]);
  return {
    title: `${name}: ${description}`,
    list: { columns: ["with", "takes"], rows: lines, total: lines.length },
  };
}

/**
 * All that an operation takes, a line for each parameter, cut to what fits.
 *
 * @param names Of parameters that are told whole; the others are then left out.
 */
export function operationAnswer(operation: Operation, names: readonly string[] = []): Answer {
  const fact = operationFact(operation);
  const params = Object.entries(fact.params).filter(([, { before9 }]) => !before9);
  const asked = params.filter(([, param]) => names.some((name) => paramFact(fact, name) === param));
  const most = asked.length === 0 ? undefined : Infinity;
  const rows = (asked.length === 0 ? params : asked)
    .toSorted(([, one], [, other]) => Number(one.optional ?? 0) - Number(other.optional ?? 0))
    .map(([name, param]) => [
      name,
      param.type ?? "string",
      param.optional ? 0 : 1,
      parameterText(operation, name, param, most),
      param.default ?? "",
    ]);
  const isCut = rows.some((row) => String(row[3]).includes(ELLIPSIS));
  return {
    title: operation,
    object: {
      does: operationDoing(operation),
      privilege: privilegeText(fact),
      task: hasTask(fact) ? 1 : 0,
    },
    list: {
      columns: ["name", "type", "required", "values", "default"],
      rows,
      total: rows.length,
    },
    notes: isCut ? [`${GATEWAY.search} query="${operation} NAME" tells that parameter whole`] : [],
  };
}
