/**
 * Reads OpenSSH's known_hosts files: plain, wildcard and hashed entries, other ports, revoked keys.
 *
 * @module
 */
import { errorMessage } from "../base/text/error_message.ts";
import { type SshAddress, SshError } from "./types.ts";

// Not a static import: in a bundle that would load Node's part at every start.
const { createHmac } = await import("node:crypto");

/** What a known_hosts file says of one host. */
export interface KnownKeys {
  /** Keys in base64, each with its type. */
  readonly accepted: ReadonlyMap<string, string>;
  readonly revoked: ReadonlySet<string>;
}

/** The host as known_hosts files name it. */
export function knownHostsName({ host, port }: SshAddress): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}

function matchesHash(entry: string, name: string): boolean {
  const [, , salt = "", digest] = entry.split("|");
  const key = bytesOf(salt);
  return key !== undefined && createHmac("sha1", key).update(name).digest("base64") === digest;
}

function matchesPattern(pattern: string, name: string): boolean {
  const source = RegExp.escape(pattern.toLowerCase()).replaceAll("\\*", ".*")
    .replaceAll("\\?", ".");
  return new RegExp(`^${source}$`).test(name);
}

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith("|1|")) return matchesHash(hosts, name);
  const patterns = hosts.split(",");
  const denied = patterns.filter((pattern) => pattern.startsWith("!"));
  return patterns.some((pattern) => matchesPattern(pattern, name)) &&
    !denied.some((pattern) => matchesPattern(pattern.slice(1), name));
}

/** The keys of a host in the text of a known_hosts file. Lines that are not entries are ignored. */
export function knownKeys(text: string, address: SshAddress): KnownKeys {
  const name = knownHostsName(address);
  const accepted = new Map<string, string>();
  const revoked = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
    const [hosts = "", type, key] = fields;
    // Certificates of host keys are not asked for, so their authorities are of no use.
    if (hosts.startsWith("#") || !type || !key || marker === "@cert-authority") continue;
    if (!matchesHosts(hosts, name) || !bytesOf(key)) continue;
    if (marker === "@revoked") revoked.add(key);
    else accepted.set(key, type);
  }
  return { accepted, revoked };
}

/**
 * Reads a known_hosts file.
 *
 * @throws {SshError} of kind `known-hosts`.
 */
export async function readKnownHosts(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const reason = errorMessage(error);
    throw new SshError(
      "known-hosts",
      `Cannot read the known_hosts file "${path}": ${reason}`,
      "Check PROXMOX_SSH_KNOWN_HOSTS, or make the file with: ssh-keyscan -t ed25519 NODE > FILE (and compare the key with the node's)",
      { cause: error },
    );
  }
}
