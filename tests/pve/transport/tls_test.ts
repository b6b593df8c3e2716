import type { IssuedCertificate } from "../../../src/simulator/server/certificates.ts";
import type { TlsCheck } from "../../../src/pve/transport/certificate.ts";
import { createTransport, type TlsOptions } from "../../../src/pve/transport/tls.ts";
import { TransportError } from "../../../src/pve/transport/transport.ts";
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "../../assert.ts";
import { type Answer, ask, CERTIFICATES, type Kind, trusted } from "./certificate_kinds.ts";
import { request } from "./open_transport.ts";
import { serveRecorder } from "./tls_server.ts";

/** Checks that fail against the CA file; none: accepted. */
const AGAINST_CA: Readonly<Record<Kind, readonly TlsCheck[]>> = {
  "public-like chain": [],
  "signed by the CA file": [],
  "PVE chain": ["unknown issuer"],
  "self-signed": ["self-signed"],
  "wrong name": ["wrong name"],
  "PVE chain, wrong name": ["unknown issuer", "wrong name"],
  "expired": ["expired"],
  "PVE chain, expired": ["expired"],
  "not yet valid": ["not yet valid"],
  "self-signed, not yet valid": ["not yet valid", "self-signed"],
};

/** Checks that fail on first use, where no CA is given. */
const ON_FIRST_USE: Readonly<Record<Kind, readonly TlsCheck[]>> = {
  "public-like chain": [],
  "signed by the CA file": [],
  "PVE chain": [],
  "self-signed": [],
  "wrong name": ["wrong name"],
  "PVE chain, wrong name": ["wrong name"],
  "expired": ["expired"],
  "PVE chain, expired": ["expired"],
  "not yet valid": ["not yet valid"],
  "self-signed, not yet valid": ["not yet valid"],
};

const caCert = trusted.certificate;
const FORMS = [
  ["strict mode", { sslMode: "strict", caCert }, AGAINST_CA],
  ["verify mode with a CA", { sslMode: "verify", caCert }, AGAINST_CA],
  [
    "verify mode with a CA and a pin file",
    { sslMode: "verify", caCert, pinFile: "/nowhere/pins" },
    AGAINST_CA,
  ],
  ["verify mode without a CA", { sslMode: "verify" }, ON_FIRST_USE],
] as const;

/** Asks a server that has this certificate, by name and by address; both must agree. */
async function askAbout(
  certificate: IssuedCertificate,
  options: Omit<TlsOptions, "maxConnections">,
): Promise<Answer> {
  const answers: Answer[] = [];
  for (const host of ["localhost", "127.0.0.1"]) {
    await using server = await serveRecorder(certificate);
    const transport = createTransport({ maxConnections: 8, ...options });
    const answer = await ask(transport, new URL(`https://${host}:${server.port}/`));
    transport.close();
    answers.push(answer);
    await server.left();
    assertEquals(server.received() > 0, answer.error === undefined);
  }
  const [byName, byAddress] = answers;
  assertEquals(byName?.checks, byAddress?.checks);
  return byName ?? { checks: [], error: undefined };
}

for (const [form, options, expectedOf] of FORMS) {
  for (const [kind, expected] of Object.entries(expectedOf) as [Kind, TlsCheck[]][]) {
    const outcome = expected.length === 0 ? "accepts" : "refuses before sending a byte";
    Deno.test(`createTransport() in ${form} ${outcome}: ${kind}`, async () => {
      const { checks, error } = await askAbout(CERTIFICATES[kind], options);
      assertEquals(checks, expected);
      if (error) assertNamesTheCertificate(error, CERTIFICATES[kind]);
    });
  }
}

function assertNamesTheCertificate(error: TransportError, issued: IssuedCertificate): void {
  const { certificate } = error.details;
  for (
    const text of [
      `subject ${certificate?.subject}`,
      `issuer ${certificate?.issuer}`,
      `valid from ${certificate?.notBefore.toISOString().slice(0, 19)}Z`,
      `to ${certificate?.notAfter.toISOString().slice(0, 19)}Z`,
      `SHA-256 ${issued.fingerprint}`,
    ]
  ) assertStringIncludes(error.message, text);
  assertStringIncludes(
    String(error.details.hint),
    `PROXMOX_SSL_FINGERPRINT=${issued.fingerprint}`,
  );
}

for (const kind of Object.keys(CERTIFICATES) as Kind[]) {
  Deno.test(`createTransport() in insecure mode accepts: ${kind}`, async () => {
    const { checks } = await askAbout(CERTIFICATES[kind], { sslMode: "insecure" });
    assertEquals(checks, []);
  });
  Deno.test(`createTransport() in verify mode accepts when pinned: ${kind}`, async () => {
    const { fingerprint } = CERTIFICATES[kind];
    const { checks } = await askAbout(CERTIFICATES[kind], { sslMode: "verify", fingerprint });
    assertEquals(checks, []);
  });
}

Deno.test("createTransport() in strict mode trusts the system's roots without a CA of its own", async () => {
  const { checks, error } = await askAbout(CERTIFICATES["PVE chain"], { sslMode: "strict" });
  assertEquals(checks, ["unknown issuer"]);
  assertStringIncludes(String(error?.details.hint), "PROXMOX_SSL_CA_CERT=/path/to/pve-root-ca.pem");
  assertStringIncludes(String(error?.details.hint), "PROXMOX_SSL_MODE=verify");
});

for (const kind of ["self-signed", "PVE chain"] as const) {
  Deno.test(`createTransport() in strict mode accepts a certificate that the CA file holds itself: ${kind}`, async () => {
    const { certificate } = CERTIFICATES[kind];
    const { checks } = await askAbout(CERTIFICATES[kind], {
      sslMode: "strict",
      caCert: `${trusted.certificate}\n${certificate}`,
    });
    assertEquals(checks, []);
  });
}

Deno.test("createTransport() in strict mode says that a fitting fingerprint needs verify mode", async () => {
  const { error } = await askAbout(CERTIFICATES["self-signed"], {
    sslMode: "strict",
    fingerprint: CERTIFICATES["self-signed"].fingerprint,
  });
  assertStringIncludes(String(error?.details.hint), "Set PROXMOX_SSL_MODE=verify");
});

Deno.test("createTransport() in verify mode refuses what is not pinned, even if it verifies", async () => {
  const pinned = CERTIFICATES["self-signed"].fingerprint;
  const { checks, error } = await askAbout(CERTIFICATES["public-like chain"], {
    sslMode: "verify",
    caCert: trusted.certificate,
    fingerprint: pinned,
  });
  assertEquals(checks, ["pin mismatch"]);
  assertStringIncludes(String(error?.message), pinned);
});

Deno.test("createTransport() in verify mode accepts any of several pins", async () => {
  const pins = [CERTIFICATES["PVE chain"], CERTIFICATES["wrong name"]].map((each) =>
    each.fingerprint
  );
  const options = { sslMode: "verify", fingerprint: pins.join(", ") } as const;
  assertEquals((await askAbout(CERTIFICATES["wrong name"], options)).checks, []);
  assertEquals((await askAbout(CERTIFICATES["PVE chain"], options)).checks, []);
  const { checks, error } = await askAbout(CERTIFICATES["self-signed"], options);
  assertEquals(checks, ["pin mismatch"]);
  // The one alone would shut out the other nodes.
  assertStringIncludes(
    String(error?.details.hint),
    `put ${CERTIFICATES["self-signed"].fingerprint} in place of this node's old one`,
  );
});

Deno.test("createTransport() refuses a CA text without a certificate", () => {
  assertThrows(
    () => createTransport({ sslMode: "strict", caCert: "not PEM", maxConnections: 8 }),
    TypeError,
    "expected PEM",
  );
});

Deno.test("createTransport() refuses a CA certificate that cannot be read, before connecting", async () => {
  const caCert = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  await using server = await serveRecorder(CERTIFICATES["self-signed"]);
  const transport = createTransport({ sslMode: "strict", caCert, maxConnections: 8 });
  await assertRejects(
    () => transport.fetch(server.url, request()),
    TransportError,
    "Cannot read a certificate of PROXMOX_SSL_CA_CERT",
  );
  assertEquals(server.connections(), 0);
});
