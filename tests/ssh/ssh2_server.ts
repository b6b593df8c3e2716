/**
 * An SSH server inside the test process, of the library ssh2, with a node behind it that needs no
 * program: it tests on every machine what OpenSSH tests where it is installed.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { readPrivateKey } from "../../src/ssh/private_key.ts";
import type { ParsedKey } from "../../src/ssh/ssh2_types.d.ts";
import { concat } from "../../src/ssh/wire.ts";
import { generateKey } from "./keys.ts";
import { NodeStandIn, type Session } from "./node_stand_in.ts";
import { ServerLog, type ServerOptions, type SshServer } from "./server.ts";
import type {
  Authentication,
  PublicKey,
  ServerChannel,
  ServerConnection,
  ServerSession,
} from "./ssh2_server_types.d.ts";
// @ts-types="./ssh2_server_types.d.ts"
import { Server, utils } from "ssh2";

/** What OpenSSH allows as it comes. */
const MAX_SESSIONS = 10;

function parsePublicKey(text: string | Uint8Array): PublicKey {
  const key = utils.parseKey(text);
  if (key instanceof Error || Array.isArray(key)) throw new TypeError(`Not a public key: ${text}`);
  return key;
}

/** The stdin of a session. */
class Stdin implements Session {
  readonly #gone = new AbortController();
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #wake = (): void => {};

  constructor(channel: ServerChannel) {
    channel.on("data", (data) => {
      this.#chunks.push(data);
      this.#size += data.length;
      this.#wake();
    });
    for (const end of ["end", "close"] as const) {
      channel.on(end, () => {
        this.#gone.abort();
        this.#wake();
      });
    }
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  async read(bytes: number): Promise<Uint8Array> {
    while (this.#size < bytes && !this.gone.aborted) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return concat(...this.#chunks).subarray(0, bytes);
  }
}

/** A running server. */
export class Ssh2Server implements SshServer {
  readonly log = new ServerLog();
  readonly user = "root";
  readonly #server: Server;
  readonly #connections = new Set<ServerConnection>();
  readonly #authorized: PublicKey[] = [];
  readonly #node: NodeStandIn;
  #port = 0;

  private constructor(
    readonly directory: string,
    readonly keyPath: string,
    readonly hostKeyPaths: readonly string[],
    hostKeys: readonly ParsedKey[],
    options: ServerOptions,
  ) {
    const { kex, cipher, mac, hasPct = true } = options;
    this.#node = new NodeStandIn(hasPct);
    const algorithms = {
      ...(kex === undefined ? {} : { kex: [kex] }),
      ...(cipher === undefined ? {} : { cipher: [cipher] }),
      ...(mac === undefined ? {} : { hmac: [mac] }),
    };
    this.#server = new Server(
      { hostKeys: hostKeys.map((key) => ({ key })), algorithms },
      (connection, { ip }) => {
        this.#serve(connection, ip);
      },
    );
  }

  static async start(options: ServerOptions = {}): Promise<Ssh2Server> {
    const directory = await Deno.makeTempDir({ prefix: "ssh2-" });
    const keyPath = await generateKey(`${directory}/key`);
    const hostKeyPaths = await Promise.all(
      (options.hostKeys ?? [{}]).map((key, i) => generateKey(`${directory}/host_${i}`, key)),
    );
    // Deno refuses to sign with an ECDSA key as ssh2 itself reads it.
    const hostKeys = await Promise.all(hostKeyPaths.map((path) => readPrivateKey(path, undefined)));
    const server = new Ssh2Server(directory, keyPath, hostKeyPaths, hostKeys, options);
    await server.authorize(`${keyPath}.pub`);
    await server.#listen(options.port ?? 0);
    return server;
  }

  get port(): number {
    return this.#port;
  }

  async authorize(publicKeyPath: string): Promise<void> {
    this.#authorized.push(parsePublicKey(await Deno.readTextFile(publicKeyPath)));
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(resolve));
    for (const connection of this.#connections) connection.end();
    await closed;
    await Deno.remove(this.directory, { recursive: true });
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    this.#port = this.#server.address().port;
  }

  #serve(connection: ServerConnection, ip: string): void {
    this.log.add(`Connection from ${ip}\n`);
    this.#connections.add(connection);
    let who = "";
    let sessions = 0;
    connection.on("authentication", (authentication) => {
      if (!this.#accepts(authentication)) return authentication.reject(["publickey"]);
      if (authentication.signature) {
        who = `user ${authentication.username} `;
        this.log.add(`Accepted publickey for ${authentication.username} from ${ip}\n`);
      }
      authentication.accept();
    });
    connection.on("session", (accept, reject) => {
      if (sessions === MAX_SESSIONS) return reject();
      sessions++;
      this.#open(accept().on("close", () => sessions--));
    });
    // A client that goes away is no error of the server's.
    connection.on("error", () => {});
    connection.on("close", () => {
      this.#connections.delete(connection);
      this.log.add(`Disconnected from ${who}${ip}\n`);
    });
  }

  #accepts({ username, key, blob, signature, hashAlgo }: Authentication): boolean {
    if (username !== this.user || !key) return false;
    const same = (each: PublicKey): boolean => each.getPublicSSH().equals(key.data as Buffer);
    const known = this.#authorized.find(same);
    if (!known || !signature || !blob) return known !== undefined;
    return known.verify(blob, signature, hashAlgo) === true;
  }

  #open(session: ServerSession): void {
    session.on("exec", (accept, _, { command }) => {
      const channel = accept();
      channel.on("error", () => {});
      this.#run(command, channel);
    });
  }

  async #run(line: string, channel: ServerChannel): Promise<void> {
    const encoder = new TextEncoder();
    const { status, stdout, stderr } = await this.#node.run(line, new Stdin(channel));
    channel.write(encoder.encode(stdout));
    channel.stderr.write(encoder.encode(stderr));
    channel.exit(status);
    channel.end();
  }
}
