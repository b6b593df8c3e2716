/**
 * Does something when it is first needed, and never again. A dynamic `import()` belongs in it where
 * many may ask at once: Deno walks all files of the module anew for each that asks before it is
 * loaded, and does nothing else meanwhile.
 *
 * @module
 */

/** A function that does `work` at its first call, and answers all calls with what comes of it. */
export function once<T>(work: () => T): () => T {
  let result: T | undefined;
  return () => result ??= work();
}
