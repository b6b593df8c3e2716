import { setUpLogging } from "../../../src/base/process/log.ts";
import type { TlsCheck } from "../../../src/pve/transport/certificate.ts";
import { createTransport, type TlsOptions } from "../../../src/pve/transport/tls.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { ask, CERTIFICATES, type Kind, trusted } from "./certificate_kinds.ts";
import { serveRecorder } from "./tls_server.ts";

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

Deno.test("createTransport() in verify mode with a CA trusts no first comer, before and after a right one", async () => {
  assertEquals(
    await askInTurn(["self-signed", "signed by the CA file", "PVE chain", "public-like chain"], {
      sslMode: "verify",
      caCert: trusted.certificate,
    }),
    [["self-signed"], [], ["unknown issuer"], []],
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

Deno.test("createTransport() in verify mode logs a certificate once, wherever it is shown", async () => {
  await using one = await serveRecorder(CERTIFICATES["self-signed"]);
  await using other = await serveRecorder(CERTIFICATES["self-signed"]);
  const lines = await logged(async () => {
    const transport = createTransport({ sslMode: "verify", maxConnections: 8 });
    for (const { url } of [one, other]) await ask(transport, url);
    transport.close();
  });
  assertEquals(lines.length, 1);
  assert(String(lines[0]).length < 250, String(lines[0]));
});

Deno.test("createTransport() names the variable that pins, where it is not the usual one", async () => {
  const [line] = await logged(() =>
    askInTurn(["self-signed"], {
      sslMode: "verify",
      fingerprintVariable: "PROXMOX_LAB_SSL_FINGERPRINT",
    })
  );
  assertStringIncludes(String(line), "set PROXMOX_LAB_SSL_FINGERPRINT=");
});

Deno.test("createTransport() in insecure mode warns once", async () => {
  const lines = await logged(() =>
    askInTurn(["self-signed", "PVE chain", "wrong name"], { sslMode: "insecure" })
  );
  assertEquals(lines.length, 1);
  assertStringIncludes(String(lines[0]), "PROXMOX_SSL_MODE=insecure");
});
