/**
 * Decides whether a server's certificate is accepted, before anything is sent to that server.
 *
 * @module
 */
import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../base/async/clock.ts";
import { log } from "../base/process/log.ts";
import {
  type CertificateFacts,
  certificateFacts,
  describeCertificate,
  type TlsCheck,
} from "./certificate.ts";
import { certificateRefused } from "./certificate_refused.ts";
import type { NodeTls } from "./node_tls.ts";
import { TransportError } from "./transport.ts";

/** How much of a certificate is checked. */
export type SslMode = "strict" | "verify" | "insecure";

/** What decides about a certificate. */
export interface TrustOptions {
  readonly sslMode: SslMode;
  /** PEM of each certificate to trust in place of the system's roots; none: the system's roots. */
  readonly authorities: readonly string[];
  /** Fingerprints to accept in `verify`: upper-case pairs separated by colons. */
  readonly pins: readonly string[];
  readonly clock: Clock;
}

/** Checks of who issued a certificate; first use in `verify` does without them. */
const CHAIN_CHECKS: readonly TlsCheck[] = ["self-signed", "unknown issuer", "not verified"];

/** Judges certificates, and remembers those that it accepted without a pin. */
export class Trust {
  readonly #node: NodeTls;
  readonly #options: TrustOptions;
  readonly #authorities: readonly X509Certificate[];
  /** Fingerprint last accepted, by `host:port`. */
  readonly #remembered = new Map<string, string>();

  /** @throws {TransportError} When one of the authorities cannot be read. */
  constructor(node: NodeTls, options: TrustOptions) {
    this.#node = node;
    this.#options = options;
    this.#authorities = options.authorities.map((pem) => this.#readAuthority(pem));
  }

  /**
   * Judges the certificate of a socket whose handshake is done.
   *
   * @throws {TransportError} When it is refused.
   */
  judge(socket: TLSSocket, host: string, endpoint: string): void {
    if (this.#options.sslMode === "insecure") return;
    const certificate = certificateFacts(socket.getPeerCertificate());
    const checks = this.#failedChecks(socket, certificate, host, endpoint);
    if (checks.length === 0) return;
    throw certificateRefused({
      endpoint,
      certificate,
      checks,
      remembered: this.#remembered.get(endpoint),
      ...this.#options,
    });
  }

  #failedChecks(
    socket: TLSSocket,
    certificate: CertificateFacts,
    host: string,
    endpoint: string,
  ): readonly TlsCheck[] {
    const { sslMode, pins } = this.#options;
    if (sslMode === "verify" && pins.length > 0) {
      return pins.includes(certificate.fingerprint) ? [] : ["pin mismatch"];
    }
    const dateChecks = this.#dateChecks(certificate);
    const checks = socket.authorized ? [] : [
      ...dateChecks,
      ...this.#chainChecks(socket, dateChecks.length === 0),
      ...this.#nameChecks(socket, host),
    ];
    return sslMode === "strict" ? checks : this.#firstUseChecks(certificate, checks, endpoint);
  }

  /** What remains of the failed checks where an unknown issuer is accepted on first use. */
  #firstUseChecks(
    certificate: CertificateFacts,
    checks: readonly TlsCheck[],
    endpoint: string,
  ): readonly TlsCheck[] {
    const { fingerprint } = certificate;
    const remembered = this.#remembered.get(endpoint);
    if (checks.length > 0 && remembered !== undefined) {
      return remembered === fingerprint ? [] : ["changed during run"];
    }
    const serious = checks.filter((check) => !CHAIN_CHECKS.includes(check));
    if (serious.length > 0) return serious;
    this.#remembered.set(endpoint, fingerprint);
    if (checks.length > 0) {
      const facts = describeCertificate(certificate);
      log("tls").warn(
        `Trusts the certificate of ${endpoint} on first use (${facts}). To accept no other, set PROXMOX_SSL_FINGERPRINT=${fingerprint}`,
      );
    }
    return [];
  }

  #dateChecks(certificate: CertificateFacts): TlsCheck[] {
    const now = this.#options.clock.now();
    if (now < certificate.notBefore.getTime()) return ["not yet valid"];
    return now <= certificate.notAfter.getTime() ? [] : ["expired"];
  }

  /**
   * The handshake names one failure at most, so who issued the certificate is looked at again. Of
   * one out of its time nothing is known about the issuer, unless it is its own.
   */
  #chainChecks(socket: TLSSocket, inTime: boolean): TlsCheck[] {
    const certificate = new this.#node.crypto.X509Certificate(socket.getPeerCertificate().raw);
    const isAuthority = (each: X509Certificate): boolean =>
      each.fingerprint256 === certificate.fingerprint256;
    if (hasCode(socket.authorizationError, "ERR_TLS_CERT_ALTNAME_INVALID")) return [];
    if (this.#authorities.some(isAuthority)) return [];
    if (certificate.issuer === certificate.subject) return ["self-signed"];
    if (!inTime) return [];
    const issuerIsKnown = this.#authorities.some((each) => certificate.verify(each.publicKey));
    return [issuerIsKnown ? "not verified" : "unknown issuer"];
  }

  #nameChecks(socket: TLSSocket, host: string): TlsCheck[] {
    const problem = this.#node.tls.checkServerIdentity(host, socket.getPeerCertificate());
    return problem === undefined ? [] : ["wrong name"];
  }

  #readAuthority(pem: string): X509Certificate {
    try {
      return new this.#node.crypto.X509Certificate(pem);
    } catch (cause) {
      throw new TransportError("tls", "Cannot read a certificate of PROXMOX_SSL_CA_CERT", {
        maybeSent: false,
        hint: "Copy the file again: `openssl x509 -noout -subject -in FILE` must print its subject",
        cause,
      });
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error === code || (error instanceof Error && "code" in error && error.code === code);
}
