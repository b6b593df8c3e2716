/**
 * One chart: curves over a common time, a table below that says what they are, and follows the
 * pointer or the arrow keys.
 *
 * @module
 */
import uPlot from "uplot";
import { fill, foreign, h } from "./dom.ts";
import { axisTimes, bytes, moment, percent, rate } from "./format.ts";
import { type ChartSpec, type Curve, summaryOf, type Unit } from "./series.ts";
import { boxed } from "./table.ts";

const HEIGHT = 160;
/** The charts of a page zoom and point together. */
const SYNC = uPlot.sync("load");
/** Part of what is shown that a key zooms in by. */
const ZOOM = 0.25;

/** A moment that is shown, from and to, in seconds. */
export type Range = readonly [from: number, to: number];

function told(unit: Unit, value: number): string {
  return unit === "fraction" ? percent(value) : rate(value);
}

/** The colour of a class, as a canvas takes it. */
function colorOf(name: string, within: HTMLElement): string {
  const probe = h("i", { class: name, hidden: true });
  within.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Where one chart is told what all of them show. */
export interface ChartEvents {
  onRange(range: Range | undefined): void;
}

/** One chart. */
export class Chart {
  readonly node: HTMLElement;
  readonly #plot: HTMLElement;
  readonly #body = h("tbody");
  readonly #when = h("span", { class: "muted when" });
  readonly #pointed = h("th", { scope: "col", class: "number" });
  readonly #sizes: ResizeObserver;
  #uplot: uPlot | undefined;
  #curves: readonly Curve[] = [];
  #data: uPlot.AlignedData = [[]];
  #range: Range = [0, 1];
  #shape = "";

  constructor(private readonly spec: ChartSpec, private readonly events: ChartEvents) {
    this.#plot = h("div", {
      class: "plot",
      tabindex: 0,
      role: "group",
      "aria-label":
        `${spec.title} over time. Left and right move through it, plus zooms in, minus and Escape out. The table below has the values.`,
      onkeydown: (event: KeyboardEvent) => this.#onKey(event),
    });
    const heads = [
      h("th", { scope: "col" }, h("span", { class: "hidden" }, "Curve")),
      this.#pointed,
      ...["Least", "Mean", "Most"].map((name) => h("th", { scope: "col", class: "number" }, name)),
    ];
    this.node = h(
      "section",
      { class: "chart" },
      h("div", { class: "headed" }, h("h2", {}, spec.title), this.#when),
      this.#plot,
      boxed(`${spec.title}, values`, h("thead", {}, h("tr", {}, ...heads)), this.#body),
    );
    this.#sizes = new ResizeObserver(() => this.#resize());
    this.#sizes.observe(this.#plot);
  }

  /** Draws other measurements, or another part of the time. */
  update(curves: readonly Curve[], range: Range): void {
    this.#curves = curves;
    this.#range = range;
    this.#data = uPlot.join(
      curves.map(({ times, values }) => [[...times], [...values]] as uPlot.AlignedData),
    );
    const shape = JSON.stringify(curves.map(({ label, index }) => [label, index]));
    if (this.#uplot && shape === this.#shape) this.#uplot.setData(this.#data, false);
    else this.#make();
    this.#shape = shape;
    this.#uplot?.setScale("x", { min: range[0], max: range[1] });
    this.#tell();
  }

  /** Draws it anew: colours, language or zone have changed. */
  redraw(): void {
    if (this.#curves.length === 0) return;
    this.#make();
    this.#uplot?.setScale("x", { min: this.#range[0], max: this.#range[1] });
    this.#tell();
  }

  close(): void {
    this.#sizes.disconnect();
    this.#uplot?.destroy();
  }

  #resize(): void {
    const { clientWidth } = this.#plot;
    if (clientWidth > 0) this.#uplot?.setSize({ width: clientWidth, height: HEIGHT });
  }

  #make(): void {
    this.#uplot?.destroy();
    const { unit } = this.spec;
    const ink = colorOf("ink", this.#plot);
    const axis = {
      stroke: ink,
      font: "11px system-ui, sans-serif",
      grid: { stroke: colorOf("grid", this.#plot), width: 1 },
      ticks: { show: false },
    };
    const options: uPlot.Options = {
      width: this.#plot.clientWidth || 300,
      height: HEIGHT,
      legend: { show: false },
      padding: [10, 12, 0, 0],
      cursor: {
        sync: { key: SYNC.key, scales: ["x", null] },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        focus: { prox: -1 },
      },
      scales: {
        x: { time: true },
        y: { range: (_, _low, high) => [0, topOf(unit, high ?? 0)] },
      },
      axes: [{
        ...axis,
        size: 38,
        space: 70,
        values: (_, splits, _axis, _space, step) => axisTimes(splits, step),
      }, {
        ...axis,
        size: 66,
        ...(unit === "rate" ? { splits: (_, _axis, low, high) => binarySplits(low, high) } : {}),
        values: (_, splits) => splits.map((value) => told(unit, value)),
      }],
      series: [
        {},
        ...this.#curves.map(({ label, index, dashed }): uPlot.Series => ({
          label,
          stroke: colorOf(`curve${index}`, this.#plot),
          width: 1.75,
          ...(dashed ? { dash: [5, 4] } : {}),
          spanGaps: false,
          points: { show: false },
        })),
      ],
      hooks: {
        setCursor: [() => this.#tell()],
        setSelect: [(plot) => this.#onSelect(plot)],
      },
    };
    this.#uplot = new uPlot(options, this.#data, this.#plot);
    // What a double click does by itself is to fit the data, of this chart alone.
    this.#uplot.over.addEventListener("dblclick", () => this.events.onRange(undefined));
  }

  #onSelect(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 4) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.events.onRange([plot.posToVal(left, "x"), plot.posToVal(left + width, "x")]);
  }

  #onKey(event: KeyboardEvent): void {
    const plot = this.#uplot;
    if (!plot) return;
    const [from, to] = this.#range;
    const zoomed = (part: number): Range => [from + (to - from) * part, to - (to - from) * part];
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#step(plot, -1),
      ArrowRight: () => this.#step(plot, 1),
      "+": () => this.events.onRange(zoomed(ZOOM)),
      "-": () => this.events.onRange(undefined),
      Escape: () => this.events.onRange(undefined),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  #step(plot: uPlot, by: number): void {
    const times = plot.data[0];
    const [from, to] = this.#range;
    const first = times.findIndex((time) => time >= from);
    const last = times.findLastIndex((time) => time <= to);
    const now = plot.cursor.idx ?? (by > 0 ? first - 1 : last + 1);
    const next = Math.min(last, Math.max(first, now + by));
    plot.setCursor({ left: plot.valToPos(times[next] ?? 0, "x"), top: HEIGHT / 4 });
  }

  /** The table: what is at the pointer, or was last, and what was over the time that is shown. */
  #tell(): void {
    const at = this.#uplot?.cursor.idx;
    const time = at === undefined || at === null ? undefined : this.#data[0][at];
    fill(this.#when, time === undefined ? "" : moment(new Date(time * 1000)));
    fill(this.#pointed, time === undefined ? "Last" : "Then");
    fill(this.#body, ...this.#curves.map((curve) => this.#row(curve, time)));
  }

  #row(curve: Curve, time: number | undefined): HTMLElement {
    const { unit } = this.spec;
    const { label, index, dashed, times, values, wholes } = curve;
    const place = time === undefined
      ? values.findLastIndex((each) => each !== null)
      : times.indexOf(time);
    const value = values[place];
    const whole = wholes?.[place];
    const summary = summaryOf(curve, this.#range);
    const shown = value === undefined || value === null ? "–" : told(unit, value);
    const amount = whole && typeof value === "number" ? `${bytes(value * whole)}, ` : "";
    const numbers = summary
      ? [summary.min, summary.avg, summary.max].map((each) => told(unit, each))
      : ["–", "–", "–"];
    return h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        h("i", { class: `swatch curve${index} ${dashed ? "dashed" : ""}` }),
        foreign(label),
      ),
      ...[amount + shown, ...numbers].map((text) => h("td", { class: "number" }, text)),
    );
  }
}

/** The top of an axis: no less than what makes small noise look small. */
function topOf(unit: Unit, high: number): number {
  if (unit === "rate") return Math.max(1024, high * 1.1);
  return high > 0.5 ? Math.max(1, high) : Math.max(0.05, high * 1.2);
}

/** Lines at round numbers of bytes. */
function binarySplits(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 1024 ** Math.floor(Math.log2(Math.max(1, rough)) / 10);
  const factor = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1024].find((each) => each * power >= rough) ??
    1024;
  const step = factor * power;
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, index) => index * step);
}
