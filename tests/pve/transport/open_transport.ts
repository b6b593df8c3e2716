/**
 * Transports for tests against one server.
 *
 * @module
 */
import type { IssuedCertificate } from "../../../src/simulator/server/certificates.ts";
import { createTransport, type TlsOptions } from "../../../src/pve/transport/tls.ts";
import type { Transport, TransportRequest } from "../../../src/pve/transport/transport.ts";

/** A transport that accepts this certificate only, closed at the end of the test. */
export function openPinned(
  certificate: Pick<IssuedCertificate, "fingerprint">,
  more: Partial<TlsOptions> = {},
): Transport & Disposable {
  const transport = createTransport({
    sslMode: "verify",
    fingerprint: certificate.fingerprint,
    maxConnections: 8,
    ...more,
  });
  return { ...transport, [Symbol.dispose]: () => transport.close() };
}

/** A request that is never aborted; GET unless told otherwise. */
export function request(more: Partial<TransportRequest> = {}): TransportRequest {
  return { method: "GET", headers: {}, signal: new AbortController().signal, ...more };
}
