/**
 * Lets a caller stop waiting for a promise when a signal is aborted, while the work goes on.
 *
 * @module
 */

/**
 * Settles as the work does, or rejects with the signal's reason when that is aborted before. The
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
