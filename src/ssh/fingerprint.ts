/**
 * Parses fingerprints of SSH host keys in every notation that tools print, and compares them.
 *
 * @module
 */
import { SshError } from "./types.ts";

// Not a static import: in a bundle that would load Node's part at every start.
const { createHash } = await import("node:crypto");

/** The fingerprint as OpenSSH prints it: `SHA256:` and base64 without padding. */
export function fingerprint(key: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/(?<!=)=+$/, "")}`;
}

/** All forms that {@linkcode parsePins} can make of this key. */
export function pinsOf(key: Uint8Array): Set<string> {
  return new Set([
    fingerprint(key),
    `MD5:${createHash("md5").update(key).digest("hex")}`,
    key.toBase64(),
  ]);
}

const SHA256_BYTES = 32;

function sha256Pin(digits: string): string {
  const bytes = Uint8Array.fromHex(digits);
  return `SHA256:${bytes.toBase64().replace(/(?<!=)=+$/, "")}`;
}

/** One fingerprint, one line of `ssh-keygen -l`, or one public key, in the form of `pinsOf`. */
function parsePin(text: string): string | undefined {
  const match = /(?:^|\s)(?:ssh-|ecdsa-)\S+\s+(AAAA[A-Za-z0-9+/]+={0,2})/.exec(text)?.[1];
  if (match) return match;
  const sha256 = /(?:^|\s)(?:SHA-?256:)?([A-Za-z0-9+/_-]{43})=?(?:\s|$)/i.exec(text)?.[1];
  if (sha256) return `SHA256:${sha256.replaceAll("-", "+").replaceAll("_", "/")}`;
  const hex = /(?:^|\s)(?:(?:SHA-?256|MD5):)?((?:[0-9a-f]{2}[: ]?){15,31}[0-9a-f]{2})(?:\s|$)/i
    .exec(text)?.[1]?.replaceAll(/[: ]/g, "").toLowerCase();
  if (hex?.length === SHA256_BYTES * 2) return sha256Pin(hex);
  if (hex?.length === SHA256_BYTES) return `MD5:${hex}`;
  return undefined;
}

/**
 * The fingerprints of a setting, separated by commas or line ends.
 *
 * @throws {SshError} of kind `settings` when one of them is none.
 */
export function parsePins(setting: string): Set<string> {
  const texts = setting.split(/[,\n]/).map((text) => text.trim()).filter((text) => text !== "");
  return new Set(texts.map((text) => {
    const pin = parsePin(text);
    if (pin) return pin;
    throw new SshError(
      "settings",
      `Cannot read "${text}" as a fingerprint of an SSH host key`,
      "Set PROXMOX_SSH_HOST_KEY_FINGERPRINT to what this prints on the node: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
    );
  }));
}
