/**
 * From the settings of the program to those of container exec.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import type { Config } from "../config/config.ts";
import type { SshOptions } from "./types.ts";

/** What container exec needs to know. */
export function sshOptions(config: Config, clock: Clock): SshOptions {
  return {
    nodes: config.sshNodes,
    user: config.SSH_USER,
    keyPath: config.SSH_KEY_PATH,
    passphrase: config.SSH_KEY_PASSPHRASE,
    agentSocket: config.SSH_AGENT,
    hostKeyFingerprint: config.SSH_HOST_KEY_FINGERPRINT,
    knownHostsPath: config.SSH_KNOWN_HOSTS,
    clock,
  };
}
