/**
 * Certificates made on the spot, shaped like Proxmox VE's own: a cluster's authority and the
 * certificates of its nodes, for the HTTPS simulator and for tests.
 *
 * @module
 */
import { colonPairs } from "../../pve/transport/fingerprint.ts";
import {
  authorityExtensions,
  generateKeys,
  type Name,
  serverExtensions,
  signCertificate,
} from "./x509.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** When a certificate is valid: by default from yesterday on for two years. */
export interface Validity {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** Issues certificates. */
export interface Authority {
  /** PEM, like `/etc/pve/pve-root-ca.pem`. */
  readonly certificate: string;
  readonly name: Name;
  readonly keys: CryptoKeyPair;
}

/** A server's certificate and its key. */
export interface IssuedCertificate {
  /** PEM of this certificate alone: PVE does not send its authority's either. */
  readonly certificate: string;
  /** PEM, PKCS #8, not encrypted. */
  readonly privateKey: string;
  /** SHA-256 as PVE writes it: upper-case hexadecimal pairs, separated by colons. */
  readonly fingerprint: string;
}

/** Makes an authority like the one of a PVE cluster, or one that another authority vouches for. */
export async function createAuthority(
  options: Validity & { readonly authority?: Authority } = {},
): Promise<Authority> {
  const keys = await generateKeys();
  const name: Name = [
    ["CN", "Proxmox Virtual Environment"],
    ["OU", crypto.randomUUID()],
    ["O", "PVE Cluster Manager CA"],
  ];
  const issuer = options.authority ?? { name, keys };
  const der = await signCertificate({
    issuer: issuer.name,
    subject: name,
    publicKey: keys.publicKey,
    ...withDefaults(options),
    extensions: await authorityExtensions(keys.publicKey),
  }, issuer.keys.privateKey);
  return { certificate: pem("CERTIFICATE", der), name, keys };
}

/**
 * Makes a server's certificate for `names` (DNS names and IP addresses), signed by `authority`, or
 * by its own key when none is given.
 */
export async function issueCertificate(
  options: Validity & { readonly authority?: Authority; readonly names: readonly string[] },
): Promise<IssuedCertificate> {
  const keys = await generateKeys();
  const subject: Name = [
    ["OU", "PVE Cluster Node"],
    ["O", "Proxmox Virtual Environment"],
    ["CN", options.names[0] ?? "pve"],
  ];
  const issuer = options.authority ?? { name: subject, keys };
  const der = await signCertificate({
    issuer: issuer.name,
    subject,
    publicKey: keys.publicKey,
    ...withDefaults(options),
    extensions: await serverExtensions(options.names, keys.publicKey, issuer.keys.publicKey),
  }, issuer.keys.privateKey);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  return {
    certificate: pem("CERTIFICATE", der),
    privateKey: pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", keys.privateKey)),
    fingerprint: colonPairs(digest.toHex()),
  };
}

function withDefaults(validity: Validity): Required<Validity> {
  return {
    notBefore: validity.notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: validity.notAfter ?? new Date(Date.now() + 730 * DAY_MS),
  };
}

function pem(label: string, der: ArrayBuffer): string {
  const lines = new Uint8Array(der).toBase64().replaceAll(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
