/**
 * Says why a certificate was refused, and which setting accepts it.
 *
 * @module
 */
import {
  type CertificateFacts,
  dateText,
  describeCertificate,
  namesText,
  type TlsCheck,
} from "./certificate.ts";
import { TransportError } from "./transport.ts";

/** A refused certificate and the settings it was judged by. */
export interface Refusal {
  /** `host:port` */
  readonly endpoint: string;
  readonly certificate: CertificateFacts;
  readonly checks: readonly TlsCheck[];
  /** Fingerprint trusted on first use. */
  readonly remembered: string | undefined;
  /** The file that remembers it, when it was not in this run alone. */
  readonly pinFile?: string;
  readonly sslMode: "strict" | "verify" | "insecure";
  readonly authorities: readonly string[];
  readonly pins: readonly string[];
}

/** The error of a refused certificate; nothing was sent. */
export function certificateRefused(refusal: Refusal): TransportError {
  const { endpoint, certificate, checks } = refusal;
  const reasons = checks.map((check) => reason(check, refusal)).join(", and ");
  return new TransportError(
    "tls",
    `Cannot trust the certificate of ${endpoint}: ${reasons} (${describeCertificate(certificate)})`,
    { maybeSent: false, hint: hint(refusal), checks, certificate },
  );
}

function reason(check: TlsCheck, { certificate, remembered, pins }: Refusal): string {
  switch (check) {
    case "expired":
      return `it expired on ${dateText(certificate.notAfter)}`;
    case "not yet valid":
      return `it is not valid before ${dateText(certificate.notBefore)}`;
    case "self-signed":
      return "it is self-signed";
    case "unknown issuer":
      return "its issuer is not trusted";
    case "wrong name":
      return `it is for ${namesText(certificate)} only`;
    case "pin mismatch":
      return `its fingerprint is not ${pins.join(" or ")} of PROXMOX_SSL_FINGERPRINT`;
    case "changed during run":
      return `it is not the one accepted earlier in this run (SHA-256 ${remembered})`;
    case "changed since first use":
      return `it is not the one that PROXMOX_SSL_PIN_FILE remembers (SHA-256 ${remembered})`;
    default:
      return "it does not verify, though its issuer is trusted";
  }
}

function hint(refusal: Refusal): string {
  const { endpoint, certificate, checks, sslMode, pins, pinFile } = refusal;
  const pin = `PROXMOX_SSL_FINGERPRINT=${certificate.fingerprint}`;
  const compared = "if `pvenode cert info` on the node shows this fingerprint";
  if (checks.includes("pin mismatch")) {
    const change = pins.length === 1
      ? `set ${pin}`
      : `put ${certificate.fingerprint} in place of this node's old one in PROXMOX_SSL_FINGERPRINT`;
    return afterRenewal(`${change} and restart this server`);
  }
  if (checks.includes("changed during run")) {
    return afterRenewal(`restart this server or set ${pin}`);
  }
  if (checks.includes("changed since first use")) {
    return afterRenewal(
      `write "${endpoint} ${certificate.fingerprint}" in place of its line in ${pinFile}`,
    );
  }
  if (sslMode === "strict" && pins.includes(certificate.fingerprint)) {
    return "Set PROXMOX_SSL_MODE=verify: PROXMOX_SSL_FINGERPRINT names this certificate, but has no effect in strict mode";
  }
  const verify = `${sslMode === "strict" ? "PROXMOX_SSL_MODE=verify and " : ""}${pin}`;
  const pinned = `set ${verify} to accept exactly this certificate, ${compared}`;
  return [...checks.map((check) => remedy(check, refusal)), `Or ${pinned}`].join(". ");
}

/** What to do about another certificate than the one that was trusted. */
function afterRenewal(remedy: string): string {
  return `If the node's certificate was renewed and \`pvenode cert info\` on the node shows the new fingerprint, ${remedy}. If not, somebody may be between this machine and the node`;
}

function remedy(check: TlsCheck, { authorities }: Refusal): string {
  switch (check) {
    case "expired":
      return "Renew it on the node with `pvecm updatecerts --force` and `systemctl restart pveproxy`";
    case "not yet valid":
      return "Compare the clock of this machine with the node's";
    case "wrong name":
      return "Write one of its names in PROXMOX_HOST";
    case "self-signed":
      return "Set PROXMOX_SSL_CA_CERT=/path/to/it.pem, a file that holds this certificate";
    case "unknown issuer":
      return authorities.length > 0
        ? "Set PROXMOX_SSL_CA_CERT to the file of its issuer: the present one does not hold it; a PVE cluster's own is /etc/pve/pve-root-ca.pem"
        : "Set PROXMOX_SSL_CA_CERT=/path/to/pve-root-ca.pem, a copy of the node's /etc/pve/pve-root-ca.pem";
    default:
      return "Look at it with `pvenode cert info`: its key, its signature or its purpose may be too weak or wrong";
  }
}
