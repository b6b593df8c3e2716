/**
 * Waiting that can be given up, for work that goes on without the one who waits.
 *
 * @module
 */

/**
 * What the work comes to, or a rejection with the signal's reason when that is aborted before. The
 * work goes on either way.
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
