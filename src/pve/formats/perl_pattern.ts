/**
 * Perl regular expressions of the API facts, as JavaScript ones.
 *
 * @module
 */

const compiled = new Map<string, RegExp>();

/** What Perl's `\w` stands for in a class of a pattern with the flag `u`: PVE's texts are Unicode. */
export const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";
/** The same for `\d`. */
const DIGIT = "\\p{Nd}";

/** Classes by Perl's meaning, and none of the escapes that the flag `u` does not know. */
function unicode(pattern: string): string {
  let isInClass = false;
  return pattern.replaceAll(/\\[^]|[[\]]/g, (part) => {
    if (part === "[" || part === "]") isInClass = part === "[";
    if (part === "\\w" || part === "\\d") {
      const members = part === "\\w" ? WORD : DIGIT;
      return isInClass ? members : `[${members}]`;
    }
    if (/^\\[_!#'",:;<=>@`~ %&]$/.test(part)) return part.slice(1);
    return part === "\\-" && !isInClass ? "-" : part;
  });
}

/**
 * The pattern anchored at both ends as PVE anchors it: `^…$` around the text as it stands, so an
 * alternation at the top level is anchored at one end only.
 */
export function perlPattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const translated = pattern
    .replaceAll(/\(\?\^u?:/g, "(?:")
    .replaceAll("(?^i:", "(?i:")
    .replaceAll(/\{,(\d+)\}/g, "{0,$1}")
    // Of image references: a separator that may be empty takes exponential time to fail.
    .replaceAll("(?:[._]|__|[-]*)", "(?:[._]|__|-+)");
  const regExp = new RegExp(`^${unicode(translated)}$`, "u");
  compiled.set(pattern, regExp);
  return regExp;
}
