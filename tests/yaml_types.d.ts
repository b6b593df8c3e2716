/** Reads one YAML document. */
export function parse(text: string): unknown;
/** Reads all documents of a file. */
export function parseAll(text: string): unknown;
