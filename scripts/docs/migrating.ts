/**
 * What becomes of names and values that people bring along from elsewhere, for docs/migrating.md.
 *
 * @module
 */
import { type Meaning, MEANINGS } from "../../src/tool/compatibility_table.ts";
import { table } from "../markdown.ts";

function literal(words: string): string {
  return `\`${words}\``;
}

function meaningText(meaning: Meaning): string {
  if ("as" in meaning) return `is ${literal(meaning.as)} of Proxmox VE`;
  return "unused" in meaning ? `is not sent: ${meaning.unused}` : `is refused: ${meaning.refused}`;
}

/** The table of compatibility, names of one meaning in one row. */
export function meaningsTable(): string {
  const rows = Object.entries(MEANINGS).flatMap(([tool, byActions]) =>
    Object.entries(byActions).flatMap(([actions, meanings]) => {
      const where = actions === "default" ? "" : ` ${actions.replaceAll(" ", ", ")}`;
      const names = Map.groupBy(
        Object.entries(meanings),
        ([, meaning]) => meaningText(meaning),
      );
      return [...names].map(([text, entries]) => [
        literal(tool) + where,
        entries.map(([name]) => literal(name)).join(", "),
        text,
      ]);
    })
  );
  return table(["Tool and actions", "Name or value", "What becomes of it"], rows);
}
