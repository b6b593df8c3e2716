/**
 * What Proxmox VE takes as the names of users and tokens, and makes as the secrets of tokens.
 *
 * @module
 */

/** A UUID, as the source of a pattern. */
export const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

const IS_UUID = new RegExp(`^${UUID}$`, "i");

/** True for what Proxmox VE makes as the secret of a token. */
export function isUuid(text: string): boolean {
  return IS_UUID.test(text);
}

/** True for a user with its realm: `root@pam`. */
export function isUserId(text: string): boolean {
  return /^[^\s:/!@]+(@[^\s:/!@]+)*@[A-Za-z][A-Za-z0-9.\-_]+$/.test(text);
}

/** True for the name of a token, the part after `!`. */
export function isTokenName(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9.\-_]+$/.test(text);
}

/** True for the whole id of a token: `root@pam!mcp`. */
export function isTokenId(text: string): boolean {
  const [, owner = "", name = ""] = /^([^!]+)!(.+)$/.exec(text) ?? [];
  return isUserId(owner) && isTokenName(name);
}
