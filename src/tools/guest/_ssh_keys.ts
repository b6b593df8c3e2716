/**
 * SSH keys for cloud-init: PVE wants them percent-encoded, people have them as lines.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import type { ExtraParam } from "../../tool/define.ts";

/** `sshkeys` as lines of `ssh-ed25519 AAAA… name`. */
export const SSH_KEYS: ExtraParam = { type: "string", unlisted: true };

/** The arguments with `sshkeys` encoded; empty clears them. */
export function withEncodedKeys({ sshkeys, ...args }: Args): Args {
  if (sshkeys === undefined) return args;
  const text = String(sshkeys).trim();
  if (text === "") {
    return { ...args, delete: args.delete === undefined ? "sshkeys" : `${args.delete},sshkeys` };
  }
  const isEncoded = !/\s/.test(text) && /%20/.test(text);
  return { ...args, sshkeys: isEncoded ? text : encodeURIComponent(text) };
}
