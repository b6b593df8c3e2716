import { setUpLogging } from "../../src/log.ts";
import {
  createAuthority,
  issueCertificate,
  type IssuedCertificate,
} from "../../src/simulator/certificates.ts";
import type { TlsCheck } from "../../src/pve/certificate.ts";
import { createTransport, type TlsOptions } from "../../src/pve/tls.ts";
import { type Transport, TransportError } from "../../src/pve/transport.ts";
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";
import { NAMES, selfSigned, serveRecorder } from "./tls_server.ts";

const DAY = 24 * 60 * 60 * 1000;
const past = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) };
const future = { notBefore: new Date(Date.now() + DAY), notAfter: new Date(Date.now() + 9 * DAY) };

const trusted = await createAuthority();
const intermediate = await createAuthority({ authority: trusted });
const cluster = await createAuthority();

const neverAborted = new AbortController().signal;

/** The certificate with that of its authority behind it, as public authorities want it sent. */
function withChain(issued: IssuedCertificate): IssuedCertificate {
  return { ...issued, certificate: issued.certificate + intermediate.certificate };
}

/** Certificates by kind; `trusted` is the authority that the settings name, `cluster` is not. */
const CERTIFICATES = {
  "public-like chain": withChain(
    await issueCertificate({ authority: intermediate, names: NAMES }),
  ),
  "signed by the CA file": await issueCertificate({ authority: trusted, names: NAMES }),
  "PVE chain": await issueCertificate({ authority: cluster, names: NAMES }),
  "self-signed": await selfSigned(),
  "wrong name": await issueCertificate({ authority: trusted, names: ["pve9"] }),
  "PVE chain, wrong name": await issueCertificate({ authority: cluster, names: ["pve9"] }),
  "expired": await issueCertificate({ authority: trusted, names: NAMES, ...past }),
  "PVE chain, expired": await issueCertificate({ authority: cluster, names: NAMES, ...past }),
  "not yet valid": await issueCertificate({ authority: trusted, names: NAMES, ...future }),
  "self-signed, not yet valid": await issueCertificate({ names: NAMES, ...future }),
} as const;
type Kind = keyof typeof CERTIFICATES;

/** Checks that fail; none: accepted. */
const EXPECTED: Readonly<Record<"strict" | "verify", Readonly<Record<Kind, readonly TlsCheck[]>>>> =
  {
    strict: {
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
    },
    verify: {
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
    },
  };

interface Answer {
  readonly checks: readonly TlsCheck[];
  readonly error: TransportError | undefined;
}

/** Asks for `/`, with a token, and tells which checks refused the server's certificate. */
async function ask(transport: Transport, url: URL): Promise<Answer> {
  try {
    const response = await transport.fetch(url, {
      method: "GET",
      headers: { Authorization: "PVEAPIToken=root@pam!mcp=secret" },
      signal: neverAborted,
    });
    assertEquals(await response.text(), "{}");
    return { checks: [], error: undefined };
  } catch (error) {
    if (!(error instanceof TransportError) || error.failure !== "tls") throw error;
    assertEquals(error.details.maybeSent, false);
    return { checks: error.details.checks ?? [], error };
  }
}

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

/** Runs `work` and returns what it logged. */
async function logged(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  setUpLogging("debug", "text", (line) => void lines.push(line));
  try {
    await work();
  } finally {
    setUpLogging("error");
  }
  return lines;
}

for (const sslMode of ["strict", "verify"] as const) {
  for (const [kind, expected] of Object.entries(EXPECTED[sslMode]) as [Kind, TlsCheck[]][]) {
    const outcome = expected.length === 0 ? "accepts" : "refuses before sending a byte";
    Deno.test(`createTransport() in ${sslMode} mode ${outcome}: ${kind}`, async () => {
      const { checks, error } = await askAbout(CERTIFICATES[kind], {
        sslMode,
        caCert: trusted.certificate,
      });
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
  assertEquals((await askAbout(CERTIFICATES["self-signed"], options)).checks, ["pin mismatch"]);
});

/** Serves each certificate in turn on one port, and asks each server through one transport. */
async function askInTurn(
  kinds: readonly Kind[],
  options: Omit<TlsOptions, "maxConnections">,
): Promise<(readonly TlsCheck[])[]> {
  const transport = createTransport({ ...options, maxConnections: 8 });
  const results: (readonly TlsCheck[])[] = [];
  let port = 0;
  for (const kind of kinds) {
    await using server = await serveRecorder(CERTIFICATES[kind], { port });
    port = server.port;
    const { checks, error } = await ask(transport, server.url);
    results.push(checks);
    transport.close();
    await server.left();
    assertEquals(server.received() > 0, error === undefined);
  }
  return results;
}

Deno.test("createTransport() in verify mode refuses a certificate that changed during the run", async () => {
  const lines = await logged(async () => {
    assertEquals(
      await askInTurn(["PVE chain", "self-signed", "PVE chain"], { sslMode: "verify" }),
      [[], ["changed during run"], []],
    );
  });
  assertEquals(lines.length, 1, "Only the first use is logged");
});

Deno.test("createTransport() in verify mode refuses an unverified certificate after a verified one", async () => {
  assertEquals(
    await askInTurn(["public-like chain", "self-signed"], {
      sslMode: "verify",
      caCert: trusted.certificate,
    }),
    [[], ["changed during run"]],
  );
});

Deno.test("createTransport() in verify mode accepts a verified certificate after an unverified one", async () => {
  assertEquals(
    await askInTurn(["self-signed", "public-like chain"], {
      sslMode: "verify",
      caCert: trusted.certificate,
    }),
    [[], []],
  );
});

Deno.test("createTransport() in verify mode logs the line that pins a certificate on first use", async () => {
  const [line, ...more] = await logged(() =>
    askInTurn(["self-signed", "self-signed"], { sslMode: "verify" })
  );
  assertMatch(
    String(line),
    /^WARNING tls: Trusts the certificate of 127\.0\.0\.1:\d+ on first use/,
  );
  const { fingerprint } = CERTIFICATES["self-signed"];
  assertStringIncludes(String(line), `set PROXMOX_SSL_FINGERPRINT=${fingerprint}`);
  assertEquals(more, []);
});

Deno.test("createTransport() in insecure mode warns once", async () => {
  const lines = await logged(() =>
    askInTurn(["self-signed", "PVE chain", "wrong name"], { sslMode: "insecure" })
  );
  assertEquals(lines.length, 1);
  assertStringIncludes(String(lines[0]), "PROXMOX_SSL_MODE=insecure");
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
    () => transport.fetch(server.url, { method: "GET", headers: {}, signal: neverAborted }),
    TransportError,
    "Cannot read a certificate of PROXMOX_SSL_CA_CERT",
  );
  assertEquals(server.connections(), 0);
});
