/**
 * Debian's OpenSSH server on 127.0.0.1, started for a test file with keys of its own, and with
 * stand-ins for a node's commands on its PATH. It ends by itself when a test run does not end it.
 *
 * @module
 */
import { pathOf } from "../programs.ts";
import type { KeyOptions } from "./keys.ts";
import { writeStandIns } from "./pct_stand_in.ts";
import { command, descendants } from "./processes.ts";
import { ServerLog, type ServerOptions, type SshServer } from "./server.ts";

const MOST_SECONDS = "240";

/** Makes a key pair, encrypted in one round; the public one is beside it with `.pub`. */
export async function makeKey(path: string, ...options: string[]): Promise<string> {
  const type = options.includes("-t") ? [] : ["-t", "ed25519"];
  const passphrase = options.includes("-N") ? [] : ["-N", ""];
  await command("ssh-keygen", "-q", "-a", "1", ...type, ...passphrase, ...options, "-f", path);
  return path;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** What only this server can do for a test. */
export interface SshdOptions extends ServerOptions {
  /** Further lines of sshd_config; the first of a kind counts. */
  readonly config?: readonly string[];
  /** The environment of its sessions. */
  readonly env?: Readonly<Record<string, string>>;
}

function keygenOptions({ type = "ed25519", bits }: KeyOptions): string[] {
  return ["-t", type, ...(bits === undefined ? [] : ["-b", String(bits)])];
}

/** The lines of sshd_config for the algorithms that a test wants. */
function algorithmLines({ kex, cipher, mac }: ServerOptions): string[] {
  return [
    ...(kex === undefined ? [] : [`KexAlgorithms ${kex}`]),
    ...(cipher === undefined ? [] : [`Ciphers ${cipher}`]),
    ...(mac === undefined ? [] : [`MACs ${mac}`]),
  ];
}

/** A running server. */
export class Sshd implements SshServer {
  readonly log = new ServerLog();
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;

  private constructor(
    readonly port: number,
    readonly directory: string,
    readonly keyPath: string,
    readonly hostKeyPaths: readonly string[],
    readonly user: string,
    process: Deno.ChildProcess,
  ) {
    this.#process = process;
    this.#reading = this.#read();
  }

  static async start(options: SshdOptions = {}): Promise<Sshd> {
    const directory = await Deno.makeTempDir({ prefix: "sshd-" });
    await writeStandIns(`${directory}/bin`);
    const keyPath = await makeKey(`${directory}/key`);
    await Deno.copyFile(`${keyPath}.pub`, `${directory}/authorized_keys`);
    const hostKeyPaths = await Promise.all(
      (options.hostKeys ?? [{}]).map((key, i) =>
        makeKey(`${directory}/host_${i}`, ...keygenOptions(key))
      ),
    );
    const port = options.port ?? freePort();
    const env = {
      PATH: [...(options.hasPct === false ? [] : [`${directory}/bin`]), "/usr/bin", "/bin"].join(
        ":",
      ),
      PROXMOX_SECRET_OF_THE_HOST: "planted",
      ...options.env,
    };
    await Deno.writeTextFile(
      `${directory}/sshd_config`,
      [
        ...(options.config ?? []),
        ...algorithmLines(options),
        `ListenAddress 127.0.0.1:${port}`,
        ...hostKeyPaths.map((each) => `HostKey ${each}`),
        `AuthorizedKeysFile ${directory}/authorized_keys`,
        `PidFile ${directory}/pid`,
        `SetEnv ${Object.entries(env).map(([name, value]) => `${name}=${value}`).join(" ")}`,
        "StrictModes no",
        "UsePAM no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PermitRootLogin yes",
        "MaxStartups 100",
      ].join("\n") + "\n",
    );
    const user = (await command("id", "-un")).trim();
    // Its privilege separation directory, which Debian makes when the service starts.
    if (user === "root") await Deno.mkdir("/run/sshd", { recursive: true });
    const process = new Deno.Command("timeout", {
      args: [MOST_SECONDS, pathOf("sshd") ?? "sshd", "-D", "-e", "-f", `${directory}/sshd_config`],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const server = new Sshd(port, directory, keyPath, hostKeyPaths, user, process);
    await server.log.logged("Server listening on");
    return server;
  }

  async authorize(publicKeyPath: string): Promise<void> {
    const line = await Deno.readTextFile(publicKeyPath);
    await Deno.writeTextFile(`${this.directory}/authorized_keys`, line, { append: true });
  }

  async stop(): Promise<void> {
    const listener = (await Deno.readTextFile(`${this.directory}/pid`)).trim();
    const sessions = await descendants(Number(listener));
    for (const pid of [...sessions, Number(listener)]) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    await this.#process.status;
    await this.#reading;
    await Deno.remove(this.directory, { recursive: true });
  }

  async #read(): Promise<void> {
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
      this.log.add(text);
    }
    this.log.end();
  }
}
