/**
 * Turns what `node:https` reports when no answer came into errors that say what it means.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import type { TlsCheck } from "./certificate.ts";
import { TransportError, type TransportFailure } from "./transport.ts";

interface Meaning {
  readonly failure: TransportFailure;
  /** Goes on after `Cannot reach HOST:PORT: ` or `No full answer from HOST:PORT: `. */
  readonly what: string;
  readonly hint: string;
  readonly checks?: readonly TlsCheck[];
}

function meaning(
  failure: TransportFailure,
  what: string,
  hint: string,
  check?: TlsCheck,
): Meaning {
  return { failure, what, hint, ...defined({ checks: check && [check] }) };
}

const CHECK_HOST = "Check PROXMOX_HOST and PROXMOX_PORT, and that a firewall lets 8006 through";

const UNREACHABLE = meaning("unreachable", "there is no route to it", CHECK_HOST);
const RESET = meaning(
  "reset",
  "the connection was closed",
  "See `systemctl status pveproxy` on the node",
);
const CLOSED_BEFORE_TLS = meaning(
  "reset",
  "it closed the connection before it was encrypted",
  "ALLOW_FROM or DENY_FROM in /etc/default/pveproxy on the node may exclude this machine; see also `systemctl status pveproxy`",
);
const UNKNOWN_NAME = meaning(
  "dns",
  "its name does not resolve to an address",
  "Check the spelling of PROXMOX_HOST, or write the IP address",
);
const KEY_NOT_PROVEN = meaning(
  "tls",
  "it did not prove that it holds the key of its certificate",
  "Somebody may be between this machine and the node, or its certificate is damaged: compare with `pvenode cert info` on the node",
  "key not proven",
);
const TOO_OLD = meaning(
  "tls",
  "it offers no TLS version newer than 1.1",
  "This program speaks TLS 1.2 and 1.3 only, as Proxmox VE does: update what answers on that port",
  "protocol too old",
);
const NO_HANDSHAKE = meaning(
  "tls",
  "the TLS handshake failed",
  "Check that PROXMOX_PORT is the API's; TLS 1.2 and 1.3 are spoken, without a client certificate",
  "no handshake",
);
const NOT_TLS = meaning(
  "protocol",
  "it does not speak TLS on that port",
  "Check PROXMOX_PORT: the API of Proxmox VE is on 8006, or on 443 behind a proxy",
);
const NOT_HTTP = meaning(
  "protocol",
  "it does not answer in HTTP",
  "Check PROXMOX_HOST and PROXMOX_PORT: what answers there is not the API of Proxmox VE",
);
const NOT_PERMITTED = meaning(
  "unreachable",
  "this program was started without permission to connect to it",
  "Name that host and port in --allow-net",
);

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOTFOUND: UNKNOWN_NAME,
  EAI_AGAIN: UNKNOWN_NAME,
  ECONNREFUSED: meaning(
    "refused",
    "nothing listens on that port",
    "Check PROXMOX_HOST and PROXMOX_PORT, and `systemctl status pveproxy` on the node",
  ),
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENETDOWN: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  EACCES: UNREACHABLE,
  EPERM: UNREACHABLE,
  ETIMEDOUT: meaning("timeout", "it does not answer", CHECK_HOST),
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: TOO_OLD,
};

function meaningOf(error: unknown, sent: boolean): Meaning {
  if (error instanceof Deno.errors.NotCapable) return NOT_PERMITTED;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = MEANINGS[code];
  if (known) return known;
  if (/^(ECONNRESET|ECONNABORTED|EPIPE)$/.test(code)) return sent ? RESET : CLOSED_BEFORE_TLS;
  if (code.startsWith("HPE_")) return NOT_HTTP;
  if (sent) return RESET;
  // The certificate itself is judged later: only the signature of the handshake fails this early.
  if (/CERT|LEAF_SIGNATURE/.test(code)) return KEY_NOT_PROVEN;
  if (error instanceof Error && error.message.includes("DoesNotSupportTls12")) return TOO_OLD;
  return code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS") ? NO_HANDSHAKE : UNREACHABLE;
}

/**
 * The error of a request to `endpoint` (`host:port`) that got no answer, or half of one.
 *
 * @param sent The first byte of the request may have left: the handshake was done and the
 * certificate accepted.
 */
export function transportErrorOf(
  error: unknown,
  endpoint: string,
  sent: boolean,
): TransportError {
  if (error instanceof TransportError) return error;
  const { failure, what, hint, checks } = meaningOf(error, sent);
  const message = errorMessage(error);
  const outcome = sent ? "No full answer from" : "Cannot reach";
  return new TransportError(failure, `${outcome} ${endpoint}: ${what} (${message})`, {
    maybeSent: sent,
    hint,
    cause: error,
    ...defined({ checks }),
  });
}
