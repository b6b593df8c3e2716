/**
 * Reads a caller's own API token of Proxmox VE from the header `Authorization`.
 *
 * @module
 */
import type { Token } from "../../pve/credentials.ts";
import { isTokenId, isUuid } from "../../pve/identity_forms.ts";
import { bearerIn } from "./caller.ts";

/** Characters of a header; the longest names that Proxmox VE takes are much shorter. */
const MAX_HEADER_CHARACTERS = 1_000;

/** `USER@REALM!NAME=SECRET`, with `PVEAPIToken=` before it or not. */
function tokenIn(text: string): Token | undefined {
  const [, id = "", secret = ""] = /^(?:PVEAPIToken=)?(.+![^!=]+)=([^!=]+)$/.exec(text) ?? [];
  return isTokenId(id) && isUuid(secret) ? { id, secret } : undefined;
}

/** Percent-decoded, as Proxmox VE reads its own header; undefined for what cannot be. */
function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The text of base64 or base64url, padded or not; undefined where it is none. */
function base64Decoded(text: string): string | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The token of a header, whose spellings all mean the same one: `Bearer USER@REALM!NAME=SECRET`,
 * `PVEAPIToken=USER@REALM!NAME=SECRET` with `Bearer` before it or not, and `Bearer` with base64 of
 * either, as `!` and `@` are no characters of a bearer token.
 */
export function tokenOf(authorization: string | null): Token | undefined {
  const header = authorization?.trim() ?? "";
  if (header.length > MAX_HEADER_CHARACTERS || !/^[ -~]+$/.test(header)) return undefined;
  const text = /^PVEAPIToken=\S+$/.test(header) ? header : bearerIn(header);
  const plain = percentDecoded(text);
  const packed = base64Decoded(text);
  return (plain === undefined ? undefined : tokenIn(plain)) ??
    (packed === undefined ? undefined : tokenIn(packed));
}
