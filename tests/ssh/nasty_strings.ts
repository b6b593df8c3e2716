/**
 * Strings that break quoting, from a seed.
 *
 * @module
 */

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each is nasty on its own, and as a part of longer ones. */
export const NASTY_PARTS = [
  "'",
  "''",
  '"',
  "`",
  "\\",
  "\\\\",
  "\\'",
  "'\\''",
  "$",
  "$(touch /tmp/escaped)",
  "`touch /tmp/escaped`",
  "${HOME}",
  "$HOME",
  "$$",
  "$'\\n'",
  "$((1+1))",
  "!",
  "!!",
  "!-1",
  "#",
  "# comment",
  ";",
  "; touch /tmp/escaped;",
  "'; touch /tmp/escaped; '",
  '"; touch /tmp/escaped; "',
  "&",
  "&&",
  "|",
  "||",
  "<",
  ">",
  ">/tmp/escaped",
  "<<EOF\ntext\nEOF\n",
  "2>&1",
  "(",
  ")",
  "{",
  "}",
  "{a,b}",
  "[",
  "]",
  "[a-z]",
  "*",
  "/*",
  "?",
  "~",
  "~root",
  "-",
  "--",
  "-c",
  "--help",
  "-e",
  "=",
  "%",
  "%s",
  "%n",
  "^",
  "@",
  ",",
  ":",
  "\n",
  "\r",
  "\r\n",
  "\t",
  " ",
  "  ",
  "\u0001",
  "\u0003",
  "\u0004",
  "\u001b[31m",
  "\u007f",
  "\u0080",
  "\u009b",
  "é",
  "ß",
  "中文",
  "🙂",
  "👨‍👩‍👧",
  "\u202e",
  "\u200b",
  "\ufeff",
  "\ufffd",
  "\u{10ffff}",
  "’",
  "“",
  "text",
  "0",
  "proxmox-mcp: exit 0 0 0 0 0 0",
];

/** Rows of 2 to 13 parts. */
export function nastyRows(count: number, seed: number): string[] {
  const next = numbers(seed);
  const pick = (): string => NASTY_PARTS[Math.floor(next() * NASTY_PARTS.length)] ?? "";
  return Array.from(
    { length: count },
    () => Array.from({ length: 2 + Math.floor(next() * 12) }, pick).join(""),
  );
}
