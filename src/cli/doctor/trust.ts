/**
 * Checks whether the certificate of a host is checked as well as it could be; that it was accepted is
 * known from the first answer.
 *
 * @module
 */
import type { Config } from "../../config/config.ts";
import {
  pinSetting,
  type PresentedCertificate,
} from "../../pve/transport/presented_certificate.ts";
import type { Finding } from "./finding.ts";

const PINS = "Fingerprints of all hosts";
const COMPARED = "if `pvenode cert info` on the node shows the same fingerprint";

/** Why the certificate is accepted, as far as nobody could come in between; else undefined. */
function trustReason(config: Config, { verifies }: PresentedCertificate): string | undefined {
  if (config.sslMode === "strict") return "the certificate passes every check";
  if (config.sslFingerprint !== undefined) return "the certificate is the pinned one";
  if (config.caCert !== undefined) return "PROXMOX_SSL_CA_CERT vouches for the certificate";
  if (verifies) return "the certificate passes every check";
  return config.sslPinFile === undefined
    ? undefined
    : "the certificate is the one that PROXMOX_SSL_PIN_FILE remembers";
}

/** How the certificate of a host was accepted. */
export function trustFinding(
  name: string,
  config: Config,
  presented: PresentedCertificate,
): Finding {
  const check = `Trust in ${name}`;
  // One setting for all hosts: the fingerprint of one alone would shut out the others.
  const pin = config.hosts.length > 1 ? `what stands under "${PINS}"` : pinSetting([presented]);
  if (config.sslMode === "insecure") {
    return {
      check,
      status: "warn",
      text: "no certificate is checked: the token can be read on the way",
      fix: `Set PROXMOX_SSL_MODE=verify and ${pin}, ${COMPARED}`,
    };
  }
  const text = trustReason(config, presented);
  if (text !== undefined) return { check, status: "ok", text };
  return {
    check,
    status: "warn",
    text: "the certificate is trusted on first use, at every start",
    fix:
      `Set ${pin}, ${COMPARED}; or PROXMOX_SSL_PIN_FILE=FILE, which remembers the first one for good`,
  };
}

/** What pins the certificates of several hosts, where nothing better is set. */
export function pinFindings(config: Config, presented: readonly PresentedCertificate[]): Finding[] {
  const needsPins = config.sslMode === "insecure" ||
    presented.some((each) => trustReason(config, each) === undefined);
  if (config.hosts.length < 2 || presented.length === 0 || !needsPins) return [];
  const missing = config.hosts.length - presented.length;
  return [{
    check: PINS,
    status: "ok",
    text: missing === 0 ? "to pin them together" : `${missing} more did not answer`,
    details: [pinSetting(presented)],
  }];
}
