/**
 * Reads and writes SSH's binary form of keys: numbers of four bytes, and strings with their length before them.
 *
 * @module
 */

/** Four bytes, most significant first. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Several byte strings as one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** A string with its length before it. */
export function sshString(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return concat(uint32(bytes.length), bytes);
}

/** A positive number of any size, from its big-endian bytes. */
export function mpint(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(first < 0 ? bytes.length : first);
  const high = (digits[0] ?? 0) >= 0x80;
  return sshString(high ? concat(new Uint8Array(1), digits) : digits);
}

/** The type that a public key names at its start, such as `ssh-ed25519`; "" when it is none. */
export function keyType(key: Uint8Array): string {
  if (key.length < 4) return "";
  const length = new DataView(key.buffer, key.byteOffset).getUint32(0);
  return length <= 64 ? new TextDecoder().decode(key.subarray(4, 4 + length)) : "";
}
