/**
 * Fingerprints of certificates: whatever notation a user copies them in, compared and shown in the
 * one that PVE uses.
 *
 * @module
 */

const PREFIX = /^sha-?256(?:\s+fingerprint)?\s*[:=\s]\s*/i;

/** Hexadecimal digits as PVE writes fingerprints: upper-case pairs separated by colons. */
export function colonPairs(digits: string): string {
  return digits.toUpperCase().replaceAll(/..(?=.)/g, "$&:");
}

/**
 * Reads one or several SHA-256 fingerprints, separated by commas: hexadecimal digits in either
 * case, with or without colons or spaces between the pairs, with or without a `SHA256:` in front,
 * as `openssl`, `pvenode` and browsers write them.
 *
 * @returns Upper-case pairs separated by colons, as PVE and Node write them.
 * @throws {TypeError} When a part is no SHA-256 fingerprint.
 */
export function parseFingerprints(text: string): string[] {
  return text.split(/[,;\n]/).map((part) => part.trim()).filter((part) => part !== "").map(
    parseFingerprint,
  );
}

function parseFingerprint(text: string): string {
  const digits = text.replace(PREFIX, "").replaceAll(/[\s:-]/g, "");
  if (/^[0-9A-Fa-f]{64}$/.test(digits)) return colonPairs(digits);
  const reason = /^[0-9A-Fa-f]{40}$/.test(digits)
    ? "this one has 40, as SHA-1 fingerprints do"
    : "such as AB:CD:…, as `pvenode cert info` shows it";
  throw new TypeError(`expected a SHA-256 fingerprint of 64 hexadecimal digits, ${reason}`);
}
