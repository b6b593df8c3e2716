/** Reads one YAML document. */
export function parse(text: string): unknown;
