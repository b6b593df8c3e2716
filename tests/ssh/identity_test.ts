import { assertEquals, assertStringIncludes } from "../assert.ts";
import { assertFails, assertLogsIn, execThrough, sharedServer } from "./clients.ts";
import { command } from "./processes.ts";
import { makeKey } from "./sshd.ts";

const PASSPHRASE = "a passphrase for tests";

const shared = sharedServer();

async function acceptedKey(name: string, ...options: string[]): Promise<string> {
  const path = await makeKey(`${shared.server.directory}/${name}`, ...options);
  await shared.server.authorize(`${path}.pub`);
  return path;
}

/** What `log_in.ts` prints. */
interface Outcome {
  readonly text?: string;
  readonly kind?: string;
  readonly message?: string;
  readonly hint?: string;
}

/** Logs in with an agent, in a process of its own that has the permissions for that. */
async function logInWithAgent(agentSocket: string, allowed = true): Promise<Outcome> {
  const net = [`127.0.0.1:${shared.server.port}`, ...(allowed ? [`unix:${agentSocket}`] : [])];
  const output = await command(
    Deno.execPath(),
    ...["run", "--quiet", "--no-prompt", "--allow-read", `--allow-net=${net}`],
    ...(allowed ? [`--allow-write=${agentSocket}`] : []),
    import.meta.resolve("./log_in.ts"),
    JSON.stringify({ port: shared.server.port, user: shared.server.user, agentSocket }),
  );
  return JSON.parse(output) as Outcome;
}

/** Serves keys through an ssh-agent while the test runs. */
async function withAgent(
  keyPaths: readonly string[],
  test: (agentSocket: string) => Promise<void>,
): Promise<void> {
  const agentSocket = `${await Deno.makeTempDir({ dir: shared.server.directory })}/agent`;
  const args = ["-D", "-a", agentSocket];
  const agent = new Deno.Command("ssh-agent", { args, stdout: "piped" }).spawn();
  const output = agent.stdout.getReader();
  try {
    // Its first words say that it listens.
    await output.read();
    for (const path of keyPaths) {
      const env = { SSH_AUTH_SOCK: agentSocket };
      await new Deno.Command("ssh-add", { args: ["-q", path], env }).output();
    }
    await test(agentSocket);
  } finally {
    agent.kill();
    await output.cancel();
    await agent.status;
  }
}

for (
  const [name, ...options] of [
    ["ecdsa-256", "-t", "ecdsa", "-b", "256"],
    ["ecdsa-384", "-t", "ecdsa", "-b", "384"],
    ["ecdsa-521", "-t", "ecdsa", "-b", "521"],
    ["rsa", "-t", "rsa", "-b", "3072"],
    ["ed25519", "-t", "ed25519"],
    ["rsa-pem", "-t", "rsa", "-b", "2048", "-m", "PEM"],
    ["ecdsa-pkcs8", "-t", "ecdsa", "-m", "PKCS8"],
  ] as [string, ...string[]][]
) {
  Deno.test(`an encrypted ${name} key logs in`, async () => {
    const keyPath = await acceptedKey(name, ...options, "-N", PASSPHRASE);
    await assertLogsIn(await execThrough(shared.server, { keyPath, passphrase: PASSPHRASE }));
  });
}

Deno.test("a restricted key, as the document advises, is enough", async () => {
  const keyPath = await makeKey(`${shared.server.directory}/restricted`);
  await shared.server.authorize(`${keyPath}.pub`, 'restrict,from="127.0.0.1"');
  await assertLogsIn(await execThrough(shared.server, { keyPath }));
});

Deno.test("the keys of an ssh-agent log in", async () => {
  const wrong = await makeKey(`${shared.server.directory}/wrong`);
  const right = await acceptedKey("right", "-t", "ecdsa");
  await withAgent([wrong, right], async (agentSocket) => {
    assertEquals(await logInWithAgent(agentSocket), { text: "in\n" });
    const { kind, hint } = await logInWithAgent(agentSocket, false);
    assertEquals(kind, "agent");
    assertStringIncludes(hint ?? "", `--allow-net=unix:${agentSocket}`);
  });
});

Deno.test("an ssh-agent that is not there, or holds no key, is said to be so", async () => {
  const missing = await logInWithAgent(`${shared.server.directory}/no-agent`);
  assertEquals(missing.kind, "agent");
  assertStringIncludes(
    missing.message ?? "",
    `"${shared.server.directory}/no-agent": Failed to connect`,
  );
  await withAgent([], async (agentSocket) => {
    const empty = await logInWithAgent(agentSocket);
    assertEquals(empty.kind, "agent");
    assertStringIncludes(empty.message ?? "", "it holds no key");
  });
});

Deno.test("a key that the server does not accept is named, with what to do", async () => {
  const keyPath = await makeKey(`${shared.server.directory}/unknown`);
  const fingerprint = (await command("ssh-keygen", "-lf", `${keyPath}.pub`)).split(" ")[1] ?? "";
  const error = await assertFails(await execThrough(shared.server, { keyPath }), "auth");
  assertStringIncludes(error.message, `refused to log in "${shared.server.user}"`);
  assertStringIncludes(error.message, fingerprint);
  assertStringIncludes(error.hint, "authorized_keys");
});

Deno.test("an agent whose keys the server does not accept is said to be so", async () => {
  const wrong = await Promise.all(
    Array.from({ length: 8 }, (_, i) => makeKey(`${shared.server.directory}/wrong-${i}`)),
  );
  await withAgent(wrong, async (agentSocket) => {
    assertEquals((await logInWithAgent(agentSocket)).kind, "auth");
  });
});

Deno.test("without key and agent nothing is tried", async () => {
  const connections = shared.server.count("Connection ");
  const error = await assertFails(
    await execThrough(shared.server, { keyPath: undefined }),
    "settings",
  );
  assertStringIncludes(error.hint, "PROXMOX_SSH_KEY_PATH");
  assertEquals(shared.server.count("Connection "), connections);
});
