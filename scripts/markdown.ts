/**
 * Markdown as the formatter leaves it, so that generated pages pass its check.
 *
 * @module
 */

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").trim();
}

/** A table, its columns padded to the same width. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(cell));
  const widths = header.map((_, index) =>
    Math.max(3, ...cells.map((row) => [...row[index] ?? ""].length))
  );
  const line = (row: readonly string[], fill = " "): string =>
    `| ${widths.map((width, index) => (row[index] ?? "").padEnd(width, fill)).join(" | ")} |`;
  const [first = [], ...rest] = cells;
  return [line(first), line([], "-"), ...rest.map((row) => line(row))].join("\n");
}
