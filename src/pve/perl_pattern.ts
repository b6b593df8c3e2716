/**
 * Perl regular expressions of the API facts, as JavaScript ones.
 *
 * @module
 */

const compiled = new Map<string, RegExp>();

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
  const regExp = new RegExp(`^${translated}$`);
  compiled.set(pattern, regExp);
  return regExp;
}
