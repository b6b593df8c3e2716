import { createTransport } from "../../../src/pve/transport/tls.ts";
import { TransportError } from "../../../src/pve/transport/transport.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { needs } from "../../programs.ts";
import { serveOpenssl, withForeignKey } from "./openssl_server.ts";
import { selfSigned, serveTcp } from "./tls_server.ts";

/** The error of a request in verify mode with this pin. */
async function refusal(url: URL, fingerprint: string): Promise<TransportError> {
  const transport = createTransport({ sslMode: "verify", fingerprint, maxConnections: 8 });
  const error = await assertRejects(
    () =>
      transport.fetch(url, { method: "GET", headers: {}, signal: new AbortController().signal }),
    TransportError,
  );
  transport.close();
  assertEquals(error.details.maybeSent, false);
  return error;
}

for (const version of ["-tls1_2", "-tls1_3"]) {
  Deno.test(
    `createTransport() refuses a pinned certificate without its key (${version})`,
    needs("openssl"),
    async () => {
      const certificate = await selfSigned();
      await using thief = await serveOpenssl(withForeignKey(certificate, await selfSigned()), [
        version,
      ]);
      const error = await refusal(thief.url, certificate.fingerprint);
      assertEquals(error.failure, "tls");
      assertEquals(error.details.checks, ["key not proven"]);
    },
  );

  Deno.test(
    `createTransport() accepts a pinned certificate with its key (${version})`,
    needs("openssl"),
    async () => {
      const certificate = await selfSigned();
      await using server = await serveOpenssl(certificate, [version]);
      const { fingerprint } = certificate;
      const transport = createTransport({ sslMode: "verify", fingerprint, maxConnections: 8 });
      const response = await transport.fetch(server.url, {
        method: "GET",
        headers: {},
        signal: new AbortController().signal,
      });
      assertEquals(response.status, 200);
      await response.body?.cancel();
      transport.close();
    },
  );
}

for (const version of ["-tls1", "-tls1_1"]) {
  Deno.test(
    `createTransport() says that a server is too old (openssl s_server ${version})`,
    needs("openssl"),
    async () => {
      const certificate = await selfSigned();
      await using server = await serveOpenssl(certificate, [version, "-cipher", "ALL:@SECLEVEL=0"]);
      const error = await refusal(server.url, certificate.fingerprint);
      assertEquals(error.failure, "tls");
      assertEquals(error.details.checks, ["protocol too old"]);
      assertStringIncludes(error.message, "it offers no TLS version newer than 1.1");
    },
  );
}

Deno.test("createTransport() says that a server is too old when it answers in TLS 1.0", async () => {
  const random = "00".repeat(32);
  const serverHello = `16 0301 002a 02 000026 0301 ${random} 00 002f 00`.replaceAll(" ", "");
  await using server = await serveTcp((socket) => {
    socket.once("data", () => socket.write(Uint8Array.fromHex(serverHello)));
  });
  const error = await refusal(server.url, (await selfSigned()).fingerprint);
  assertEquals(error.details.checks, ["protocol too old"]);
});
