/**
 * Debian's OpenSSH server on 127.0.0.1, started for a test file with keys of its own, and with
 * stand-ins for a node's commands on its PATH. It ends by itself when a test run does not end it.
 *
 * @module
 */
import { writeStandIns } from "./pct_stand_in.ts";
import { command, descendants } from "./processes.ts";

const PROGRAM = "/usr/sbin/sshd";
const MOST_SECONDS = "240";

/** Makes a key pair; the public one is beside it with `.pub`. */
export async function makeKey(path: string, ...options: string[]): Promise<string> {
  const type = options.includes("-t") ? [] : ["-t", "ed25519"];
  const passphrase = options.includes("-N") ? [] : ["-N", ""];
  await command("ssh-keygen", "-q", ...type, ...passphrase, ...options, "-f", path);
  return path;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** What a test may want different. */
export interface SshdOptions {
  /** Host keys, as arguments of `ssh-keygen`; one ed25519 key without. */
  readonly hostKeys?: readonly (readonly string[])[];
  /** Further lines of sshd_config; the first of a kind counts. */
  readonly config?: readonly string[];
  /** The port of a server that was stopped. */
  readonly port?: number;
  /** The environment of its sessions. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A running server. */
export class Sshd {
  /** What the server logged. */
  log = "";
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #waiting = new Set<() => void>();

  private constructor(
    readonly port: number,
    /** A directory for this server's and the test's files, removed at the end. */
    readonly directory: string,
    /** A private key that may log in. */
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
      (options.hostKeys ?? [[]]).map((args, i) => makeKey(`${directory}/host_${i}`, ...args)),
    );
    const port = options.port ?? freePort();
    const env = {
      PATH: `${directory}/bin:/usr/bin:/bin`,
      PROXMOX_SECRET_OF_THE_HOST: "planted",
      ...options.env,
    };
    await Deno.writeTextFile(
      `${directory}/sshd_config`,
      [
        ...(options.config ?? []),
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
      args: [MOST_SECONDS, PROGRAM, "-D", "-e", "-f", `${directory}/sshd_config`],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const server = new Sshd(port, directory, keyPath, hostKeyPaths, user, process);
    await server.logged("Server listening on");
    return server;
  }

  /** Lets one more key log in, with options before it as `authorized_keys` has them. */
  async authorize(publicKeyPath: string, options = ""): Promise<void> {
    const line = `${options} ${await Deno.readTextFile(publicKeyPath)}`;
    await Deno.writeTextFile(`${this.directory}/authorized_keys`, line, { append: true });
  }

  /** Ends the listener, and the sessions with it, as a crash of the node would. */
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

  /** Resolves when the server has logged this `times` times. */
  async logged(text: string, times = 1): Promise<void> {
    while (this.count(text) < times) {
      const more = new Promise<void>((resolve) => this.#waiting.add(resolve));
      const ended = this.#process.status.then(() => this.#reading).then(() => {
        if (this.count(text) >= times) return;
        throw new Error(`sshd (of the package openssh-server) ended: ${this.log}`);
      });
      await Promise.race([more, ended]);
    }
  }

  /** How often the server has logged this. */
  count(text: string): number {
    return this.log.split(text).length - 1;
  }

  async #read(): Promise<void> {
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
      this.log += text;
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    }
  }
}

/** The fingerprint of a key pair, as `ssh-keygen -l` prints it. */
export async function fingerprintOfFile(path: string): Promise<string> {
  const line = await command("ssh-keygen", "-lf", `${path}.pub`);
  return line.split(" ")[1] ?? "";
}
