/**
 * Decides whether a server's certificate is accepted, before anything is sent to that server.
 *
 * @module
 */
import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../../base/async/clock.ts";
import { log } from "../../base/process/log.ts";
import { type CertificateFacts, certificateFacts, type TlsCheck } from "./certificate.ts";
import { certificateRefused } from "./certificate_refused.ts";
import { type FirstUses, firstUsesOfRun } from "./first_uses.ts";
import type { NodeTls } from "./node_tls.ts";
import { pinFile } from "./pin_file.ts";
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
  /** File that remembers first uses; without it they are forgotten with the process. */
  readonly pinFile?: string;
  /** The variable that pins a certificate, where it is not the usual one. */
  readonly fingerprintVariable?: string;
  readonly clock: Clock;
}

/** Checks of who issued a certificate; first use in `verify`, without a CA, does without them. */
const CHAIN_CHECKS: readonly TlsCheck[] = ["self-signed", "unknown issuer", "not verified"];

/** Judges certificates, and remembers those that it accepted on first use. */
export class Trust {
  readonly #node: NodeTls;
  readonly #options: TrustOptions;
  readonly #authorities: readonly X509Certificate[];
  readonly #firstUses: FirstUses;
  /** Fingerprints of which the log was told. */
  readonly #told = new Set<string>();

  /** @throws {TransportError} When one of the authorities cannot be read. */
  constructor(node: NodeTls, options: TrustOptions) {
    this.#node = node;
    this.#options = options;
    this.#authorities = options.authorities.map((pem) => this.#readAuthority(pem));
    this.#firstUses = options.pinFile === undefined ? firstUsesOfRun() : pinFile(options.pinFile);
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
      remembered: checks.includes(this.#changed) ? this.#firstUses.get(endpoint) : undefined,
      ...this.#options,
    });
  }

  #failedChecks(
    socket: TLSSocket,
    certificate: CertificateFacts,
    host: string,
    endpoint: string,
  ): readonly TlsCheck[] {
    const { sslMode, pins, authorities } = this.#options;
    if (sslMode === "verify" && pins.length > 0) {
      return pins.includes(certificate.fingerprint) ? [] : ["pin mismatch"];
    }
    const dateChecks = this.#dateChecks(certificate);
    const checks = socket.authorized ? [] : [
      ...dateChecks,
      ...this.#chainChecks(socket, dateChecks.length === 0),
      ...this.#nameChecks(socket, host),
    ];
    // Who names an authority has said whom to trust: nobody else comes first.
    const trustsFirst = sslMode === "verify" && authorities.length === 0;
    return trustsFirst ? this.#firstUseChecks(certificate, checks, endpoint) : checks;
  }

  /** What remains of the failed checks where an unknown issuer is accepted on first use. */
  #firstUseChecks(
    certificate: CertificateFacts,
    checks: readonly TlsCheck[],
    endpoint: string,
  ): readonly TlsCheck[] {
    const remembered = this.#firstUses.get(endpoint);
    if (remembered === undefined) {
      const serious = checks.filter((check) => !CHAIN_CHECKS.includes(check));
      if (serious.length > 0) return serious;
    }
    const first = remembered ?? this.#trustFirst(certificate, checks, endpoint);
    return checks.length === 0 || first === certificate.fingerprint ? [] : [this.#changed];
  }

  /** Remembers a certificate; answers the fingerprint of another, where a process was faster. */
  #trustFirst(
    certificate: CertificateFacts,
    checks: readonly TlsCheck[],
    endpoint: string,
  ): string {
    const { fingerprint } = certificate;
    const { fingerprintVariable = "PROXMOX_SSL_FINGERPRINT" } = this.#options;
    const first = this.#firstUses.remember(endpoint, fingerprint);
    // Nodes may share one certificate, and are reached by several names.
    if (checks.length > 0 && first === fingerprint && !this.#told.has(fingerprint)) {
      this.#told.add(fingerprint);
      const next = this.#options.pinFile === undefined
        ? `To accept no other, set ${fingerprintVariable}=${fingerprint}`
        : `Compare with \`pvenode cert info\` on the node: ${fingerprint}`;
      log("tls").warn(`Trusts the certificate of ${endpoint} on first use. ${next}`);
    }
    return first;
  }

  get #changed(): TlsCheck {
    return this.#options.pinFile === undefined ? "changed during run" : "changed since first use";
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
