/**
 * The reference's rows, and the call that each makes of the line of the same tool and action: its
 * own required parameters, by its own names, and nothing else but what PVE demands beyond them.
 *
 * @module
 */
import { COMPANY } from "../../../src/simulator/seed/company.ts";
import { REFERENCE, type ReferenceOperation } from "../reference.ts";
import { CALLS } from "./all.ts";
import { type Args, type Around, type Case, isCase } from "./line.ts";
import { SPECIAL } from "./optional.ts";
import { VALUES } from "./values.ts";

/** What the reference could be asked for. */
export interface ReferenceRow extends ReferenceOperation {
  readonly tool: string;
  readonly category: string;
  readonly actionName: string;
}

/** All rows of the reference. */
export const REFERENCE_ROWS: readonly ReferenceRow[] = REFERENCE.flatMap((
  { name: tool, category, operations },
) =>
  operations.map((operation) => {
    const { action, operation: chosen } = operation.key;
    return { ...operation, tool, category, actionName: action ?? chosen ?? "default" };
  })
);

/** How many pairs of tool and action they are, types of guests and targets not counted. */
export const PAIRS = new Set(
  REFERENCE_ROWS.map(({ tool, actionName }) => `${tool} ${actionName}`),
).size;

/** The case that stands for a row; undefined when there is none of its type. */
export function caseOf({ tool, actionName, key }: ReferenceRow): Case | undefined {
  const line = CALLS[tool]?.[actionName];
  if (!line || isCase(line)) return line;
  const variant = key.type ?? key.target_type;
  return variant === undefined ? Object.values(line)[0] : line[variant];
}

/** The node that an administrator would name for these arguments. */
function nodeOf({ node, vmid }: Args): unknown {
  return node ?? COMPANY.guests.find((guest) => guest.vmid === vmid)?.node ?? "pve1";
}

/** A row's call: values come from the line. */
export function referenceArgs(
  { tool, key, required }: ReferenceRow,
  beyond: Around["reference"],
  args: Args,
): Args {
  const replaced = beyond instanceof Array ? {} : beyond;
  const names = beyond instanceof Array ? beyond : Object.keys(replaced ?? {});
  const values: Args = { ...args, ...replaced, ...key };
  const all: Args = { ...values, node: nodeOf(values) };
  return Object.fromEntries([...Object.keys(key), ...required, ...names].map((name) => {
    if (all[name] === undefined) throw new Error(`${tool}: "${name}" has no value in its line`);
    return [name, all[name]];
  }));
}

/** What a row's call has with one optional parameter more, and how it is to go. */
export function withOptional(
  { tool, actionName, key }: ReferenceRow,
  name: string,
): { readonly args: Args; readonly around: Around } {
  const { values, along, refused } = SPECIAL[tool] ?? {};
  const labels = [actionName, key.type, key.target_type].map((each) => `${each}.${name}`);
  const found = <Value>(table: Readonly<Record<string, Value>> = {}): Value | undefined =>
    [...labels, name].map((label) => table[label]).find((each) => each !== undefined);
  const value = values?.[name] ?? VALUES[name];
  const words = found(refused);
  return {
    args: { ...(value === undefined ? {} : { [name]: value }), ...found(along) },
    around: {
      ...(words === undefined ? {} : { refused: words }),
      ...(name === "digest" ? { stale: true } : {}),
      ...(name === "revert" || name === "dry-run" ? { over: "another operation" } : {}),
    },
  };
}
