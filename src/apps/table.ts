/**
 * Tables whose rows follow a list: those of items that stay are kept, with their focus and what was
 * opened below them.
 *
 * @module
 */
import { type Child, fill, h } from "./dom.ts";

/** A column: its heading, and a class for its cells. */
export interface Column {
  readonly title: string;
  readonly className?: string;
  /** Its heading is read out and not shown. */
  readonly hidden?: boolean;
}

/** Shows something below a row, or nothing. */
export type Place = (below: HTMLElement | undefined) => void;

/** What a table shows of its items. */
export interface TableSpec<T> {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly keyOf: (item: T) => string;
  /** The cells of a row. */
  readonly draw: (item: T, place: Place) => readonly Child[];
  /** Where there is no room for columns, its cells stand below each other. */
  readonly stacks?: boolean;
  /** Whether an item that says the same is to be drawn anew. */
  readonly changes?: (item: T) => boolean;
}

function headOf(columns: readonly Column[]): HTMLElement {
  const heads = columns.map(({ title, className, hidden }) =>
    h(
      "th",
      { scope: "col", class: className },
      hidden ? h("span", { class: "hidden" }, title) : title,
    )
  );
  return h("thead", {}, h("tr", {}, ...heads));
}

/** A table in a box of its own, which scrolls where it is too narrow, also by the keyboard. */
export function boxed(caption: string, ...parts: readonly Child[]): HTMLElement {
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    h("table", {}, h("caption", { class: "hidden" }, caption), ...parts),
  );
}

/** One item: its row, and another one below it for what is opened there. */
class ItemRows<T> {
  readonly node = h("tbody");
  readonly #row = h("tr");
  readonly #below = h("tr", { class: "below", hidden: true });
  #shown = "";

  constructor(private readonly spec: TableSpec<T>, item: T) {
    this.node.append(this.#row, this.#below);
    this.update(item);
  }

  update(item: T): void {
    const shown = JSON.stringify(item);
    if (shown === this.#shown && !this.spec.changes?.(item)) return;
    this.#shown = shown;
    const buttons = (): HTMLElement[] => [...this.#row.querySelectorAll("button")];
    const focused = buttons().findIndex((button) => button === document.activeElement);
    const values = this.spec.draw(item, (below) => this.#place(below));
    const cells = this.spec.columns.map(({ className }, index) =>
      index === 0
        ? h("th", { scope: "row", class: className }, values[index])
        : h("td", { class: className }, values[index])
    );
    fill(this.#row, ...cells);
    buttons()[focused]?.focus();
  }

  #place(below: HTMLElement | undefined): void {
    this.#below.hidden = below === undefined;
    fill(this.#below, below && h("td", { colspan: this.spec.columns.length }, below));
  }
}

/** A table that follows a list. */
export class FollowingTable<T> {
  readonly node: HTMLElement;
  readonly #table: HTMLTableElement;
  readonly #rows = new Map<string, ItemRows<T>>();

  constructor(private readonly spec: TableSpec<T>) {
    this.node = boxed(spec.caption, headOf(spec.columns));
    this.node.classList.toggle("stacks", spec.stacks === true);
    this.#table = this.node.querySelector("table") as HTMLTableElement;
  }

  update(items: readonly T[]): void {
    const { keyOf } = this.spec;
    const keys = new Set(items.map(keyOf));
    for (const [key, { node }] of this.#rows) {
      if (keys.has(key)) continue;
      node.remove();
      this.#rows.delete(key);
    }
    for (const [index, item] of items.entries()) {
      const key = keyOf(item);
      let rows = this.#rows.get(key);
      if (rows) rows.update(item);
      else this.#rows.set(key, rows = new ItemRows(this.spec, item));
      const there = this.#table.tBodies[index];
      if (there !== rows.node) this.#table.insertBefore(rows.node, there ?? null);
    }
  }
}
