/**
 * The YAML in front of a document.
 *
 * @module
 */
import { parse } from "../yaml.ts";

/** A document in two parts. */
export interface Fronted {
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Splits a document at its frontmatter, which must be there and be a YAML mapping. */
export function frontmatterOf(text: string, path: string): Fronted {
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  if (!match) throw new TypeError(`Cannot find the frontmatter of ${path}`);
  const [, yaml = "", body = ""] = match;
  const data = parse(yaml);
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new TypeError(`Cannot read the frontmatter of ${path} as a mapping`);
  }
  return { data: data as Record<string, unknown>, body };
}
