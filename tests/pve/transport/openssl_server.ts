/**
 * TLS servers that Deno cannot be, served by the `openssl` command of the machine.
 *
 * @module
 */
import type { IssuedCertificate } from "../../../src/simulator/server/certificates.ts";

/** A running `openssl s_server`. */
export interface OpensslServer {
  readonly url: URL;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts `openssl s_server` on a free port of 127.0.0.1 and waits until it listens. */
export async function serveOpenssl(
  certificate: IssuedCertificate,
  options: readonly string[],
): Promise<OpensslServer> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/certificate.pem`, certificate.certificate);
  await Deno.writeTextFile(`${folder}/key.pem`, certificate.privateKey);
  const files = ["-cert", `${folder}/certificate.pem`, "-key", `${folder}/key.pem`];
  const child = new Deno.Command("openssl", {
    args: ["s_server", "-accept", "127.0.0.1:0", "-www", ...files, ...options],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const port = await readPort(child.stdout);
  return {
    url: new URL(`https://127.0.0.1:${port}/`),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Reads the output until it names the port: `ACCEPT 127.0.0.1:40123`. */
async function readPort(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let output = "";
  for await (const text of stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    const port = /^ACCEPT .*:(\d+)$/m.exec(output)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error(`Cannot start openssl s_server: it ended after "${output}"`);
}

/**
 * A certificate whose key is another one's, behind the public key of its own: what somebody has
 * who copied a server's certificate, which every server shows, without its private key.
 */
export function withForeignKey(
  certificate: IssuedCertificate,
  other: IssuedCertificate,
): IssuedCertificate {
  const der = derOf(certificate.privateKey);
  const scalar = scalarOffset(der);
  const foreign = derOf(other.privateKey);
  der.set(foreign.subarray(scalarOffset(foreign)).subarray(0, 32), scalar);
  const lines = der.toBase64().replaceAll(/.{64}(?=.)/g, "$&\n");
  return {
    ...certificate,
    privateKey: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(pem.replaceAll(/-----[^-]+-----|\s/g, ""));
}

/** Where the private number of a P-256 key starts: after the header of a 32-byte octet string. */
function scalarOffset(der: Uint8Array): number {
  return der.findIndex((byte, i) => byte === 0x04 && der[i + 1] === 0x20) + 2;
}
