/**
 * The message of whatever was thrown.
 *
 * @module
 */

/** JavaScript's own words for a value that is of another kind than it was taken for. */
const OF_ANOTHER_KIND =
  /^Cannot (?:read properties|convert|destructure|use 'in')|\bis not (?:a function|iterable|an Object)|call stack|^Invalid (?:time value|array length|string length)/;

/**
 * True for an error that comes of an answer of another form than Proxmox VE's API has. JavaScript's
 * words for it say nothing to who reads them; all other errors have words of ours.
 */
export function isMalformedAnswer(thrown: unknown): thrown is Error {
  return (thrown instanceof TypeError || thrown instanceof RangeError) &&
    OF_ANOTHER_KIND.test(thrown.message);
}

/** The message of an error, or anything else that was thrown as text. */
export function errorMessage(thrown: unknown): string {
  if (isMalformedAnswer(thrown)) {
    return "Proxmox VE answered something of another form than its API has";
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
