/**
 * What the report of the cluster's health found.
 *
 * @module
 */
import { type Answer, type Row, rowsOf, textIn } from "../answer.ts";
import { foreign, h } from "../dom.ts";
import { state, type Tone } from "../parts.ts";

const TONES: Readonly<Record<string, Tone>> = { now: "bad", soon: "warn", note: "idle" };

function item({ urgency, what, where, detail }: Row): HTMLElement {
  return h(
    "li",
    {},
    state(textIn(urgency), TONES[textIn(urgency)] ?? "idle"),
    h("span", { class: "what" }, foreign(what), " ", h("small", {}, foreign(where))),
    h("span", { class: "detail" }, foreign(detail)),
  );
}

/** The findings, gravest first; what is only a note is folded away. */
export function shownProblems(report: Answer): HTMLElement {
  const rows = rowsOf(report);
  const grave = rows.filter(({ urgency }) => urgency !== "note");
  const notes = rows.filter(({ urgency }) => urgency === "note");
  return h(
    "section",
    {},
    h("h2", {}, "To look at"),
    grave.length > 0
      ? h("ul", { class: "findings" }, ...grave.map(item))
      : h("p", { class: "muted" }, "Nothing."),
    notes.length > 0 && h(
      "details",
      {},
      h("summary", {}, notes.length === 1 ? "1 note" : `${notes.length} notes`),
      h("ul", { class: "findings" }, ...notes.map(item)),
    ),
  );
}

/** Why parts could not be read. */
export function failed(results: readonly PromiseSettledResult<unknown>[]): string[] {
  return results.flatMap((result) =>
    result.status === "rejected"
      ? [result.reason instanceof Error ? result.reason.message : String(result.reason)]
      : []
  );
}
