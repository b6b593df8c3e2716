/**
 * Finds the known names nearest to a misspelt one, for "Did you mean".
 *
 * @module
 */

/** Edits (insert, delete, replace, swap of neighbours) between two words, ignoring case. */
function editDistance(first: string, second: string): number {
  const a = first.toLowerCase();
  const b = second.toLowerCase();
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replace);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** Longer names are no typing errors, and take long to compare. */
const MAX_CHARACTERS = 100;

/** Up to `max` known names near to `name`, nearest first; empty when nothing is near. */
export function nearest(name: string, known: Iterable<string>, max = 1): string[] {
  if (name.length > MAX_CHARACTERS) return [];
  const maxDistance = Math.max(1, Math.floor(name.length / 3));
  const wanted = name.toLowerCase();
  const scored: { each: string; distance: number }[] = [];
  for (const each of known) {
    if (each.length > MAX_CHARACTERS) continue;
    const lower = each.toLowerCase();
    const contained = wanted.length > 2 && (lower.includes(wanted) || wanted.includes(lower));
    const distance = contained
      ? 0.5 + Math.abs(each.length - name.length) / 1000
      : editDistance(name, each);
    if (distance <= maxDistance) scored.push({ each, distance });
  }
  scored.sort((one, other) => one.distance - other.distance || (one.each < other.each ? -1 : 1));
  return scored.slice(0, max).map(({ each }) => each);
}

/** ` Did you mean "…" or "…"?`, or nothing when there are no names. */
export function suggestionText(names: readonly string[]): string {
  return names.length === 0
    ? ""
    : ` Did you mean ${names.map((each) => `"${each}"`).join(" or ")}?`;
}

/** ` Did you mean "…"?` for the nearest known name, or for up to `max` of them; or nothing. */
export function didYouMean(name: string, known: Iterable<string>, max = 1): string {
  return suggestionText(nearest(name, known, max));
}
