/**
 * Checks the way to a host step by step: its name, the connection, the certificate.
 *
 * @module
 */
import { errorMessage } from "../../base/text/error_message.ts";
import { dateText, describeCertificate, namesText } from "../../pve/transport/certificate.ts";
import { isIp } from "../../pve/ip.ts";
import type { Endpoint, PresentedCertificate } from "../../pve/transport/presented_certificate.ts";
import type { Finding } from "./finding.ts";

/** Milliseconds that a connection may take. */
const CONNECT_MS = 10_000;
const DAY_MS = 86_400_000;
/** PVE renews its own certificates two weeks before their end. */
const SOON_DAYS = 14;

/** What went wrong with a connection. */
function connectFinding(error: unknown, { hostname, port, name }: Endpoint): Finding {
  const message = errorMessage(error);
  const fail = (check: string, text: string, fix: string): Finding => ({
    check: `${check} of ${name}`,
    status: "fail",
    text,
    fix,
  });
  if (/failed to lookup address|dns error|no such host/i.test(message)) {
    return fail(
      "DNS",
      `"${hostname}" has no address`,
      "Check the spelling in PROXMOX_HOST, or use the node's IP address",
    );
  }
  if (error instanceof Deno.errors.NotCapable) {
    return fail("TCP", "Deno may not connect to it", `Start it with --allow-net=${name}`);
  }
  if (error instanceof Deno.errors.ConnectionRefused) {
    return fail(
      "TCP",
      `port ${port} is closed`,
      "Check PROXMOX_PORT (8006 unless a proxy is in front), and `systemctl status pveproxy` on the node",
    );
  }
  if (error instanceof DOMException) {
    return fail(
      "TCP",
      `no connection within ${CONNECT_MS / 1000} seconds`,
      "The host is down, or a firewall drops the connection",
    );
  }
  return fail("TCP", message, "Check the network between this machine and the host");
}

/** Checks that a connection can be made. */
export async function reachFindings(endpoint: Endpoint): Promise<Finding[]> {
  const { hostname, port, name } = endpoint;
  const dns = `DNS of ${name}`;
  try {
    const signal = AbortSignal.timeout(CONNECT_MS);
    const connection = await Deno.connect({ hostname, port, signal });
    const address = connection.remoteAddr.hostname;
    connection.close();
    return [
      ...(isIp(hostname) ? [] : [{ check: dns, status: "ok", text: address } as const]),
      { check: `TCP of ${name}`, status: "ok", text: `port ${port} is open` },
    ];
  } catch (error) {
    const failure = connectFinding(error, endpoint);
    const asked = !(error instanceof Deno.errors.NotCapable);
    const resolved = asked && failure.check.startsWith("TCP") && !isIp(hostname);
    return [
      ...(resolved ? [{ check: dns, status: "ok", text: "has an address" } as const] : []),
      failure,
    ];
  }
}

/** What the certificate is, and how long it lasts. */
export function certificateFinding(
  { certificate, protocol }: PresentedCertificate,
  { name }: Endpoint,
  now: number,
): Finding {
  const days = Math.floor((certificate.notAfter.getTime() - now) / DAY_MS);
  const ends = dateText(certificate.notAfter);
  const finding = {
    check: `Certificate of ${name}`,
    details: [describeCertificate(certificate), `for ${namesText(certificate)}`, protocol],
  };
  if (days < 0) {
    return {
      ...finding,
      status: "fail",
      text: `expired on ${ends}`,
      fix: "Renew it on the node: `pvecm updatecerts --force`, then `systemctl restart pveproxy`",
    };
  }
  if (days < SOON_DAYS) {
    return {
      ...finding,
      status: "warn",
      text: `ends in ${days} days, on ${ends}`,
      fix: "Renew it; a fingerprint in PROXMOX_SSL_FINGERPRINT changes with it",
    };
  }
  return { ...finding, status: "ok", text: `valid until ${ends}` };
}
