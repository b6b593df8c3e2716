/**
 * Puts off what a transport costs until somebody asks for something.
 *
 * @module
 */
import type { Transport } from "./transport.ts";

/** A transport that is made for its first request. */
export function lazyTransport(make: () => Promise<Transport>): Transport {
  let made: Promise<Transport> | undefined;
  return {
    fetch: async (url, request) => await (await (made ??= make())).fetch(url, request),
    close: () => {
      made?.then((transport) => transport.close(), () => undefined);
    },
  };
}
