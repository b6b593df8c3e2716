/**
 * Draws panels as SVG.
 *
 * @module
 */
import type { Line, Panel } from "./panels.ts";
import { timeMarks, valueMarks } from "./axis.ts";

/** Of one panel, its margins included; in pixels. */
const WIDTH = 440;
const HEIGHT = 190;
const LEFT = 74;
const RIGHT = 14;
const TOP = 34;
const BOTTOM = 26;
const HEADING = 34;
const PLOT = { width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };
/** Characters of a heading: names can be long. */
const MAX_HEADING = 90;
/** Told apart by those who do not tell red from green. */
const COLORS = ["#1f6feb", "#c2570c", "#6d28d9"];
const INK = "#1f2328";
const FAINT = "#59636e";
const GRID = "#d9dee3";

/** Text as XML; characters that the font does not have, which would be boxes, as dots. */
function xmlText(text: string): string {
  return text.replace(/[^ -~–—…°×]/gu, "·").replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly fill?: string;
  readonly size?: number;
}

function label(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { anchor = "start", fill = FAINT, size = 11 } = style;
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}">${
    xmlText(text)
  }</text>`;
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${GRID}" stroke-width="1"/>`;
}

/** Where values and moments of a panel lie. */
interface Scale {
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
}

/** The stretches of a line between its gaps, as points. */
function stretches({ values }: Line, times: readonly number[], { x, y }: Scale): string[][] {
  const all: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) all.push([]);
    else all.at(-1)!.push(`${x(times[index]!).toFixed(1)} ${y(value).toFixed(1)}`);
  });
  return all.filter((points) => points.length > 0);
}

/** A line; a single point between gaps is a dot. */
function curve(line: Line, times: readonly number[], scale: Scale, color: string): string {
  const path = stretches(line, times, scale).map((points) =>
    `M${points[0]}${points.length === 1 ? "h.1" : `L${points.slice(1).join("L")}`}`
  ).join("");
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="1.75" ` +
    'stroke-linejoin="round" stroke-linecap="round"/>';
}

function lastOf({ values }: Line): number {
  return values.findLast((value) => value !== null) ?? 0;
}

/** The panel's name, and after it each line's with its newest value, in its colour. */
function legend({ title, lines, format, limit }: Panel): string {
  const spans = lines.map((line, index) => {
    const last = format(lastOf(line));
    return `<tspan dx="12" fill="${COLORS[index]}">${xmlText(`${line.field} ${last}`)}</tspan>`;
  });
  const most = limit === undefined ? "" : `<tspan dx="6">of ${xmlText(format(limit))}</tspan>`;
  return `<text x="${LEFT}" y="20" font-size="12" fill="${FAINT}">` +
    `<tspan fill="${INK}" font-size="13">${xmlText(title)}</tspan>${spans.join("")}${most}</text>`;
}

function panelSvg(panel: Panel): string {
  const { lines, times, limit, base, format } = panel;
  const from = times[0] ?? 0;
  const to = Math.max(times.at(-1) ?? 0, from + 1);
  const most = lines.flatMap(({ values }) => values)
    .reduce<number>((greatest, value) => Math.max(greatest, value ?? 0), limit ?? 0);
  const marks = valueMarks(most, base);
  const top = limit === undefined ? marks.at(-1)! : most;
  const scale: Scale = {
    x: (time) => LEFT + (time - from) / (to - from) * PLOT.width,
    y: (value) => TOP + PLOT.height * (1 - Math.max(0, value) / top),
  };
  return [
    legend(panel),
    ...marks.filter((mark) => mark <= top).flatMap((mark) => {
      const y = Math.round(scale.y(mark)) + 0.5;
      return [
        rule(LEFT, y, WIDTH - RIGHT, y),
        label(LEFT - 7, y + 3.5, format(mark), { anchor: "end" }),
      ];
    }),
    ...timeMarks(from, to).flatMap(({ value, label: text }) => {
      const x = Math.round(scale.x(value)) + 0.5;
      return [
        rule(x, TOP + PLOT.height, x, TOP + PLOT.height + 4),
        label(x, HEIGHT - 8, text, { anchor: "middle" }),
      ];
    }),
    ...lines.map((line, index) => curve(line, times, scale, COLORS[index]!)),
  ].join("");
}

/** The panels below and beside each other, under a heading. */
export function svgOf(panels: readonly Panel[], heading: string): string {
  const columns = Math.min(panels.length, 2);
  const width = Math.max(columns, 1) * WIDTH;
  const height = HEADING + Math.ceil(panels.length / 2) * HEIGHT;
  const placed = panels.map((panel, index) => {
    const [x, y] = [index % 2 * WIDTH, HEADING + Math.floor(index / 2) * HEIGHT];
    return `<g transform="translate(${x} ${y})">${panelSvg(panel)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `font-family="Inter"><rect width="100%" height="100%" fill="#fff"/>` +
    label(16, 24, heading.slice(0, columns * MAX_HEADING / 2), { fill: INK, size: 15 }) +
    placed.join("") + "</svg>";
}
