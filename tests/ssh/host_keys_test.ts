import { IDLE_MS } from "../../src/ssh/pool.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { assertFails, assertLogsIn, execThrough, requestFor, sharedServer } from "./clients.ts";
import { ManualClock } from "../virtual_clock.ts";
import { command } from "./processes.ts";
import { fingerprintOfFile, makeKey, Sshd } from "./sshd.ts";

const ALL_KEYS = [["-t", "ed25519"], ["-t", "ecdsa"], ["-t", "rsa", "-b", "2048"]];

const shared = sharedServer({ hostKeys: ALL_KEYS });
let fingerprints: string[];
/** Lines of a known_hosts file, one for each host key. */
let lines: string[];

Deno.test.beforeAll(async () => {
  fingerprints = await Promise.all(shared.server.hostKeyPaths.map(fingerprintOfFile));
  lines = await Promise.all(shared.server.hostKeyPaths.map(async (path) => {
    return `[127.0.0.1]:${shared.server.port} ${await Deno.readTextFile(`${path}.pub`)}`;
  }));
});

async function knownHosts(...text: string[]): Promise<string> {
  const path = await Deno.makeTempFile({ dir: shared.server.directory });
  await Deno.writeTextFile(path, text.join(""));
  return path;
}

Deno.test("any host key of a server may be the pinned one", async () => {
  for (const hostKeyFingerprint of fingerprints) {
    await assertLogsIn(await execThrough(shared.server, { hostKeyFingerprint }));
  }
  const hostKeyFingerprint = `SHA256:${"A".repeat(43)}, ${fingerprints[2]}`;
  await assertLogsIn(await execThrough(shared.server, { hostKeyFingerprint }));
});

Deno.test("the pinned key is asked for first on a later connection", async () => {
  const clock = new ManualClock();
  const options = { hostKeyFingerprint: fingerprints[2] ?? "", clock };
  const exec = await execThrough(shared.server, options);
  const aborted = "Disconnected from 127.0.0.1";
  const before = shared.server.count(aborted);
  await exec.run(requestFor("true"));
  await shared.server.logged(aborted, before + 2);
  const ends = shared.server.count("Disconnected from user");
  clock.advance(IDLE_MS);
  await shared.server.logged("Disconnected from user", ends + 1);
  await exec.run(requestFor("true"));
  assertEquals(shared.server.count(aborted), before + 2);
  await exec.close();
});

Deno.test("a host key that is not the pinned one is refused before the login", async () => {
  const logins = shared.server.count("Accepted publickey");
  const hostKeyFingerprint = `SHA256:${"A".repeat(43)}`;
  const exec = await execThrough(shared.server, { hostKeyFingerprint });
  const error = await assertFails(exec, "host-key-changed");
  assertEquals(
    error.message,
    `The SSH host key of "127.0.0.1:${shared.server.port}" is not the right one: expected ${hostKeyFingerprint}, got ${
      fingerprints[0]
    } (ssh-ed25519)`,
  );
  assertStringIncludes(error.hint, `PROXMOX_SSH_HOST_KEY_FINGERPRINT=${fingerprints[0]}`);
  assertEquals(shared.server.count("Accepted publickey"), logins);
});

Deno.test("a fingerprint that is none is refused before anything is connected", async () => {
  const exec = await execThrough(shared.server, { hostKeyFingerprint: "yes" });
  await assertFails(exec, "settings");
});

Deno.test("a known_hosts file is enough, plain or hashed, whichever key it has", async () => {
  const pinned = { hostKeyFingerprint: undefined };
  for (const line of lines) {
    const knownHostsPath = await knownHosts("other.example.com ssh-rsa AAAA\n", line);
    await assertLogsIn(await execThrough(shared.server, { ...pinned, knownHostsPath }));
    await command("ssh-keygen", "-q", "-H", "-f", knownHostsPath);
    await assertLogsIn(await execThrough(shared.server, { ...pinned, knownHostsPath }));
  }
});

Deno.test("a host that known_hosts does not have is refused, with the line to add", async () => {
  const knownHostsPath = await knownHosts("other.example.com ssh-rsa AAAA\n");
  const options = { hostKeyFingerprint: undefined, knownHostsPath };
  const error = await assertFails(await execThrough(shared.server, options), "host-key-unknown");
  assertStringIncludes(error.message, fingerprints[0] ?? "none");
  const line = error.hint.split("add the line: ")[1] ?? "";
  await Deno.writeTextFile(knownHostsPath, `${line}\n`);
  await assertLogsIn(await execThrough(shared.server, options));
});

Deno.test("another key than that of known_hosts, or a revoked one, is refused", async () => {
  const other = await Deno.readTextFile(`${await makeKey(`${shared.server.directory}/other`)}.pub`);
  const stale = await knownHosts(`[127.0.0.1]:${shared.server.port} ${other}`);
  const revoked = await knownHosts(...lines, ...lines.map((line) => `@revoked ${line}`));
  for (const knownHostsPath of [stale, revoked]) {
    const options = { hostKeyFingerprint: undefined, knownHostsPath };
    const error = await assertFails(await execThrough(shared.server, options), "host-key-changed");
    assertStringIncludes(error.hint, "somebody may be in between");
  }
});

Deno.test("a known_hosts file that cannot be read is said to be so", async () => {
  const knownHostsPath = `${shared.server.directory}/none`;
  const options = { hostKeyFingerprint: undefined, knownHostsPath };
  const error = await assertFails(await execThrough(shared.server, options), "known-hosts");
  assertStringIncludes(error.message, knownHostsPath);
});

Deno.test("the first key is trusted for the life of the process, and a later one refused", async () => {
  const first = await Sshd.start();
  const directory = await Deno.makeTempDir();
  const keyPath = await makeKey(`${directory}/key`);
  await first.authorize(`${keyPath}.pub`);
  const exec = await execThrough(first, { keyPath, hostKeyFingerprint: undefined });
  assertEquals((await exec.run(requestFor("echo 1"))).stdout.text, "1\n");
  await first.stop();

  const second = await Sshd.start({ port: first.port });
  await second.authorize(`${keyPath}.pub`);
  const error = await assertFails(exec, "host-key-changed");
  assertStringIncludes(error.message, "seen before");
  assertStringIncludes(error.message, await fingerprintOfFile(second.hostKeyPaths[0] ?? ""));
  assertEquals(second.count("Accepted publickey"), 0);
  await second.stop();
  await Deno.remove(directory, { recursive: true });
});

Deno.test("trusting a first key is logged once, with the line that pins it", async () => {
  const settings = {
    port: shared.server.port,
    user: shared.server.user,
    keyPath: shared.server.keyPath,
  };
  const log = async (more: Record<string, string>): Promise<string> => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--allow-read"],
        `--allow-net=127.0.0.1:${shared.server.port}`,
        import.meta.resolve("./log_in.ts"),
        JSON.stringify({ ...settings, ...more }),
      ],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), '{"text":"in\\n"}');
    return new TextDecoder().decode(stderr);
  };
  const warning = await log({});
  assertEquals(warning.split("\n").length, 2);
  assert(warning.startsWith('WARNING ssh: Trusting the SSH host key of "127.0.0.1:'));
  assertStringIncludes(warning, `PROXMOX_SSH_HOST_KEY_FINGERPRINT=${fingerprints[0]}`);
  assertEquals(await log({ hostKeyFingerprint: fingerprints[1] ?? "" }), "");
});
