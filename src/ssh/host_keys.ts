/**
 * Checks a host key before the client logs in: by fingerprint, by known_hosts file, or by the key
 * that this process saw first.
 *
 * @module
 */
import { hostAndPort } from "../base/text/host.ts";
import { log } from "../base/process/log.ts";
import { fingerprint, parsePins, pinsOf } from "./fingerprint.ts";
import { knownHostsName, type KnownKeys, knownKeys, readKnownHosts } from "./known_hosts.ts";
import { type SshAddress, SshError, type SshOptions } from "./types.ts";
import { keyType } from "./wire.ts";

/** Host key algorithms by family, in order of preference; SHA-1 signatures are not among them. */
const FAMILIES: readonly (readonly string[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256"],
];
const ALL = FAMILIES.flat();

/** The check of one host's keys, for one or more attempts to connect. */
export interface HostKeyCheck {
  /**
   * The host key algorithms to offer, for each attempt. A server shows one key per attempt; one
   * attempt is enough where it is known which of them to ask for.
   */
  readonly attempts: readonly (readonly string[])[];
  /** Why this key is refused; undefined when it is accepted. */
  refusal(key: Uint8Array): SshError | undefined;
}

function describe(key: Uint8Array): string {
  return `${fingerprint(key)} (${keyType(key)})`;
}

function pinSetting(key: Uint8Array): string {
  return `PROXMOX_SSH_HOST_KEY_FINGERPRINT=${fingerprint(key)}`;
}

/** The type of the keys that an algorithm is for. */
function typeFor(algorithm: string): string {
  return algorithm.startsWith("rsa-") ? "ssh-rsa" : algorithm;
}

/** All algorithms, those for these types of key first. */
function preferring(types: readonly string[]): readonly string[] {
  const wanted = (algorithm: string): boolean => types.includes(typeFor(algorithm));
  return [...ALL.filter(wanted), ...ALL.filter((algorithm) => !wanted(algorithm))];
}

const CHANGED_KEY_WARNING =
  "If the node was not reinstalled, somebody may be in between: do not go on before you know.";

function changedError(where: string, expected: string, key: Uint8Array, hint: string): SshError {
  return new SshError(
    "host-key-changed",
    `The SSH host key of "${where}" is not the right one: expected ${expected}, got ${
      describe(key)
    }`,
    `${CHANGED_KEY_WARNING} If its key is new, ${hint}`,
  );
}

function checkKnownHosts(address: SshAddress, known: KnownKeys, path: string): HostKeyCheck {
  const where = hostAndPort(address);
  return {
    attempts: [preferring([...known.accepted.values()])],
    refusal: (key) => {
      const base64 = key.toBase64();
      if (known.revoked.has(base64)) {
        return changedError(where, "any but this key, which is revoked", key, `correct "${path}"`);
      }
      if (known.accepted.has(base64)) return undefined;
      const line = `${knownHostsName(address)} ${keyType(key)} ${base64}`;
      if (known.accepted.size === 0) {
        return new SshError(
          "host-key-unknown",
          `The SSH host key of "${where}" is not in "${path}": got ${describe(key)}`,
          `Compare it with the node's, and add the line: ${line}`,
        );
      }
      const keys = [...known.accepted.keys()].map((each) => describe(Uint8Array.fromBase64(each)));
      return changedError(where, keys.join(" or "), key, `put this line in its place: ${line}`);
    },
  };
}

/** Host keys for the life of all SSH of one server. */
export class HostKeys {
  readonly #options: Pick<SshOptions, "hostKeyFingerprint" | "knownHostsPath">;
  readonly #firstSeen = new Map<string, Uint8Array>();
  /** The type of the key that matched a fingerprint, by host. */
  readonly #pinnedTypes = new Map<string, string>();

  constructor(options: Pick<SshOptions, "hostKeyFingerprint" | "knownHostsPath">) {
    this.#options = options;
  }

  /** How the keys of this host are checked. A fingerprint counts before a known_hosts file. */
  async check(address: SshAddress): Promise<HostKeyCheck> {
    const { hostKeyFingerprint, knownHostsPath } = this.#options;
    const where = hostAndPort(address);
    if (hostKeyFingerprint) return this.#checkPins(where, parsePins(hostKeyFingerprint));
    if (knownHostsPath) {
      const text = await readKnownHosts(knownHostsPath);
      return checkKnownHosts(address, knownKeys(text, address), knownHostsPath);
    }
    return this.#checkFirstUse(where);
  }

  /** A fingerprint does not say the type of its key, so that one family after the other is tried. */
  #checkPins(where: string, pins: ReadonlySet<string>): HostKeyCheck {
    const matches = (family: readonly string[]): boolean =>
      family.map(typeFor).includes(this.#pinnedTypes.get(where) ?? "");
    return {
      attempts: FAMILIES.toSorted((a, b) => Number(matches(b)) - Number(matches(a))),
      refusal: (key) => {
        if (pinsOf(key).isDisjointFrom(pins)) {
          const expected = [...pins].map((pin) =>
            pin.startsWith("AAAA") ? fingerprint(Uint8Array.fromBase64(pin)) : pin
          );
          return changedError(where, expected.join(" or "), key, `set ${pinSetting(key)}`);
        }
        this.#pinnedTypes.set(where, keyType(key));
        return undefined;
      },
    };
  }

  #checkFirstUse(where: string): HostKeyCheck {
    const first = this.#firstSeen.get(where);
    return {
      attempts: [preferring(first ? [keyType(first)] : [])],
      refusal: (key) => {
        const seen = this.#firstSeen.get(where);
        if (!seen) {
          this.#firstSeen.set(where, key.slice());
          log("ssh").warn(
            `Trusting the SSH host key of "${where}" because it is the first one seen: ${
              describe(key)
            }. Compare it with the node's and set ${pinSetting(key)}`,
          );
          return undefined;
        }
        if (seen.toBase64() === key.toBase64()) return undefined;
        return changedError(where, `${describe(seen)}, seen before`, key, `set ${pinSetting(key)}`);
      },
    };
  }
}
