/**
 * Key pairs for tests, made in the process. `sshd.ts` has those of ssh-keygen.
 *
 * @module
 */
// @ts-types="./ssh2_server_types.d.ts"
import { utils } from "ssh2";

/** What a test may want of a key pair. */
export interface KeyOptions {
  /** ed25519 without. */
  readonly type?: "ed25519" | "ecdsa" | "rsa";
  readonly bits?: number;
  readonly passphrase?: string;
}

/** One round, as a key of a test need not resist anybody: the usual 16 take a second. */
const ENCRYPTION = { cipher: "aes256-ctr", rounds: 1 };

type Generate = typeof utils.generateKeyPairSync;

/** One in 256 of ssh2's ed25519 keys lacks a byte: a zero at its start. */
function generateSound(...args: Parameters<Generate>): ReturnType<Generate> {
  for (;;) {
    const pair = utils.generateKeyPairSync(...args);
    if (!(utils.parseKey(pair.public) instanceof Error)) return pair;
  }
}

/** Makes a key pair in OpenSSH's form; the public one is beside it with `.pub`. */
export async function generateKey(path: string, options: KeyOptions = {}): Promise<string> {
  const { type = "ed25519", bits = type === "rsa" ? 2048 : 256, passphrase } = options;
  const encryption = passphrase === undefined ? {} : { ...ENCRYPTION, passphrase };
  const pair = generateSound(type, { bits, ...encryption });
  await Deno.writeTextFile(path, pair.private, { mode: 0o600 });
  await Deno.writeTextFile(`${path}.pub`, `${pair.public}\n`);
  return path;
}

/** The fingerprint of a key pair's public key, as `ssh-keygen -l` prints it. */
export async function fingerprintOf(path: string): Promise<string> {
  const [, key = ""] = (await Deno.readTextFile(`${path}.pub`)).split(" ");
  const digest = await crypto.subtle.digest("SHA-256", Uint8Array.fromBase64(key));
  return `SHA256:${new Uint8Array(digest).toBase64({ omitPadding: true })}`;
}
