/**
 * Parts that several views have: states, meters, notices.
 *
 * @module
 */
import { type Child, fill, foreign, h } from "./dom.ts";
import { percent } from "./format.ts";

/** How grave something is; colours follow it, and a word always stands beside them. */
export type Tone = "good" | "warn" | "bad" | "idle" | "busy";

/** A state in a word, with a dot of its tone. */
export function state(word: string, tone: Tone): HTMLElement {
  return h("span", { class: `state ${tone}` }, foreign(word));
}

/** The tone of how full something is. */
export function fullness(fraction: number): Tone {
  return fraction >= 0.9 ? "bad" : fraction >= 0.75 ? "warn" : "good";
}

/** What stands where there is nothing to tell. */
export function none(): HTMLElement {
  return h("span", { class: "muted none" }, "–");
}

/** A bar for a fraction with its number beside it; a dash where nothing is known. */
export function meter(fraction: number | undefined, label: string, detail?: string): HTMLElement {
  if (fraction === undefined) return none();
  const filled = h("i", {});
  filled.style.width = `${Math.min(100, Math.max(0, fraction * 100))}%`;
  return h(
    "span",
    { class: `meter ${fullness(fraction)}`, title: detail },
    h("span", { class: "name hidden" }, `${label} `),
    h("span", { class: "bar", "aria-hidden": "true" }, filled),
    h("span", { class: "value" }, percent(fraction)),
  );
}

/** A box that stays empty until there is something to say in it. */
export class Notice {
  readonly node = h("div", { class: "notice", hidden: true });

  show(tone: Tone, ...children: readonly Child[]): void {
    this.node.className = `notice ${tone}`;
    this.node.hidden = false;
    fill(this.node, ...children);
  }

  clear(): void {
    this.node.hidden = true;
    fill(this.node);
  }
}
