/**
 * Why a list may be empty: Proxmox VE leaves out what the token may not see, and does not say so.
 *
 * @module
 */
import { time } from "../../base/text/units.ts";
import { pathParams } from "../../pve/api.ts";
import type { PermissionMap } from "../../pve/coverage.ts";
import { type HiddenRows, hiddenRows, sightOf } from "../../pve/hidden_rows.ts";
import type { ListData } from "../../tool/answer.ts";
import type { Args } from "../../pve/encode.ts";
import type { AnswerOptions } from "../../tool/context.ts";
import type { Action } from "../../tool/define.ts";
import { spanOf } from "../../tool/loose_types.ts";
import { allFacts, allOperations, contentOf } from "../../tool/operation.ts";
import { cannotSee, takesText } from "./cannot_see.ts";

/** The call that a list answers. */
interface ListCall {
  readonly action: Action;
  readonly args: Args;
  readonly options: AnswerOptions;
}

/** A value as a caller may give it: times as a person reads them. */
function shown(name: string, value: unknown): string {
  return typeof value === "number" && spanOf(name, { type: "integer" }) !== undefined
    ? `"${time(value)}"`
    : String(value);
}

/** The arguments that chose among the rows: neither in the path nor sent whatever the caller says. */
function narrowingText({ action, args, options }: ListCall): string {
  const inPath = allFacts(action).flatMap((fact) => pathParams(fact.path));
  const { defaults = {}, fixed = {} } = action;
  const chosen = Object.entries(args).filter(([name, value]) =>
    !inPath.includes(name) && value !== defaults[name] && value !== fixed[name]
  );
  return [
    ...chosen.map(([name, value]) => `${name}=${shown(name, value)}`),
    ...(options.filter === undefined ? [] : [`filter="${options.filter}"`]),
  ].join(" ");
}

/** `There is none with vmid=100` */
export function noneText(call: ListCall): string {
  const by = narrowingText(call);
  return `There is none${by === "" ? "" : ` with ${by}`}`;
}

/** What the operation of a list may leave out. */
function hiddenFrom({ action, args }: Pick<ListCall, "action" | "args">): readonly HiddenRows[] {
  return allOperations(action).map((each) => hiddenRows(each, args.content ?? contentOf(action)))
    .find((each) => each.length > 0) ?? [];
}

/** True when there is nothing to list at all, and privileges may be the reason. */
export function mayHide(list: ListData, call: Pick<ListCall, "action" | "args">): boolean {
  const { rows, total, unfiltered = 0 } = list;
  return rows.length + total + unfiltered === 0 && hiddenFrom(call).length > 0;
}

/**
 * What may be the reason that a page of a list has no rows; nothing when it has some.
 *
 * @param permissions What the token may do, where that is known.
 * @throws {ToolError} When the token sees none of what is listed: nobody can say that there is none.
 */
export function emptyListHints(
  list: ListData,
  call: ListCall,
  permissions?: PermissionMap,
): string[] {
  const { options, args } = call;
  if (list.rows.length > 0) return [];
  if (list.total > 0) {
    // What Proxmox VE pages itself has its own name for it.
    const offset = options.offset ?? args.start ?? 0;
    return [`offset=${offset} is behind the last of ${list.total} rows`];
  }
  const { unfiltered = 0 } = list;
  const by = narrowingText(call);
  if (unfiltered > 0 && by !== "") {
    const rows = unfiltered === 1
      ? "The one row does not fit"
      : `None of the ${unfiltered} rows fits`;
    return [`${rows} ${by}`, ...(list.hint === undefined ? [] : [list.hint])];
  }
  const reaches = hiddenFrom(call).map((rows) =>
    [rows, permissions ? sightOf(rows, permissions, args).reach : "some"] as const
  );
  const hidden = reaches.filter(([, reach]) => reach !== "all").map(([rows]) => rows);
  const isBlind = hidden.length > 0 &&
    reaches.every(([{ isPart }, reach]) => reach === "none" && !isPart);
  if (isBlind) throw cannotSee(hidden, args);
  const none = noneText(call);
  if (hidden.length > 0) {
    return [`${none}, or the token may not see it: that takes ${takesText(hidden, args)}`];
  }
  return by === "" ? [] : [none];
}
