/**
 * Remembers which certificate of a host was trusted first, where nothing else says which one is
 * right.
 *
 * @module
 */

/** Fingerprints by `host:port`; the first one of each counts, and stays. */
export interface FirstUses {
  /** @throws {TransportError} When they cannot be read. */
  get(endpoint: string): string | undefined;
  /**
   * Remembers a fingerprint, unless there is one already.
   *
   * @returns The one that counts.
   * @throws {TransportError} When it cannot be remembered.
   */
  remember(endpoint: string, fingerprint: string): string;
}

/** Those of this run alone. */
export function firstUsesOfRun(): FirstUses {
  const fingerprints = new Map<string, string>();
  return {
    get: (endpoint) => fingerprints.get(endpoint),
    remember: (endpoint, fingerprint) => {
      const first = fingerprints.get(endpoint) ?? fingerprint;
      fingerprints.set(endpoint, first);
      return first;
    },
  };
}
