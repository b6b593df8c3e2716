import { systemClock } from "../../src/base/async/clock.ts";
import { connectError } from "../../src/ssh/connect_errors.ts";
import { createContainerExec } from "../../src/ssh/container_exec.ts";
import type { ContainerExec, SshErrorKind } from "../../src/ssh/types.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { assertDocumented, assertFails, assertLogsIn, execThrough, requestFor } from "./clients.ts";
import { generateKey } from "./keys.ts";
import { command } from "./processes.ts";
import type { ServerOptions } from "./server.ts";
import { sshTests } from "./ssh_tests.ts";

const { test, opensshTest } = sshTests();

let directory = "";
let keyPath = "";

Deno.test.beforeAll(async () => {
  directory = await Deno.makeTempDir();
  keyPath = await generateKey(`${directory}/key`);
});
Deno.test.afterAll(async () => {
  await Deno.remove(directory, { recursive: true });
});

function execAt(port: number): ContainerExec {
  const nodes = new Map([["pve1", { host: "127.0.0.1", port }]]);
  return createContainerExec({ nodes, user: "root", keyPath, clock: systemClock });
}

/** The port of a TCP server that answers each connection like this, once. */
function listen(answer: (connection: Deno.Conn) => Promise<void>): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.accept().then(async (connection) => {
    listener.close();
    await answer(connection);
    connection.close();
  });
  return listener.addr.port;
}

Deno.test("a port on which nothing listens is said to refuse", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const error = await assertFails(execAt(port), "refused");
  assertMatch(error.message, /^Nothing listens for SSH on "127.0.0.1:\d+": .*ECONNREFUSED/);
  assertStringIncludes(error.hint, "PROXMOX_SSH_PORT");
});

Deno.test("a server that is no SSH server is said to be none", async () => {
  const port = listen(async (connection) => {
    await connection.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await connection.closeWrite();
    await connection.read(new Uint8Array(1000));
  });
  assertMatch((await assertFails(execAt(port), "protocol")).message, /^Cannot speak SSH with/);
});

Deno.test("a server that closes before the login is said to do so", async () => {
  const port = listen(async (connection) => {
    await connection.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9.2\r\n"));
  });
  const error = await assertFails(execAt(port), "protocol");
  assertMatch(error.message, /closed the connection before the login was over$/);
});

Deno.test("a host that Deno does not allow is named with the flag", async () => {
  const output = await command(
    Deno.execPath(),
    ...["run", "--quiet", "--no-prompt", "--allow-read", import.meta.resolve("./log_in.ts")],
    JSON.stringify({ port: 2222, user: "root", keyPath }),
  );
  const { kind, hint } = JSON.parse(output);
  assertEquals([kind, hint], ["settings", "Start the program with --allow-net=127.0.0.1:2222"]);
});

const ALGORITHMS: readonly ServerOptions[] = [
  { kex: "curve25519-sha256" },
  { kex: "ecdh-sha2-nistp256" },
  { kex: "ecdh-sha2-nistp384" },
  { kex: "diffie-hellman-group14-sha256" },
  { cipher: "aes256-gcm@openssh.com" },
  { cipher: "aes128-ctr", mac: "hmac-sha2-256-etm@openssh.com" },
  { cipher: "chacha20-poly1305@openssh.com" },
];

for (const algorithms of ALGORITHMS) {
  test(`a server with ${JSON.stringify(algorithms)} takes the login`, async ({ start }) => {
    const server = await start(algorithms);
    await assertLogsIn(await execThrough(server));
    await server.stop();
  });
}

for (
  const line of ["KexAlgorithms diffie-hellman-group-exchange-sha256", "Compression yes"]
) {
  opensshTest(`a server with ${line} takes the login`, async ({ start }) => {
    const server = await start({ config: [line] });
    await assertLogsIn(await execThrough(server));
    await server.stop();
  });
}

opensshTest("a connection goes on when the server wants new keys", async ({ start }) => {
  const server = await start({ config: ["RekeyLimit 64K"] });
  const exec = await execThrough(server, { hostKeyFingerprint: undefined });
  const stdin = "0123456789".repeat(100_000);
  const { stdout } = await exec.run(requestFor("wc -c", { stdin }));
  assertEquals(stdout.text.trim(), "1000000");
  await assertLogsIn(exec);
  await server.stop();
});

test("a server with which no algorithm is in common is said to be so", async ({ start }) => {
  const server = await start({ kex: "ecdh-sha2-nistp521" });
  const error = await assertFails(await execThrough(server), "protocol");
  assertMatch(error.message, /no matching key exchange algorithm/);
  await server.stop();
});

Deno.test("connectError() has a message for each cause", async () => {
  const attempt = { where: "pve1:22", user: "root", identity: "the key" };
  const cases: [string, string, SshErrorKind][] = [
    ["client-socket", "ECONNREFUSED", "refused"],
    ["client-socket", "ENOTFOUND", "unresolved"],
    ["client-socket", "EAI_AGAIN", "unresolved"],
    ["client-socket", "EHOSTUNREACH", "unreachable"],
    ["client-socket", "ENETUNREACH", "unreachable"],
    ["client-socket", "ETIMEDOUT", "unreachable"],
    ["client-socket", "ECONNRESET", "protocol"],
    ["client-socket", "EOTHER", "unreachable"],
    ["client-timeout", "", "unreachable"],
    ["client-authentication", "", "auth"],
    ["agent", "", "agent"],
    ["protocol", "", "protocol"],
  ];
  for (const [level, code, kind] of cases) {
    const error = connectError(Object.assign(new Error("reason"), { level, code }), attempt);
    assertEquals(error.kind, kind);
    assertStringIncludes(error.message, "pve1:22");
    assertMatch(error.message, /^[A-Z].*[^.]$/);
    assertMatch(error.hint, /^[A-Z]/);
    await assertDocumented(error);
  }
  const tries = connectError(new Error("Too many authentication failures"), attempt);
  assertEquals(tries.kind, "auth");
});
