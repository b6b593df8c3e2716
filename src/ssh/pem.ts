/**
 * Converts PEM private keys (PKCS#1, SEC 1, PKCS#8), and ECDSA keys of any form, to the OpenSSH
 * form that the SSH library and Deno together can sign with.
 *
 * @module
 */
import type { JsonWebKey } from "node:crypto";
import { defined } from "../base/defined.ts";
import { concat, keyType, mpint, sshString, uint32 } from "./wire.ts";

// Not a static import: in a bundle that would load Node's part at every start.
const { createPrivateKey } = await import("node:crypto");

const CURVES: Readonly<Record<string, string>> = {
  "P-256": "nistp256",
  "P-384": "nistp384",
  "P-521": "nistp521",
};

/** Whether the text is a PEM private key of a form that this module reads. */
export function isPem(text: string): boolean {
  return /^-----BEGIN ((RSA|EC|ENCRYPTED) )?PRIVATE KEY-----/m.test(text);
}

/** Whether a PEM private key needs a passphrase. */
export function isEncryptedPem(text: string): boolean {
  return /^-----BEGIN ENCRYPTED |^Proc-Type:.*ENCRYPTED/m.test(text);
}

/** Public part, and all parts, of a key as OpenSSH writes them. */
interface KeyParts {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** Reads members of a JWK by name, as bytes. */
function members(
  jwk: JsonWebKey,
): (name: "n" | "e" | "d" | "p" | "q" | "qi" | "x" | "y") => Uint8Array {
  return (name) => {
    const value = jwk[name];
    if (typeof value !== "string") throw new TypeError(`Cannot find "${name}" in the key`);
    return Uint8Array.fromBase64(value, { alphabet: "base64url" });
  };
}

function partsOf(jwk: JsonWebKey): KeyParts {
  const member = members(jwk);
  if (jwk.kty === "RSA") {
    const [n, e] = [mpint(member("n")), mpint(member("e"))];
    const rest = (["d", "qi", "p", "q"] as const).map((name) => mpint(member(name)));
    const type = sshString("ssh-rsa");
    return { publicKey: concat(type, e, n), privateKey: concat(type, n, e, ...rest) };
  }
  if (jwk.crv === "Ed25519") {
    const [type, x] = [sshString("ssh-ed25519"), member("x")];
    const publicKey = concat(type, sshString(x));
    return { publicKey, privateKey: concat(publicKey, sshString(concat(member("d"), x))) };
  }
  const curve = CURVES[jwk.crv ?? ""];
  if (!curve) throw new TypeError(`Cannot use a key of type "${jwk.crv ?? jwk.kty}"`);
  const point = concat(Uint8Array.of(4), member("x"), member("y"));
  const publicKey = concat(
    sshString(`ecdsa-sha2-${curve}`),
    sshString(curve),
    sshString(point),
  );
  return { publicKey, privateKey: concat(publicKey, sshString(member("d"))) };
}

/** A private key file of OpenSSH's, without encryption. */
function openSshFile({ publicKey, privateKey }: KeyParts): string {
  const check = uint32(0);
  const unpadded = concat(check, check, privateKey, sshString(""));
  const padding = Uint8Array.from({ length: (8 - unpadded.length % 8) % 8 }, (_, i) => i + 1);
  const blob = concat(
    new TextEncoder().encode("openssh-key-v1\0"),
    sshString("none"),
    sshString("none"),
    sshString(""),
    uint32(1),
    sshString(publicKey),
    sshString(concat(unpadded, padding)),
  );
  const lines = blob.toBase64().match(/.{1,70}/g) ?? [];
  return [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    ...lines,
    "-----END OPENSSH PRIVATE KEY-----",
  ].join("\n");
}

/**
 * The key, without encryption, in OpenSSH's form.
 *
 * @throws {Error} when it cannot be decrypted or is of a type that SSH does not have.
 */
export function openSshForm(pem: string, passphrase: string | undefined): string {
  const key = createPrivateKey({
    key: pem,
    format: "pem",
    ...defined({ passphrase }),
  });
  return openSshFile(partsOf(key.export({ format: "jwk" })));
}

/** Bytes of a private number on a curve, by the type of its SSH key. */
const NUMBER_BYTES: Readonly<Record<string, number>> = {
  "ecdsa-sha2-nistp256": 32,
  "ecdsa-sha2-nistp384": 48,
  "ecdsa-sha2-nistp521": 66,
};

/**
 * An ECDSA key again, with its private number at exactly its curve's length. OpenSSH's files hold
 * it without leading zeros or with one too many, and Deno refuses to sign with such a key.
 *
 * @param publicKey The public key in SSH's form.
 * @param privatePem The key in SEC 1 form.
 */
export function fixedEcdsaForm(publicKey: Uint8Array, privatePem: string): string {
  const der = Uint8Array.fromBase64(privatePem.replaceAll(/-----[^-]+-----|\s/g, ""));
  // SEQUENCE (whose length takes one to three bytes) { INTEGER 1, OCTET STRING number, … }
  const start = 2 + Math.max(0, (der[1] ?? 0) - 0x80) + 3;
  const length = der[start + 1] ?? 0;
  const number = der.subarray(start + 2, start + 2 + length);
  const wanted = NUMBER_BYTES[keyType(publicKey)];
  if (der[start] !== 4 || !wanted) throw new TypeError("Cannot read the ECDSA key");
  const digits = number.subarray(Math.max(0, number.length - wanted));
  const fixed = concat(new Uint8Array(wanted - digits.length), digits);
  return openSshFile({ publicKey, privateKey: concat(publicKey, sshString(fixed)) });
}
