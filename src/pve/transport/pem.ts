/**
 * Splits a text with certificates in PEM into its certificates.
 *
 * @module
 */

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, each as PEM.
 *
 * @throws {TypeError} When there is none.
 */
export function splitPem(text: string): readonly string[] {
  const found = text.match(CERTIFICATE);
  if (found) return found;
  throw new TypeError('expected PEM with "-----BEGIN CERTIFICATE-----", found none');
}
