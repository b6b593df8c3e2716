/**
 * The answer to a question about the cluster that has no view of its own: what it found, as a table.
 *
 * @module
 */
import { type Answer, forPeople, rowsOf, textIn } from "../answer.ts";
import { fill, foreign, h } from "../dom.ts";
import { bytes, percent, span } from "../format.ts";
import type { Args } from "../host.ts";
import { FollowingTable } from "../table.ts";
import type { OpenView, Page } from "../view.ts";

/** A report reads much: it is read anew when somebody asks. */
const EVERY = 600;

const UNITS: Readonly<Record<string, (value: number) => string>> = {
  B: bytes,
  fraction: percent,
  s: span,
};

function cellOf(value: unknown, unit: string | undefined): HTMLElement {
  const write = unit === undefined ? undefined : UNITS[unit];
  return foreign(typeof value === "number" && write ? write(value) : textIn(value));
}

function shown(answer: Answer): HTMLElement[] {
  const { summary = "", columns = [], units = {}, data = {}, texts = {} } = answer;
  const table = new FollowingTable<readonly [number, readonly unknown[]]>({
    caption: summary,
    columns: columns.map((name) => ({
      title: name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " "),
      ...(units[name] === undefined ? {} : { className: "number" }),
    })),
    keyOf: ([index]) => String(index),
    draw: ([, row]) => row.map((value, index) => cellOf(value, units[columns[index] ?? ""])),
  });
  const rows = rowsOf(answer).length > 0 ? answer.rows ?? [] : [];
  table.update(rows.map((row, index) => [index, row] as const));
  const facts = Object.entries(data).flatMap((
    [name, value],
  ) => [
    h("dt", {}, foreign(name)),
    h("dd", {}, foreign(typeof value === "object" ? JSON.stringify(value) : value)),
  ]);
  return [
    h("h2", {}, foreign(summary)),
    ...(facts.length > 0 ? [h("dl", { class: "facts" }, ...facts)] : []),
    ...(rows.length > 0 ? [table.node] : []),
    ...Object.values(texts).map((text) => h("pre", { class: "log", tabindex: 0 }, text)),
    h(
      "ul",
      { class: "plan" },
      ...forPeople(answer.notes).map((note) => h("li", {}, foreign(note))),
    ),
  ];
}

export function openReport(root: HTMLElement, page: Page, args: Args): OpenView {
  const section = h("section");
  fill(root, section);
  return {
    every: () => EVERY,
    refresh: async () => {
      fill(section, ...shown(await page.host.callOnce("proxmox_report", args)));
    },
  };
}
