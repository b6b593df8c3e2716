/** docs/ssl.md has each message of the code as a heading, word for word. */
import type { TlsCheck } from "../../src/pve/transport/certificate.ts";
import { certificateRefused } from "../../src/pve/transport/certificate_refused.ts";
import { transportErrorOf } from "../../src/pve/transport/https_errors.ts";
import { assert } from "../assert.ts";

const headings = new Set(
  (await Deno.readTextFile(new URL("../../docs/ssl.md", import.meta.url)))
    .split("\n").filter((line) => line.startsWith("### ")).map((line) => line.slice(4)),
);

const CHECKS: readonly TlsCheck[] = [
  "expired",
  "not yet valid",
  "self-signed",
  "unknown issuer",
  "wrong name",
  "pin mismatch",
  "changed during run",
  "changed since first use",
  "not verified",
];

for (const check of CHECKS) {
  Deno.test(`docs/ssl.md explains a certificate that fails the check: ${check}`, () => {
    const { message } = certificateRefused({
      endpoint: "pve1:8006",
      certificate: {
        subject: "CN=pve1",
        issuer: "CN=ca",
        names: ["localhost", "pve1.lan"],
        notBefore: new Date("2026-02-01T12:00:00Z"),
        notAfter: new Date("2026-01-31T12:00:00Z"),
        fingerprint: "12:34",
      },
      checks: [check],
      remembered: "AB:CD:…",
      sslMode: "verify",
      authorities: [],
      pins: ["AB:CD:…"],
      pinFile: "/home/me/pins",
    });
    const heading = message.slice(0, message.indexOf(" (subject"));
    assert(headings.has(heading), `No heading: ${heading}`);
  });
}

const CODES = {
  ENOTFOUND: false,
  ECONNREFUSED: false,
  EHOSTUNREACH: false,
  ECONNRESET: true,
  EPIPE: false,
  ERR_SSL_WRONG_VERSION_NUMBER: false,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: false,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: false,
  DEPTH_ZERO_SELF_SIGNED_CERT: false,
  HPE_INVALID_CONSTANT: true,
} as const;

for (const [code, sent] of Object.entries(CODES)) {
  Deno.test(`docs/ssl.md explains the error ${code}`, () => {
    const cause = Object.assign(new Error("words"), { code });
    const { message } = transportErrorOf(cause, "pve1:8006", sent);
    const heading = message.replace(" (words)", "");
    assert(headings.has(heading), `No heading: ${heading}`);
  });
}
