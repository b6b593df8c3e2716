/**
 * What a server's certificate says, as a person needs it to judge the certificate.
 *
 * @module
 */
import type { Certificate, PeerCertificate } from "node:tls";
import { sanitizeLine } from "../../base/text/sanitize.ts";
import { some } from "../../base/text/units.ts";

/** A check that a certificate, or the handshake around it, did not pass. */
export type TlsCheck =
  | "expired"
  | "not yet valid"
  | "self-signed"
  | "unknown issuer"
  | "wrong name"
  | "pin mismatch"
  | "changed during run"
  | "changed since first use"
  | "key not proven"
  | "not verified"
  | "protocol too old"
  | "no handshake";

/** A certificate in words; its text comes from the server and is cleaned. */
export interface CertificateFacts {
  /** `O=…, OU=…, CN=…` */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses that it is issued for. */
  readonly names: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256, upper-case pairs separated by colons. */
  readonly fingerprint: string;
}

const MAX_NAMES = 6;
const MAX_TEXT_CHARACTERS = 300;

/** The facts of a certificate as `node:tls` hands it out. */
export function certificateFacts(peer: PeerCertificate): CertificateFacts {
  return {
    subject: nameText(peer.subject),
    issuer: nameText(peer.issuer),
    names: (peer.subjectaltname ?? "").split(", ").filter((name) => name !== "").map((name) =>
      bounded(name.replace(/^(DNS|IP Address):/, ""))
    ),
    notBefore: new Date(peer.valid_from),
    notAfter: new Date(peer.valid_to),
    fingerprint: peer.fingerprint256,
  };
}

/** `subject …; issuer …; valid from … to …; SHA-256 …` */
export function describeCertificate(certificate: CertificateFacts): string {
  return [
    `subject ${certificate.subject}`,
    `issuer ${certificate.issuer}`,
    `valid from ${dateText(certificate.notBefore)} to ${dateText(certificate.notAfter)}`,
    `SHA-256 ${certificate.fingerprint}`,
  ].join("; ");
}

/** The names a certificate is issued for, quoted; the first few when there are many. */
export function namesText(certificate: CertificateFacts): string {
  const { names } = certificate;
  if (names.length === 0) return "no name";
  return some(names.map((name) => `"${name}"`), MAX_NAMES);
}

/** A moment as ISO 8601 in UTC, to the second. */
export function dateText(date: Date): string {
  return Number.isNaN(date.getTime())
    ? "an unreadable date"
    : `${date.toISOString().slice(0, 19)}Z`;
}

function nameText(name: Certificate | undefined): string {
  const parts = Object.entries(name ?? {}).flatMap(([key, value]) =>
    [value].flat().map((each) => `${key}=${each}`)
  );
  return parts.length === 0 ? "(empty)" : bounded(parts.join(", "));
}

function bounded(text: string): string {
  return sanitizeLine(text).slice(0, MAX_TEXT_CHARACTERS);
}
