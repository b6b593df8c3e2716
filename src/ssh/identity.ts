/**
 * Reads what the program logs in with: a key file, or an ssh-agent.
 *
 * @module
 */
import { fingerprint } from "./fingerprint.ts";
import { readPrivateKey } from "./private_key.ts";
import type { AuthMethod, OpenSSHAgent } from "./ssh2_types.d.ts";
import { loadSsh2 } from "./ssh2.ts";
import { SshError, type SshOptions } from "./types.ts";

/** A way to log in. */
export interface Identity {
  readonly method: AuthMethod;
  /** The key or agent, as messages name it. */
  readonly description: string;
}

function agentError(path: string, why: string): SshError {
  return new SshError(
    "agent",
    `Cannot use the ssh-agent "${path}": ${why}`,
    "Check PROXMOX_SSH_AGENT (the value of SSH_AUTH_SOCK), and with ssh-add -l that the agent holds a key",
  );
}

/** Connecting throws only where Deno does not allow it. */
function notAllowed(path: string): SshError {
  return new SshError(
    "agent",
    `Deno does not allow connecting to the ssh-agent "${path}"`,
    `Start the program with --allow-net=unix:${path} --allow-read=${path} --allow-write=${path} (beside what it has)`,
  );
}

function countKeys(agent: OpenSSHAgent, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    try {
      agent.getIdentities((error, keys) => {
        if (error) reject(agentError(path, error.message));
        else resolve(keys?.length ?? 0);
      });
    } catch {
      reject(notAllowed(path));
    }
  });
}

/**
 * The identity that the settings name: the key file, and without one the agent.
 *
 * @throws {SshError} when it cannot be used.
 */
export async function readIdentity(options: SshOptions): Promise<Identity> {
  const { user: username, keyPath, passphrase, agentSocket } = options;
  if (keyPath) {
    const key = await readPrivateKey(keyPath, passphrase);
    return {
      method: { type: "publickey", username, key },
      description: `the key ${fingerprint(key.getPublicSSH())} of "${keyPath}"`,
    };
  }
  if (agentSocket) {
    const { OpenSSHAgent } = await loadSsh2();
    const agent = new OpenSSHAgent(agentSocket);
    if (await countKeys(agent, agentSocket) === 0) throw agentError(agentSocket, "it holds no key");
    return {
      method: { type: "agent", username, agent },
      description: `the keys of the ssh-agent "${agentSocket}"`,
    };
  }
  throw new SshError(
    "settings",
    "There is no key to log in to the SSH server with",
    "Set PROXMOX_SSH_KEY_PATH to a private key file, or PROXMOX_SSH_AGENT to the socket of an ssh-agent",
  );
}
