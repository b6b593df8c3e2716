/**
 * What is true after a change: the object or the row that it made, read once more where Proxmox VE
 * shows it.
 *
 * @module
 */
import type { Operation } from "../pve/api.ts";
import type { Args, ArgValue } from "../pve/encode.ts";
import { resultOf } from "../pve/result.ts";
import { splitList } from "../pve/split_list.ts";
import type { Row } from "../tool/answer.ts";
import type { ReadContext } from "../tool/context.ts";
import type { Outcome } from "../tool/define.ts";
import { maskSecrets } from "./mask.ts";

/**
 * Fields that only a next change needs, which reads them with what it changes; and one that holds a
 * fraction in pools of Ceph, and per cent elsewhere: there the bytes tell it.
 */
const NOT_TOLD = ["digest", "percent_used"];

/** Lists are the same in any order. */
function isSame(value: unknown, wanted: ArgValue): boolean {
  const text = typeof wanted === "boolean" ? Number(wanted) : wanted;
  const [there, given] = [value, text].map((each) => splitList(each).sort().join().toLowerCase());
  return there === given;
}

/** What a row has of the values that were given. */
interface Fit {
  readonly row: Row;
  readonly same: number;
  /** Values that it has others for. What it does not list, or takes apart, is no other. */
  readonly others: number;
}

function fitOf(row: Row, fields: Args): Fit {
  let [same, others] = [0, 0];
  for (const [name, wanted] of Object.entries(fields)) {
    const value = row[name];
    if (wanted === undefined || value === undefined) continue;
    if (typeof value === "object" || isSame(value, wanted)) same++;
    else others++;
  }
  return { row, same, others };
}

/** The name by which a list of objects tells one of them. */
function nameIn(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { id, name, vmid } = value as Row;
  if (name !== undefined && vmid !== undefined) return `${name} (${vmid})`;
  return name ?? id ?? value;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" ||
    (Array.isArray(value) && value.length === 0);
}

/** What is set; of objects within only their names. */
function told(row: Row): Row {
  const entries = Object.entries(row).filter(([name, value]) =>
    !isEmpty(value) && !NOT_TOLD.includes(name)
  );
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.map(nameIn) : value]),
  );
}

/** The row or object of an answer; undefined when there is none, or it is not clear which. */
function found(data: unknown, fields: Args | undefined): Row | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  if (!Array.isArray(data)) return fields ? undefined : data as Row;
  if (!fields) return undefined;
  const fits = (data as Row[]).map((row) => fitOf(row, fields));
  const most = fits.reduce((most, { same }) => Math.max(most, same), 1);
  const [best, ...alike] = fits.filter(({ same }) => same === most);
  return best?.others === 0 && alike.length === 0 ? best.row : undefined;
}

/**
 * What a change made, where a read shows it.
 *
 * @param data What Proxmox VE answered to the change.
 */
export async function resultOutcome(
  context: ReadContext,
  operation: Operation,
  args: Args,
  data: unknown,
): Promise<Outcome> {
  const read = resultOf(operation, args, data);
  if (!read) return {};
  const answer = await context.request(read.operation, read.args);
  const row = found(answer.data, read.row);
  return row ? { object: maskSecrets(told(row), [read.operation]) as Row } : {};
}
