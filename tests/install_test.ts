/**
 * install.sh for real: under dash, against a release on a file server of the test's own.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "./assert.ts";

const SCRIPT = new URL("../install.sh", import.meta.url).pathname;
const TOOLS = [
  ...["cat", "chmod", "cut", "grep", "gzip", "mkdir", "mktemp", "mv", "rm", "sed", "tar", "tr"],
  ...["bash", "curl", "dash", "sha256sum"],
];

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
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

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

/** A home, a search path of its own, and a server with releases. */
class Machine implements AsyncDisposable {
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
    for (const tool of TOOLS) await machine.addTool(tool);
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

function clientConfig(stdout: string): unknown {
  return JSON.parse(stdout.slice(stdout.indexOf("{\n"), stdout.lastIndexOf("\n}") + 2));
}

Deno.test("install.sh passes shellcheck as POSIX sh", async () => {
  const { code, stdout } = await run("shellcheck", ["--shell=sh", SCRIPT]);
  assertEquals(stdout, "");
  assertEquals(code, 0);
});

Deno.test("install.sh downloads from the repository that deno.json is named after", async () => {
  const { name } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  const text = await Deno.readTextFile(SCRIPT);
  const links = text.match(/(?<=github(usercontent)?\.com\/)[\w-]+\/[\w-]+/g) ?? [];
  assertEquals([...new Set(links)], [name.slice(1)]);
});

for (const shell of ["dash", "bash"]) {
  Deno.test(`install.sh installs the latest release under ${shell}`, async () => {
    await using machine = await Machine.start();
    await machine.publish("0.1.0");
    const { code, stdout, stderr } = await machine.install([], {}, { shell });
    assertEquals(stderr, "");
    assertEquals(code, 0);
    assertEquals(machine.requests, [
      "/latest/download/SHA256SUMS",
      "/latest/download/proxmox-mcp-linux-x64.tar.gz",
    ]);
    assertEquals(await machine.installed(), ["proxmox-mcp"]);
    assertEquals((await run(machine.binary, [])).stdout, "proxmox-mcp 0.1.0\n");
    assertStringIncludes(stdout, "is not on your PATH");
    const config = clientConfig(stdout) as { mcpServers: { proxmox: { command: string } } };
    assertEquals(config.mcpServers.proxmox.command, machine.binary);
    const left = Array.from(Deno.readDirSync(machine.root), (entry) => entry.name);
    assert(!left.some((name) => name.startsWith("tmp.")), `${left} has a work folder`);
  });
}

Deno.test("install.sh installs VERSION, with or without a leading v, under PREFIX", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.2.0");
  const prefix = `${machine.root}/opt/my "tools"`;
  const path = `${machine.tools}:${prefix}/bin`;
  const { code, stdout } = await machine.install([], {
    VERSION: "v0.2.0",
    PREFIX: prefix,
    PATH: path,
  });
  assertEquals(code, 0);
  assertEquals(machine.requests[0], "/download/v0.2.0/SHA256SUMS");
  assert(await exists(`${prefix}/bin/proxmox-mcp`));
  assert(!stdout.includes("is not on your PATH"));
  const config = clientConfig(stdout) as { mcpServers: { proxmox: { command: string } } };
  assertEquals(config.mcpServers.proxmox.command, `${prefix}/bin/proxmox-mcp`);
});

Deno.test("install.sh replaces an older binary in one step", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  await machine.install();
  const before = await Deno.stat(machine.binary);
  await machine.publish("0.2.0");
  const { code } = await machine.install();
  assertEquals(code, 0);
  assertEquals((await run(machine.binary, [])).stdout, "proxmox-mcp 0.2.0\n");
  assertEquals(await machine.installed(), ["proxmox-mcp"]);
  assert((await Deno.stat(machine.binary)).ino !== before.ino, "the old file was written over");
});

for (
  const [what, spoil, message] of [
    ["a wrong checksum", "SHA256SUMS", /The checksum of "proxmox-mcp-linux-x64.tar.gz" is/],
    [
      "a changed archive",
      "proxmox-mcp-linux-x64.tar.gz",
      /The checksum of .* nothing was installed/,
    ],
  ] as const
) {
  Deno.test(`install.sh refuses ${what} and keeps what was installed`, async () => {
    await using machine = await Machine.start();
    await machine.publish("0.1.0");
    await machine.install();
    await machine.publish("0.2.0");
    const path = `/latest/download/${spoil}`;
    const bytes = machine.files.get(path)!.slice();
    bytes[10] = bytes[10] === 48 ? 49 : 48;
    machine.files.set(path, bytes);
    const { code, stderr } = await machine.install();
    assertEquals(code, 1);
    assertMatch(stderr, message);
    assertEquals(await machine.installed(), ["proxmox-mcp"]);
    assertEquals((await run(machine.binary, [])).stdout, "proxmox-mcp 0.1.0\n");
  });
}

Deno.test("install.sh refuses an archive that SHA256SUMS does not mention", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  machine.files.set(
    "/latest/download/SHA256SUMS",
    new TextEncoder().encode("0123  other.tar.gz\n"),
  );
  const { code, stderr } = await machine.install();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "SHA256SUMS does not mention");
  assertEquals(await machine.installed(), []);
});

Deno.test("install.sh installs nothing when the release is missing", async () => {
  await using machine = await Machine.start();
  const { code, stderr } = await machine.install([], { VERSION: "9.9.9" });
  assertEquals(code, 1);
  assertStringIncludes(stderr, `Cannot download ${machine.baseUrl}/download/v9.9.9/SHA256SUMS`);
  assertEquals(await machine.installed(), []);
});

Deno.test("install.sh installs nothing when the binary does not run here", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0", { program: "#!/bin/sh\nexit 1\n" });
  const { code, stderr } = await machine.install();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "The binary for linux-x64 does not run on this system");
  assertEquals(await machine.installed(), []);
});

Deno.test("install.sh cut off anywhere does nothing", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  const text = await Deno.readTextFile(SCRIPT);
  const lastLine = text.lastIndexOf("\n", text.length - 2) + 1;
  const lineEnds = Array.from(text.matchAll(/\n/g), (match) => match.index + 1).slice(0, -1);
  const inLastLine = Array.from('{ main "$@"; ', (_, index) => lastLine + index + 1);
  for (const cut of [...lineEnds, ...inLastLine]) {
    const script = `${machine.root}/cut.sh`;
    await Deno.writeTextFile(script, text.slice(0, cut));
    await machine.install([], {}, { script });
  }
  assertEquals(machine.requests, []);
  assertEquals(await machine.installed(), []);
});

Deno.test("install.sh uses wget and shasum where curl and sha256sum are missing", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  for (const tool of ["curl", "sha256sum"]) await machine.removeTool(tool);
  for (const tool of ["wget", "shasum"]) await machine.addTool(tool);
  await machine.addTool("perl");
  const { code, stderr } = await machine.install();
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await machine.installed(), ["proxmox-mcp"]);
});

for (
  const [tool, message] of [
    ["curl", "Neither curl nor wget is installed"],
    ["sha256sum", "Neither sha256sum nor shasum is installed"],
    ["tar", '"tar" is not installed'],
  ] as const
) {
  Deno.test(`install.sh without ${tool} says what is missing and downloads nothing`, async () => {
    await using machine = await Machine.start();
    await machine.removeTool(tool);
    const { code, stderr } = await machine.install();
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
    assertEquals(machine.requests, []);
  });
}

for (
  const [system, cpu, target] of [
    ["Linux", "aarch64", "linux-arm64"],
    ["Darwin", "x86_64", "macos-x64"],
    ["Darwin", "arm64", "macos-arm64"],
  ] as const
) {
  Deno.test(`install.sh takes ${target} for ${system} on ${cpu}`, async () => {
    await using machine = await Machine.start();
    await machine.addStub("uname", `case $1 in -s) echo ${system} ;; -m) echo ${cpu} ;; esac`);
    const { code, stdout } = await machine.install(["--dry-run"]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, `/latest/download/proxmox-mcp-${target}.tar.gz`);
  });
}

Deno.test("install.sh takes macos-arm64 for a shell under Rosetta", async () => {
  await using machine = await Machine.start();
  await machine.addStub("uname", `case $1 in -s) echo Darwin ;; -m) echo x86_64 ;; esac`);
  await machine.addStub("sysctl", "echo 1");
  const { stdout } = await machine.install(["--dry-run"]);
  assertStringIncludes(stdout, "proxmox-mcp-macos-arm64.tar.gz");
});

for (
  const [name, stubs, message] of [
    ["musl", { ldd: "echo 'musl libc (x86_64)' >&2; exit 1" }, "This system uses musl"],
    ["Windows", { uname: "echo MINGW64_NT-10.0" }, "proxmox-mcp-windows-x64.zip"],
    ["FreeBSD", { uname: "echo FreeBSD" }, 'No binary is built for "FreeBSD"'],
    ["a 32-bit processor", {
      uname: "case $1 in -s) echo Linux ;; -m) echo armv7l ;; esac",
    }, 'No binary is built for "armv7l" processors'],
  ] as const
) {
  Deno.test(`install.sh says that ${name} is not supported`, async () => {
    await using machine = await Machine.start();
    for (const [stub, body] of Object.entries(stubs)) await machine.addStub(stub, body);
    const { code, stderr } = await machine.install();
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
    assertEquals(machine.requests, []);
  });
}

Deno.test("install.sh --uninstall removes the binary, and says when there is none", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  await machine.install();
  const dry = await machine.install(["--uninstall", "--dry-run"]);
  assertEquals([dry.code, dry.stdout], [0, `Would remove ${machine.binary}\n`]);
  assertEquals(await machine.installed(), ["proxmox-mcp"]);
  const removed = await machine.install(["--uninstall"]);
  assertEquals(removed.code, 0);
  assertStringIncludes(removed.stdout, `Removed ${machine.binary}`);
  assertEquals(await machine.installed(), []);
  const again = await machine.install(["--uninstall"]);
  assertEquals([again.code, again.stdout], [
    0,
    `Nothing to remove: ${machine.binary} does not exist\n`,
  ]);
});

Deno.test("install.sh --dry-run downloads and installs nothing", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  const { code, stdout } = await machine.install(["--dry-run"], { VERSION: "0.1.0" });
  assertEquals(code, 0);
  assertStringIncludes(stdout, `${machine.baseUrl}/download/v0.1.0/proxmox-mcp-linux-x64.tar.gz`);
  assertStringIncludes(stdout, `install ${machine.binary}`);
  assertEquals(machine.requests, []);
  assertEquals(await machine.installed(), []);
});

Deno.test("install.sh --help names every variable and needs nothing else", async () => {
  await using machine = await Machine.start();
  const { code, stdout } = await machine.install(["--help"]);
  assertEquals(code, 0);
  for (const word of ["VERSION", "PREFIX", "BASE_URL", "--uninstall", "--dry-run", "Exit codes"]) {
    assertStringIncludes(stdout, word);
  }
});

for (
  const [args, env, code, message] of [
    [["--force"], {}, 2, 'Unknown argument "--force"'],
    [[], { BASE_URL: "http://mirror.example.com" }, 1, "is not https"],
    [[], { BASE_URL: "http://127.0.0.1.example.com" }, 1, "is not https"],
    [[], { BASE_URL: "file:///tmp/releases" }, 1, "is not https"],
    [[], { VERSION: "1.0/../../x" }, 1, "is not a version"],
    [[], { PREFIX: "relative" }, 1, "is not an absolute path"],
    [[], { HOME: "" }, 1, "HOME is not set"],
  ] as const
) {
  Deno.test(`install.sh refuses ${JSON.stringify([...args, env])}`, async () => {
    await using machine = await Machine.start();
    await machine.publish("0.1.0");
    const outcome = await machine.install([...args], { ...env });
    assertEquals(outcome.code, code);
    assertStringIncludes(outcome.stderr, message);
    assertEquals(machine.requests, []);
    assertEquals(await machine.installed(), []);
  });
}

Deno.test("install.sh takes a plain BASE_URL when told to", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  const mirror = `${machine.root}/mirror/latest/download`;
  await Deno.mkdir(mirror, { recursive: true });
  for (const name of ["SHA256SUMS", "proxmox-mcp-linux-x64.tar.gz"]) {
    await Deno.writeFile(`${mirror}/${name}`, machine.files.get(`/latest/download/${name}`)!);
  }
  const { code, stderr } = await machine.install([], {
    BASE_URL: `file://${machine.root}/mirror/`,
    ALLOW_PLAIN_BASE_URL: "1",
  });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await machine.installed(), ["proxmox-mcp"]);
});
