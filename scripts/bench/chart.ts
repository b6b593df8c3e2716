/**
 * Draws how times grow: both axes are logarithmic and count from each curve's first point, so that
 * curves of different things lie side by side, and what is linear lies on one diagonal.
 *
 * @module
 */

/** What was measured at one size. */
export interface Point {
  readonly size: number;
  /** Milliseconds. */
  readonly time: number;
}

/** How the time of something grows. */
export interface Curve {
  readonly what: string;
  readonly points: readonly Point[];
}

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 64;
const TOP = 16;
const RIGHT = 32;
const BOTTOM = 44;
/** Seen on white and on black, and told apart by those who see few colours, too. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];
const DASHES = ["", "7 3", "2 3", "10 3 2 3"];

/** The slope of the straight line through the points, both axes logarithmic: 1 is linear. */
export function exponentOf(points: readonly Point[]): number {
  const logs = points.map(({ size, time }) => [Math.log(size), Math.log(time)] as const);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(logs.map(([each]) => each)), mean(logs.map(([, each]) => each))];
  const products = logs.map(([one, other]) => (one - x) * (other - y));
  const squares = logs.map(([one]) => (one - x) ** 2);
  return mean(products) / mean(squares);
}

/** Powers of ten up to a number. */
function decades(most: number): number[] {
  return Array.from({ length: Math.ceil(Math.log10(most)) + 1 }, (_, power) => 10 ** power);
}

/** The chart as SVG. */
export function chart(curves: readonly Curve[]): string {
  const growth = curves.map(({ points }) => {
    const [first = { size: 1, time: 1 }] = points;
    return points.map(({ size, time }) => [size / first.size, time / first.time] as const);
  });
  const sizes = decades(Math.max(...growth.flat().map(([size]) => size)));
  const times = decades(Math.max(...growth.flat().map(([, time]) => time), 10));
  const span = (values: readonly number[]): number => Math.log10(values.at(-1) ?? 1);
  const x = (size: number): string =>
    (LEFT + Math.log10(size) / span(sizes) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (time: number): string =>
    (HEIGHT - BOTTOM - Math.log10(Math.max(time, 1)) / span(times) * (HEIGHT - TOP - BOTTOM))
      .toFixed(1);
  const most = Math.min(sizes.at(-1) ?? 1, times.at(-1) ?? 1);
  const grid = [
    ...sizes.map((size) =>
      `<path d="M${x(size)} ${y(1)}V${TOP}"/><text x="${x(size)}" y="${
        HEIGHT - BOTTOM + 18
      }" text-anchor="middle">${size.toLocaleString("en")} ×</text>`
    ),
    ...times.map((time) =>
      `<path d="M${LEFT} ${y(time)}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${
        Number(y(time)) + 4
      }" text-anchor="end">${time.toLocaleString("en")} ×</text>`
    ),
  ];
  const lines = growth.flatMap((points, index) => {
    const style = `style="stroke:${COLOURS[index]}" stroke-dasharray="${DASHES[index]}"`;
    const path = points.map(([size, time]) => `${x(size)} ${y(time)}`).join("L");
    const row = TOP + 22 + index * 20;
    return [
      `<path class="curve" ${style} d="M${path}"/>`,
      `<path class="curve" ${style} d="M${LEFT + 14} ${row - 4}h36"/>`,
      `<text x="${LEFT + 58}" y="${row}">${curves[index]?.what}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    "<title>How times grow with sizes</title>",
    "<style>path{fill:none;stroke:#888;stroke-opacity:.35}.curve{stroke-width:2.5;stroke-opacity:1}" +
    ".linear{stroke-opacity:.9}text{font:13px sans-serif;fill:#888}</style>",
    ...grid,
    `<path class="linear" d="M${x(1)} ${y(1)}L${x(most)} ${y(most)}"/>`,
    ...lines,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 6}" text-anchor="middle">` +
    "how many times as much, against how many times as long; the thin diagonal is linear</text>",
    "</svg>",
    "",
  ].join("\n");
}
