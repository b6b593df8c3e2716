/**
 * Connects to SSH servers: checks the host key, then logs in.
 *
 * @module
 */
import { hostAndPort } from "../base/text/host.ts";
import { log } from "../base/process/log.ts";
import { closedEarly, type ConnectAttempt, connectError } from "./connect_errors.ts";
import { Connection } from "./connection.ts";
import { type HostKeyCheck, HostKeys } from "./host_keys.ts";
import { readIdentity } from "./identity.ts";
import type { Client, ConnectOptions } from "./ssh2_types.d.ts";
import { loadSsh2 } from "./ssh2.ts";
import { type SshAddress, SshError, type SshOptions } from "./types.ts";

const LOGIN_MS = 20_000;
/** A connection without an answer for half a minute is taken for lost. */
const KEEPALIVE = { keepaliveInterval: 10_000, keepaliveCountMax: 2 } as const;

/** No key was refused, but the server has none of the family that was asked for. */
class NoSuchKeyError extends Error {}

function logIn(
  client: Client,
  options: Omit<ConnectOptions, "hostVerifier">,
  check: HostKeyCheck,
  attempt: ConnectAttempt,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    let refusal: SshError | undefined;
    const fail = (error: Error): void => {
      reject(refusal ?? error);
      client.destroy();
    };
    // Without it each step of a session waits for the acknowledgement of the one before.
    client.on("connect", () => client.setNoDelay(true));
    client.on("ready", () => resolve(client));
    client.on("error", (error) => {
      const missing = error.level === "handshake" && /host key/.test(error.message);
      fail(missing ? new NoSuchKeyError(error.message) : connectError(error, attempt));
    });
    client.on("close", () => fail(closedEarly(attempt)));
    client.connect({
      ...options,
      hostVerifier: (key) => {
        refusal = check.refusal(key);
        return refusal === undefined;
      },
    });
  });
}

/** Connects to SSH servers with the identity and the host keys of the settings. */
export class Connector {
  readonly #options: SshOptions;
  readonly #hostKeys: HostKeys;

  constructor(options: SshOptions) {
    this.#options = options;
    this.#hostKeys = new HostKeys(options);
  }

  /**
   * A new connection, logged in.
   *
   * @throws {SshError} when none can be made.
   */
  async connect(address: SshAddress): Promise<Connection> {
    const check = await this.#hostKeys.check(address);
    const identity = await readIdentity(this.#options);
    const { Client } = await loadSsh2();
    const where = hostAndPort(address);
    const attempt = { where, user: this.#options.user, identity: identity.description };
    let failure: Error | undefined;
    for (const serverHostKey of check.attempts) {
      const options = {
        ...address,
        ...KEEPALIVE,
        username: this.#options.user,
        readyTimeout: LOGIN_MS,
        // Deno's ECDH does not know the curve of P-521.
        algorithms: { serverHostKey, kex: { remove: ["ecdh-sha2-nistp521"] } },
        authHandler: [identity.method],
      };
      try {
        const client = await logIn(new Client(), options, check, attempt);
        log("ssh").debug(`Logged in to "${where}" as "${attempt.user}" with ${attempt.identity}`);
        return new Connection(client, where, this.#options.clock);
      } catch (error) {
        const next = error instanceof NoSuchKeyError ||
          error instanceof SshError && error.kind === "host-key-changed";
        if (!next) throw error;
        // Of several keys, the one of the preferred family says most.
        if (!(failure instanceof SshError)) failure = error;
      }
    }
    if (failure instanceof SshError) throw failure;
    throw connectError(failure ?? new Error("no host key algorithm in common"), attempt);
  }
}
