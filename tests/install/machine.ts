/**
 * A machine to run install.sh on for real: under dash, against a release on a file server of the
 * test's own.
 *
 * @module
 */

import { needs, type Program } from "../programs.ts";

/** Path of install.sh. */
export const SCRIPT = new URL("../../install.sh", import.meta.url).pathname;
const COREUTILS = ["cat", "chmod", "cut", "mkdir", "mktemp", "mv", "rm", "sha256sum", "tr"];
const PROGRAMS = ["bash", "curl", "dash", "grep", "gzip", "sed", "tar"] as const;

/** How a program ended, and what it wrote. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; with `env`, that is all of its environment. */
export async function run(
  command: string,
  args: string[],
  env?: Record<string, string>,
): Promise<Outcome> {
  const output = await new Deno.Command(command, {
    args,
    stdin: "null",
    ...(env ? { env, clearEnv: true } : {}),
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/** Whether there is anything at the path. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

/** Adds a test with a {@linkcode Machine}, which needs these programs beside those of each one. */
export function installTest(
  name: string,
  body: () => Promise<void>,
  ...programs: readonly Program[]
): void {
  Deno.test(name, needs(...PROGRAMS, ...programs), body);
}

/** A home, a search path of its own, and a server with releases. */
export class Machine implements AsyncDisposable {
  readonly requests: string[] = [];
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(readonly root: string) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const path = new URL(request.url).pathname;
      this.requests.push(path);
      const body = this.files.get(path);
      return body ? new Response(body) : new Response("Not found", { status: 404 });
    });
  }

  static async start(): Promise<Machine> {
    const machine = new Machine(await Deno.makeTempDir({ prefix: "install-test-" }));
    await Deno.mkdir(machine.tools);
    for (const tool of [...COREUTILS, ...PROGRAMS]) await machine.addTool(tool);
    await machine.addStub("uname", `case $1 in -s) echo Linux ;; -m) echo x86_64 ;; esac`);
    await machine.addStub("ldd", "echo 'ldd (Debian GLIBC 2.36) 2.36'");
    return machine;
  }

  get tools(): string {
    return `${this.root}/tools`;
  }

  get binary(): string {
    return `${this.root}/home/.local/bin/proxmox-mcp`;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async addTool(name: string): Promise<void> {
    const { stdout } = await run("sh", ["-c", `command -v ${name}`]);
    await Deno.symlink(stdout.trim(), `${this.tools}/${name}`);
  }

  async addStub(name: string, body: string): Promise<void> {
    await Deno.writeTextFile(`${this.tools}/${name}`, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  removeTool(name: string): Promise<void> {
    return Deno.remove(`${this.tools}/${name}`);
  }

  /** Publishes a release whose binary is a shell script that prints its version. */
  async publish(
    version: string,
    { program = `#!/bin/sh\necho "proxmox-mcp ${version}"\n`, target = "linux-x64" } = {},
  ): Promise<void> {
    const name = `proxmox-mcp-${target}.tar.gz`;
    const folder = await Deno.makeTempDir({ dir: this.root });
    await Deno.writeTextFile(`${folder}/proxmox-mcp`, program, { mode: 0o755 });
    await run("tar", ["-czf", `${folder}/${name}`, "-C", folder, "proxmox-mcp"]);
    const sums = await run("sh", ["-c", `cd ${folder} && sha256sum ${name}`]);
    const archive = await Deno.readFile(`${folder}/${name}`);
    for (const path of [`/download/v${version}`, "/latest/download"]) {
      this.files.set(`${path}/${name}`, archive);
      this.files.set(`${path}/SHA256SUMS`, new TextEncoder().encode(sums.stdout));
    }
  }

  install(
    args: string[] = [],
    env: Record<string, string> = {},
    { shell = "dash", script = SCRIPT } = {},
  ): Promise<Outcome> {
    return run(shell, [script, ...args], {
      PATH: this.tools,
      HOME: `${this.root}/home`,
      TMPDIR: this.root,
      BASE_URL: this.baseUrl,
      ...env,
    });
  }

  /** Names in the folder of the binary, hidden ones included. */
  async installed(): Promise<string[]> {
    const folder = this.binary.slice(0, this.binary.lastIndexOf("/"));
    if (!await exists(folder)) return [];
    return Array.from(Deno.readDirSync(folder), (entry) => entry.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await Deno.remove(this.root, { recursive: true });
  }
}
