/** First uses that outlast the process: real servers, real files, several processes. */
import { connect } from "node:net";
import type { TlsCheck } from "../../../src/pve/transport/certificate.ts";
import { pinFile } from "../../../src/pve/transport/pin_file.ts";
import { createTransport } from "../../../src/pve/transport/tls.ts";
import { TransportError } from "../../../src/pve/transport/transport.ts";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "../../assert.ts";
import { ask, CERTIFICATES, type Kind } from "./certificate_kinds.ts";
import { request } from "./open_transport.ts";
import { serveRecorder, serveTcp } from "./tls_server.ts";

const FINGERPRINT = CERTIFICATES["self-signed"].fingerprint;

/** A folder of its own for the time of the test. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What came of asking. */
interface Asked {
  readonly checks: readonly TlsCheck[];
  readonly error: TransportError | undefined;
  readonly endpoint: string;
  readonly port: number;
}

/** Serves a certificate, and asks for it as a process does that has just begun. */
async function askAnew(kind: Kind, pins: string, port = 0): Promise<Asked> {
  await using server = await serveRecorder(CERTIFICATES[kind], { port });
  const transport = createTransport({ sslMode: "verify", pinFile: pins, maxConnections: 8 });
  const { checks, error } = await ask(transport, server.url);
  transport.close();
  await server.left();
  assertEquals(server.received() > 0, error === undefined);
  return { checks, error, endpoint: `127.0.0.1:${server.port}`, port: server.port };
}

/** Asks with a file that cannot be used: the words of the error, and that nothing was sent. */
async function refusalWith(pins: string): Promise<{ message: string; hint: string }> {
  await using server = await serveRecorder(CERTIFICATES["self-signed"]);
  const transport = createTransport({ sslMode: "verify", pinFile: pins, maxConnections: 8 });
  const error = await assertRejects(
    () => transport.fetch(server.url, request()),
    TransportError,
    `Cannot use PROXMOX_SSL_PIN_FILE="${pins}": `,
  );
  transport.close();
  await server.left();
  assertEquals(server.received(), 0);
  assertEquals(error.details.maybeSent, false);
  return { message: error.message, hint: String(error.details.hint) };
}

Deno.test("the pin file remembers a first use for the next process, readable by its owner alone", () =>
  inFolder(async (folder) => {
    const pins = `${folder}/pins`;
    const { port, endpoint } = await askAnew("self-signed", pins);
    assertEquals(await Deno.readTextFile(pins), `${endpoint} ${FINGERPRINT}\n`);
    if (Deno.build.os !== "windows") assertEquals((await Deno.stat(pins)).mode! & 0o777, 0o600);
    assertEquals((await askAnew("self-signed", pins, port)).checks, []);
    assertEquals(await Deno.readTextFile(pins), `${endpoint} ${FINGERPRINT}\n`);
  }));

Deno.test("a certificate that changed since its first use is refused in every process, and never learned", () =>
  inFolder(async (folder) => {
    const pins = `${folder}/pins`;
    const { port, endpoint } = await askAnew("self-signed", pins);
    const before = await Deno.readTextFile(pins);
    for (const kind of ["PVE chain", "PVE chain", "expired", "wrong name"] as const) {
      const { checks, error } = await askAnew(kind, pins, port);
      assertEquals(checks, ["changed since first use"], kind);
      assertStringIncludes(
        error!.message,
        `PROXMOX_SSL_PIN_FILE remembers (SHA-256 ${FINGERPRINT})`,
      );
      const { fingerprint } = CERTIFICATES[kind];
      assertStringIncludes(
        String(error!.details.hint),
        `\`pvenode cert info\` on the node shows the new fingerprint, write "${endpoint} ${fingerprint}" in place of its line in ${pins}`,
      );
    }
    assertEquals(await Deno.readTextFile(pins), before);
    assertEquals((await askAnew("self-signed", pins, port)).checks, []);
  }));

Deno.test("the line that the error tells accepts the renewed certificate, without a new start", () =>
  inFolder(async (folder) => {
    const pins = `${folder}/pins`;
    const transport = createTransport({ sslMode: "verify", pinFile: pins, maxConnections: 8 });
    const { port } = await askAnew("self-signed", pins);
    await using server = await serveRecorder(CERTIFICATES["PVE chain"], { port });
    const { error } = await ask(transport, server.url);
    const [, line = ""] = /write "([^"]+)"/.exec(String(error?.details.hint)) ?? [];
    await Deno.writeTextFile(pins, `# renewed\n\n${line.toLowerCase()}`);
    assertEquals((await ask(transport, server.url)).checks, []);
    transport.close();
    await server.left();
  }));

Deno.test("a certificate that is not fit for a first use is not remembered", () =>
  inFolder(async (folder) => {
    const pins = `${folder}/pins`;
    for (const kind of ["wrong name", "expired", "not yet valid"] as const) {
      assertEquals((await askAnew(kind, pins)).checks, [kind]);
    }
    await assertRejects(() => Deno.stat(pins), Deno.errors.NotFound);
  }));

Deno.test("hosts are remembered beside each other, also after a last line without an end", () =>
  inFolder(async (folder) => {
    const pins = `${folder}/pins`;
    await Deno.writeTextFile(pins, `pve1:8006 ${FINGERPRINT}`);
    const { endpoint } = await askAnew("PVE chain", pins);
    assertEquals(
      await Deno.readTextFile(pins),
      `pve1:8006 ${FINGERPRINT}\n${endpoint} ${CERTIFICATES["PVE chain"].fingerprint}\n`,
    );
  }));

const BROKEN: Readonly<Record<string, readonly [content: string, line: number]>> = {
  "what is no fingerprint": ["pve1:8006 AB:CD\n", 1],
  "half a line": [`pve1:8006 ${FINGERPRINT}\npve2:8006 ${FINGERPRINT.slice(0, 40)}`, 2],
  "a host twice": [`pve1:8006 ${FINGERPRINT}\nPVE1:8006 ${FINGERPRINT}\n`, 2],
  "a host without its port": [`pve1 ${FINGERPRINT}\n`, 1],
  "a secret": ["aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\n", 1],
};

for (const [what, [content, line]] of Object.entries(BROKEN)) {
  Deno.test(`a pin file that holds ${what} is refused before a byte is sent, and left as it is`, () =>
    inFolder(async (folder) => {
      const pins = `${folder}/pins`;
      await Deno.writeTextFile(pins, content);
      const { message, hint } = await refusalWith(pins);
      assertStringIncludes(message, `in line ${line}`);
      assertMatch(hint, /Correct or remove that line/);
      assertEquals(message.includes("aaaaaaaa"), false, "The content is told");
      assertEquals(await Deno.readTextFile(pins), content);
    }));
}

Deno.test("a pin file whose folder is missing is told in words", () =>
  inFolder(async (folder) => {
    const { message, hint } = await refusalWith(`${folder}/missing/pins`);
    assertMatch(message, /its folder does not exist$/);
    assertMatch(hint, /Make that folder/);
  }));

Deno.test("a folder in place of a pin file is told in words", () =>
  inFolder(async (folder) => {
    assertMatch((await refusalWith(folder)).message, /it is not a file$/);
  }));

const CLIENT = new URL("./pin_file_client.ts", import.meta.url).pathname;

/** Asks a port in a process of its own, which may do nothing but what is allowed here. */
async function askInProcess(
  port: number,
  pins: string,
  allowed: readonly string[],
): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", `--allow-net=127.0.0.1:${port}`, ...allowed],
      ...[CLIENT, String(port), pins],
    ],
  }).output();
  const text = new TextDecoder().decode(stdout).trim();
  return text === "" ? new TextDecoder().decode(stderr) : text;
}

Deno.test("permission for the pin file alone is enough, and its lack is told in words", () =>
  inFolder(async (folder) => {
    const pins = `${folder}/pins`;
    await using server = await serveRecorder(CERTIFICATES["self-signed"]);
    const options = [`--allow-read=${pins}`, `--allow-write=${pins}`];
    for (const allowed of [[], options.slice(0, 1), options.slice(1)]) {
      const refused = await askInProcess(server.port, pins, allowed);
      assertStringIncludes(refused, "without permission to read and write it");
      assertStringIncludes(refused, options.join(" "));
    }
    assertEquals(server.received(), 0);
    assertEquals(await askInProcess(server.port, pins, options), "accepted");
  }));

Deno.test("of two processes that see a host for the first time at once, the first one counts", () =>
  inFolder((folder) => {
    const [one, other] = [pinFile(`${folder}/pins`), pinFile(`${folder}/pins`)];
    const theirs = CERTIFICATES["PVE chain"].fingerprint;
    assertEquals([one.get("pve1:8006"), other.get("pve1:8006")], [undefined, undefined]);
    assertEquals(one.remember("pve1:8006", FINGERPRINT), FINGERPRINT);
    assertEquals(other.remember("pve1:8006", theirs), FINGERPRINT);
    assertEquals(other.remember("pve2:8006", theirs), theirs);
    assertEquals([one.get("pve1:8006"), one.get("pve2:8006")], [FINGERPRINT, theirs]);
    return Promise.resolve();
  }));

Deno.test("several processes that see different certificates of a host at once agree on one", () =>
  inFolder(async (folder) => {
    const pins = `${folder}/pins`;
    await using one = await serveRecorder(CERTIFICATES["self-signed"]);
    await using other = await serveRecorder(CERTIFICATES["PVE chain"]);
    let turn = 0;
    await using host = await serveTcp((socket) => {
      const { port } = turn++ % 2 === 0 ? one : other;
      const behind = connect(port, "127.0.0.1");
      behind.on("error", () => socket.destroy());
      socket.pipe(behind).pipe(socket);
    });
    const options = [`--allow-read=${pins}`, `--allow-write=${pins}`];
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => askInProcess(host.port, pins, options)),
    );
    const refused = answers.filter((each) => each !== "accepted");
    assertEquals(refused.length, 4);
    for (const each of refused) assertStringIncludes(each, "not the one that PROXMOX_SSL_PIN_FILE");
    const [line = "", ...more] = (await Deno.readTextFile(pins)).split("\n");
    assertEquals(more, [""]);
    const trustsOne = line === `127.0.0.1:${host.port} ${FINGERPRINT}`;
    assertEquals([one.received() > 0, other.received() > 0], [trustsOne, !trustsOne]);
  }));

/** Hosts that several processes meet at once. */
const HOSTS = Array.from({ length: 100 }, (_, index) => `pve${index}:8006`);

/** Remembers all hosts with one fingerprint, once it is told to; answers those that count. */
function rememberInProcess(pins: string, fingerprint: string): Deno.ChildProcess {
  const module = new URL("../../../src/pve/transport/pin_file.ts", import.meta.url);
  const code = `import { pinFile } from ${JSON.stringify(module)};
    const file = pinFile(${JSON.stringify(pins)});
    Deno.stdin.readSync(new Uint8Array(1));
    const hosts = ${JSON.stringify(HOSTS)};
    console.log(hosts.map((host) => file.remember(host, ${JSON.stringify(fingerprint)})).join());`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
}

Deno.test("several processes that meet many hosts at once agree on each, and lose none", () =>
  inFolder(async (folder) => {
    const pins = `${folder}/pins`;
    const fingerprints = ["AA", "BB", "CC", "DD"].map((pair) => Array(32).fill(pair).join(":"));
    const processes = fingerprints.map((each) => rememberInProcess(pins, each));
    await Promise.all(processes.map(({ stdin }) => new Blob(["!"]).stream().pipeTo(stdin)));
    const answers = await Promise.all(processes.map((process) => process.output()));
    const [first, ...others] = answers.map(({ stdout }) => new TextDecoder().decode(stdout).trim());
    assertEquals(others, Array(3).fill(first));
    const lines = (await Deno.readTextFile(pins)).trimEnd().split("\n");
    const counting = first!.split(",");
    assertEquals(
      lines.toSorted(),
      HOSTS.map((host, index) => `${host} ${counting[index]}`).toSorted(),
    );
  }));
