/**
 * Explains why an SSH connection could not be made: an error with its own hint for each cause.
 *
 * @module
 */
import type { ClientError } from "./ssh2_types.d.ts";
import { SshError, type SshErrorKind } from "./types.ts";

/** Where, as whom, and with what the connection was tried. */
export interface ConnectAttempt {
  /** `host:port` of the server. */
  readonly where: string;
  readonly user: string;
  /** The key or agent, as messages name it. */
  readonly identity: string;
}

/** A cause, by the socket's error code. */
interface SocketCause {
  readonly kind: SshErrorKind;
  readonly message: (where: string) => string;
  readonly hint: string;
}

const CHECK_ADDRESS = "Check PROXMOX_SSH_HOST, PROXMOX_SSH_PORT and PROXMOX_SSH_NODE";

const REFUSED: SocketCause = {
  kind: "refused",
  message: (where) => `Nothing listens for SSH on "${where}"`,
  hint: `${CHECK_ADDRESS}, and on the node: systemctl status ssh`,
};
const UNRESOLVED: SocketCause = {
  kind: "unresolved",
  message: (where) => `There is no address for the SSH host of "${where}"`,
  hint: `${CHECK_ADDRESS}, or give an IP address`,
};
const UNREACHABLE: SocketCause = {
  kind: "unreachable",
  message: (where) => `Cannot reach the SSH server "${where}"`,
  hint: `${CHECK_ADDRESS}, the route, and the firewall between here and there`,
};

const SOCKET_CAUSES: Readonly<Record<string, SocketCause>> = {
  ECONNREFUSED: REFUSED,
  ENOTFOUND: UNRESOLVED,
  EAI_AGAIN: UNRESOLVED,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
};

function socketError(error: ClientError, attempt: ConnectAttempt): SshError {
  const { where } = attempt;
  if (error instanceof Deno.errors.NotCapable) {
    return new SshError(
      "settings",
      `Deno does not allow connecting to the SSH server "${where}"`,
      `Start the program with --allow-net=${where}`,
    );
  }
  if (error.code === "ECONNRESET" || error.code === "EPIPE") return closedEarly(attempt);
  const { kind, message, hint } = SOCKET_CAUSES[String(error.code)] ?? UNREACHABLE;
  return new SshError(kind, `${message(where)}: ${error.message}`, hint, { cause: error });
}

function authError({ where, user, identity }: ConnectAttempt): SshError {
  const home = user === "root" ? "/root" : `~${user}`;
  return new SshError(
    "auth",
    `The SSH server "${where}" refused to log in "${user}" with ${identity}`,
    `Put its public key into ${home}/.ssh/authorized_keys on the node; the node's reason is in: journalctl -u ssh`,
  );
}

/** The error of a connection that could not be made. */
export function connectError(error: ClientError, attempt: ConnectAttempt): SshError {
  const { where } = attempt;
  switch (error.level) {
    case "client-socket":
      return socketError(error, attempt);
    case "client-authentication":
      return authError(attempt);
    case "agent":
      return new SshError(
        "agent",
        `The ssh-agent did not sign the login to "${where}": ${error.message}`,
        "Check with ssh-add -l that it holds a key, and that it does not ask for a confirmation",
      );
    case "client-timeout":
      return new SshError(
        UNREACHABLE.kind,
        `${UNREACHABLE.message(where)}: ${error.message}`,
        UNREACHABLE.hint,
      );
  }
  // Servers end a login that took too many tries with a message of their own.
  if (/too many authentication failures/i.test(error.message)) return authError(attempt);
  return new SshError(
    "protocol",
    `Cannot speak SSH with "${where}": ${error.message}`,
    `${CHECK_ADDRESS}: what answers there must be the node's OpenSSH server`,
    { cause: error },
  );
}

/** The error of a connection that the server closed before the login was over. */
export function closedEarly({ where }: ConnectAttempt): SshError {
  return new SshError(
    "protocol",
    `The SSH server "${where}" closed the connection before the login was over`,
    "It may limit connections (MaxStartups, fail2ban, a firewall); its reason is in: journalctl -u ssh",
  );
}
