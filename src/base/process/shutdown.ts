/**
 * Tells when the process is asked to end, and gives open calls the reason why they are cancelled.
 *
 * @module
 */

/** Why a call was cancelled: the server is ending, or its client has gone away. */
export class ShutdownError extends Error {
  override readonly name = "ShutdownError";
}

/** Signals that ask a process to end; Windows has fewer. */
function shutdownSignals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/** Listens for requests to end the process, until it is disposed of. */
export interface ShutdownRequest extends Disposable {
  /** Resolves when the process is asked to end. */
  readonly requested: Promise<void>;
  /** Aborted at the second request, which means at once. */
  readonly forceSignal: AbortSignal;
}

/** Listens for signals that ask the process to end. */
export function listenForShutdown(): ShutdownRequest {
  const { promise: requested, resolve } = Promise.withResolvers<void>();
  const force = new AbortController();
  let count = 0;
  const onSignal = (): void => {
    count++;
    if (count > 1) force.abort();
    resolve();
  };
  const signals = shutdownSignals();
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  return {
    requested,
    forceSignal: force.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
    },
  };
}
