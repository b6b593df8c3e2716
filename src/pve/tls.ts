/**
 * The transport to a real cluster: HTTPS with the certificate checked as PROXMOX_SSL_MODE says.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import { log } from "../log.ts";
import { parseFingerprints } from "./fingerprint.ts";
import { loadHttpsTransport } from "./https_transport.ts";
import type { Transport } from "./transport.ts";
import type { SslMode } from "./trust.ts";

/** How to reach a cluster. */
export interface TlsOptions {
  /**
   * `strict`: full verification. `verify`: the pinned certificate; without a pin one that
   * verifies, or the first one seen of a host. `insecure`: any.
   */
  readonly sslMode: SslMode;
  /** PEM: trusted in place of the system's roots. */
  readonly caCert?: string;
  /** SHA-256 in any usual notation; several are separated by commas. */
  readonly fingerprint?: string;
  /** Most connections at once to one host. */
  readonly maxConnections: number;
  readonly clock?: Clock;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Makes a transport. Nothing is loaded or connected before the first request.
 *
 * @throws {TypeError} When `caCert` holds no certificate, or `fingerprint` is none.
 */
export function createTransport(options: TlsOptions): Transport {
  const { sslMode, caCert, maxConnections, clock = systemClock } = options;
  const pins = parseFingerprints(options.fingerprint ?? "");
  const authorities = caCert === undefined ? [] : caCert.match(PEM_CERTIFICATE) ?? [];
  if (caCert !== undefined && authorities.length === 0) {
    throw new TypeError(
      'Cannot use PROXMOX_SSL_CA_CERT: expected PEM with "-----BEGIN CERTIFICATE-----", found none',
    );
  }
  if (sslMode === "insecure") {
    log("tls").warn(
      "PROXMOX_SSL_MODE=insecure: whoever is between this machine and the cluster can read the token and change every request. Set PROXMOX_SSL_MODE=verify",
    );
  }
  let loaded: Promise<Transport> | undefined;
  const load = (): Promise<Transport> =>
    loaded ??= loadHttpsTransport({ sslMode, authorities, pins, maxConnections, clock });
  return {
    fetch: async (url, request) => await (await load()).fetch(url, request),
    close: () => void loaded?.then((transport) => transport.close()),
  };
}
