/**
 * Takes the options of container exec from the settings.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import type { Config } from "../config/config.ts";
import type { SshOptions } from "./types.ts";

/** The options of container exec. */
export function sshOptions(config: Config, clock: Clock): SshOptions {
  return {
    nodes: config.sshNodes,
    user: config.sshUser,
    keyPath: config.sshKeyPath,
    passphrase: config.sshKeyPassphrase,
    agentSocket: config.sshAgent,
    hostKeyFingerprint: config.sshHostKeyFingerprint,
    knownHostsPath: config.sshKnownHosts,
    clock,
  };
}
