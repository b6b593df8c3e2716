import { IDLE_MS } from "../../src/ssh/pool.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { ManualClock } from "../virtual_clock.ts";
import { assertFails, assertLogsIn, execThrough, requestFor } from "./clients.ts";
import { fingerprintOf, generateKey, type KeyOptions } from "./keys.ts";
import { command } from "./processes.ts";
import type { SshServer } from "./server.ts";
import { sshTests } from "./ssh_tests.ts";

const ALL_KEYS: readonly KeyOptions[] = [
  { type: "ed25519" },
  { type: "ecdsa" },
  { type: "rsa", bits: 2048 },
];

const { test, opensshTest } = sshTests({ hostKeys: ALL_KEYS });

function fingerprintsOf({ hostKeyPaths }: SshServer): Promise<string[]> {
  return Promise.all(hostKeyPaths.map(fingerprintOf));
}

/** Lines of a known_hosts file, one for each host key. */
function linesOf({ hostKeyPaths, port }: SshServer): Promise<string[]> {
  return Promise.all(hostKeyPaths.map(async (path) => {
    return `[127.0.0.1]:${port} ${await Deno.readTextFile(`${path}.pub`)}`;
  }));
}

async function knownHosts({ directory }: SshServer, ...text: string[]): Promise<string> {
  const path = await Deno.makeTempFile({ dir: directory });
  await Deno.writeTextFile(path, text.join(""));
  return path;
}

test("any host key of a server may be the pinned one", async ({ server }) => {
  const fingerprints = await fingerprintsOf(server);
  for (const hostKeyFingerprint of fingerprints) {
    await assertLogsIn(await execThrough(server, { hostKeyFingerprint }));
  }
  const hostKeyFingerprint = `SHA256:${"A".repeat(43)}, ${fingerprints[2]}`;
  await assertLogsIn(await execThrough(server, { hostKeyFingerprint }));
});

test("the pinned key is asked for first on a later connection", async ({ server }) => {
  const fingerprints = await fingerprintsOf(server);
  const clock = new ManualClock();
  const options = { hostKeyFingerprint: fingerprints[2] ?? "", clock };
  const exec = await execThrough(server, options);
  const aborted = "Disconnected from 127.0.0.1";
  const before = server.log.count(aborted);
  await exec.run(requestFor("true"));
  await server.log.logged(aborted, before + 2);
  const ends = server.log.count("Disconnected from user");
  clock.advance(IDLE_MS);
  await server.log.logged("Disconnected from user", ends + 1);
  await exec.run(requestFor("true"));
  assertEquals(server.log.count(aborted), before + 2);
  await exec.close();
});

test("a host key that is not the pinned one is refused before the login", async ({ server }) => {
  const fingerprints = await fingerprintsOf(server);
  const logins = server.log.count("Accepted publickey");
  const hostKeyFingerprint = `SHA256:${"A".repeat(43)}`;
  const exec = await execThrough(server, { hostKeyFingerprint });
  const error = await assertFails(exec, "host-key-changed");
  assertEquals(
    error.message,
    `The SSH host key of "127.0.0.1:${server.port}" is not the right one: expected ${hostKeyFingerprint}, got ${
      fingerprints[0]
    } (ssh-ed25519)`,
  );
  assertStringIncludes(error.hint, `PROXMOX_SSH_HOST_KEY_FINGERPRINT=${fingerprints[0]}`);
  assertEquals(server.log.count("Accepted publickey"), logins);
});

test("a fingerprint that is none is refused before anything is connected", async ({ server }) => {
  const exec = await execThrough(server, { hostKeyFingerprint: "yes" });
  await assertFails(exec, "settings");
});

test("a known_hosts file is enough, whichever key it has", async ({ server }) => {
  const lines = await linesOf(server);
  const pinned = { hostKeyFingerprint: undefined };
  for (const line of lines) {
    const knownHostsPath = await knownHosts(server, "other.example.com ssh-rsa AAAA\n", line);
    await assertLogsIn(await execThrough(server, { ...pinned, knownHostsPath }));
  }
});

opensshTest("a known_hosts file whose hosts are hashed is enough", async ({ server }) => {
  const lines = await linesOf(server);
  const knownHostsPath = await knownHosts(server, ...lines);
  await command("ssh-keygen", "-q", "-H", "-f", knownHostsPath);
  const options = { hostKeyFingerprint: undefined, knownHostsPath };
  await assertLogsIn(await execThrough(server, options));
});

test("a host that known_hosts does not have is refused, with the line to add", async ({ server }) => {
  const fingerprints = await fingerprintsOf(server);
  const knownHostsPath = await knownHosts(server, "other.example.com ssh-rsa AAAA\n");
  const options = { hostKeyFingerprint: undefined, knownHostsPath };
  const error = await assertFails(await execThrough(server, options), "host-key-unknown");
  assertStringIncludes(error.message, fingerprints[0] ?? "none");
  const line = error.hint.split("add the line: ")[1] ?? "";
  await Deno.writeTextFile(knownHostsPath, `${line}\n`);
  await assertLogsIn(await execThrough(server, options));
});

test("another key than that of known_hosts, or a revoked one, is refused", async ({ server }) => {
  const lines = await linesOf(server);
  const other = await Deno.readTextFile(`${await generateKey(`${server.directory}/other`)}.pub`);
  const stale = await knownHosts(server, `[127.0.0.1]:${server.port} ${other}`);
  const revoked = await knownHosts(server, ...lines, ...lines.map((line) => `@revoked ${line}`));
  for (const knownHostsPath of [stale, revoked]) {
    const options = { hostKeyFingerprint: undefined, knownHostsPath };
    const error = await assertFails(await execThrough(server, options), "host-key-changed");
    assertStringIncludes(error.hint, "somebody may be in between");
  }
});

test("a known_hosts file that cannot be read is said to be so", async ({ server }) => {
  const knownHostsPath = `${server.directory}/none`;
  const options = { hostKeyFingerprint: undefined, knownHostsPath };
  const error = await assertFails(await execThrough(server, options), "known-hosts");
  assertStringIncludes(error.message, knownHostsPath);
});

test("the first key is trusted for the life of the process, and a later one refused", async ({ start }) => {
  const first = await start();
  const directory = await Deno.makeTempDir();
  const keyPath = await generateKey(`${directory}/key`);
  await first.authorize(`${keyPath}.pub`);
  const exec = await execThrough(first, { keyPath, hostKeyFingerprint: undefined });
  assertEquals((await exec.run(requestFor("echo 1"))).stdout.text, "1\n");
  await first.stop();

  const second = await start({ port: first.port });
  await second.authorize(`${keyPath}.pub`);
  const error = await assertFails(exec, "host-key-changed");
  assertStringIncludes(error.message, "seen before");
  assertStringIncludes(error.message, await fingerprintOf(second.hostKeyPaths[0] ?? ""));
  assertEquals(second.log.count("Accepted publickey"), 0);
  await second.stop();
  await Deno.remove(directory, { recursive: true });
});

test("trusting a first key is logged once, with the line that pins it", async ({ server }) => {
  const fingerprints = await fingerprintsOf(server);
  const settings = {
    port: server.port,
    user: server.user,
    keyPath: server.keyPath,
  };
  const log = async (more: Record<string, string>): Promise<string> => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--allow-read"],
        `--allow-net=127.0.0.1:${server.port}`,
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
