/**
 * The transport to a real cluster: HTTPS with the certificate checked as PROXMOX_SSL_MODE says.
 *
 * @module
 */
import { type Clock, systemClock } from "../../base/async/clock.ts";
import { defined } from "../../base/defined.ts";
import { log } from "../../base/process/log.ts";
import { parseFingerprints } from "./fingerprint.ts";
import { lazyTransport } from "./lazy_transport.ts";
import { splitPem } from "./pem.ts";
import type { Transport } from "./transport.ts";
import type { SslMode } from "./trust.ts";

/** How to reach a cluster. */
export interface TlsOptions {
  /**
   * `strict`: full verification. `verify`: the pinned certificate; without a pin one that
   * verifies, or, without a CA either, the first one seen of a host. `insecure`: any.
   */
  readonly sslMode: SslMode;
  /** PEM: trusted in place of the system's roots. */
  readonly caCert?: string;
  /** SHA-256 in any usual notation; several are separated by commas. */
  readonly fingerprint?: string;
  /** File that remembers the first one seen of each host. */
  readonly pinFile?: string;
  /** The variable of `fingerprint`, where it is not the usual one. */
  readonly fingerprintVariable?: string;
  /** Most connections at once to one host. */
  readonly maxConnections: number;
  readonly clock?: Clock;
}

/**
 * Makes a transport. Little is loaded and nothing is connected before the first request.
 *
 * @throws {TypeError} When `caCert` holds no certificate, or `fingerprint` is none.
 */
export function createTransport(options: TlsOptions): Transport {
  const { sslMode, caCert, maxConnections, clock = systemClock } = options;
  const pins = parseFingerprints(options.fingerprint ?? "");
  const authorities = caCert === undefined ? [] : splitPem(caCert);
  if (sslMode === "insecure") {
    log("tls").warn(
      "PROXMOX_SSL_MODE=insecure: whoever is between this machine and the cluster can read the token and change every request. Set PROXMOX_SSL_MODE=verify",
    );
  }
  return lazyTransport(async () => {
    const { loadHttpsTransport } = await import("./https_transport.ts");
    return await loadHttpsTransport({
      ...{ sslMode, authorities, pins, maxConnections, clock },
      ...defined({
        pinFile: options.pinFile,
        fingerprintVariable: options.fingerprintVariable,
      }),
    });
  });
}
