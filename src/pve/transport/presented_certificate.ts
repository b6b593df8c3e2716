/**
 * Looks at the certificate of a host without trusting it, for a person to judge and to pin.
 *
 * @module
 */
import { bareHost, hostAndPort, portOf } from "../../base/text/host.ts";
import { type CertificateFacts, certificateFacts } from "./certificate.ts";
import { isIp } from "../ip.ts";
import { loadNodeTls } from "./node_tls.ts";

/** Time for the connection and the handshake. */
const CONNECT_MS = 10_000;

/** Host name without brackets, and port. */
export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
  /** `host:port` as the settings have it. */
  readonly name: string;
}

/** The endpoint of a base URL. */
export function endpointOf(host: URL): Endpoint {
  const port = portOf(host);
  const hostname = bareHost(host.hostname);
  return { hostname, port, name: hostAndPort({ host: hostname, port }) };
}

/** A certificate as the host shows it, whether it is trusted or not. */
export interface PresentedCertificate {
  readonly certificate: CertificateFacts;
  /** It passes every check against the system's roots. */
  readonly verifies: boolean;
  /** `TLSv1.3` */
  readonly protocol: string;
}

/** Reads the certificate of a host without judging it; nothing is sent. */
export async function readCertificate({ hostname, port }: Endpoint): Promise<PresentedCertificate> {
  const { tls } = await loadNodeTls();
  return await new Promise((resolve, reject) => {
    const socket = tls.connect({
      host: hostname,
      port,
      servername: isIp(hostname) ? "" : hostname,
      rejectUnauthorized: false,
    });
    const late = setTimeout(
      () => socket.destroy(new Error(`no handshake within ${CONNECT_MS / 1000} seconds`)),
      CONNECT_MS,
    );
    socket.once("secureConnect", () => {
      resolve({
        certificate: certificateFacts(socket.getPeerCertificate()),
        verifies: socket.authorized,
        protocol: socket.getProtocol() ?? "unknown",
      });
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => clearTimeout(late));
  });
}

/** The setting that pins these certificates, and no other, ready to be pasted. */
export function pinSetting(presented: readonly PresentedCertificate[]): string {
  const fingerprints = presented.map(({ certificate }) => certificate.fingerprint);
  return `PROXMOX_SSL_FINGERPRINT=${[...new Set(fingerprints)].join(",")}`;
}
