import { assertEquals, assertStringIncludes } from "../assert.ts";
import { assertFails, assertLogsIn, execThrough } from "./clients.ts";
import { fingerprintOf, generateKey, type KeyOptions } from "./keys.ts";
import { command } from "./processes.ts";
import type { SshServer } from "./server.ts";
import { sshTests } from "./ssh_tests.ts";
import { makeKey } from "./sshd.ts";

const PASSPHRASE = "a passphrase for tests";

const { test, opensshTest } = sshTests();

async function acceptedKey(
  server: SshServer,
  name: string,
  ...options: string[]
): Promise<string> {
  const path = await makeKey(`${server.directory}/${name}`, ...options);
  await server.authorize(`${path}.pub`);
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
async function logInWithAgent(
  server: SshServer,
  agentSocket: string,
  allowed = true,
): Promise<Outcome> {
  const net = [`127.0.0.1:${server.port}`, ...(allowed ? [`unix:${agentSocket}`] : [])];
  const output = await command(
    Deno.execPath(),
    ...["run", "--quiet", "--no-prompt", "--allow-read", `--allow-net=${net}`],
    ...(allowed ? [`--allow-write=${agentSocket}`] : []),
    import.meta.resolve("./log_in.ts"),
    JSON.stringify({ port: server.port, user: server.user, agentSocket }),
  );
  return JSON.parse(output) as Outcome;
}

/** Serves keys through an ssh-agent while the test runs. */
async function withAgent(
  { directory }: SshServer,
  keyPaths: readonly string[],
  work: (agentSocket: string) => Promise<void>,
): Promise<void> {
  const agentSocket = `${await Deno.makeTempDir({ dir: directory })}/agent`;
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
    await work(agentSocket);
  } finally {
    agent.kill();
    await output.cancel();
    await agent.status;
  }
}

const KEYS: readonly KeyOptions[] = [
  { type: "ed25519" },
  { type: "ecdsa", bits: 256 },
  { type: "ecdsa", bits: 384 },
  { type: "ecdsa", bits: 521 },
  { type: "rsa", bits: 2048 },
];

for (const options of KEYS) {
  const { type, bits = "" } = options;
  for (const passphrase of [undefined, PASSPHRASE]) {
    const kind = `${passphrase === undefined ? "plain" : "encrypted"} ${type} key ${bits}`.trim();
    test(`a key logs in: ${kind}`, async ({ server }) => {
      const keyPath = `${server.directory}/${kind.replaceAll(" ", "-")}`;
      await generateKey(keyPath, {
        ...options,
        ...(passphrase === undefined ? {} : { passphrase }),
      });
      await server.authorize(`${keyPath}.pub`);
      await assertLogsIn(await execThrough(server, { keyPath, passphrase }));
    });
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
  opensshTest(`an encrypted ${name} key of ssh-keygen logs in`, async ({ server }) => {
    const keyPath = await acceptedKey(server, name, ...options, "-N", PASSPHRASE);
    await assertLogsIn(await execThrough(server, { keyPath, passphrase: PASSPHRASE }));
  });
}

opensshTest("a restricted key, as the document advises, is enough", async ({ server }) => {
  const keyPath = await makeKey(`${server.directory}/restricted`);
  const line = `restrict,from="127.0.0.1" ${await Deno.readTextFile(`${keyPath}.pub`)}`;
  await Deno.writeTextFile(`${server.directory}/authorized_keys`, line, { append: true });
  await assertLogsIn(await execThrough(server, { keyPath }));
});

opensshTest(
  "the keys of an ssh-agent log in",
  async ({ server }) => {
    const wrong = await makeKey(`${server.directory}/wrong`);
    const right = await acceptedKey(server, "right", "-t", "ecdsa");
    await withAgent(server, [wrong, right], async (agentSocket) => {
      assertEquals(await logInWithAgent(server, agentSocket), { text: "in\n" });
      const { kind, hint } = await logInWithAgent(server, agentSocket, false);
      assertEquals(kind, "agent");
      assertStringIncludes(hint ?? "", `--allow-net=unix:${agentSocket}`);
    });
  },
  "ssh-agent",
  "ssh-add",
);

opensshTest(
  "an ssh-agent that is not there, or holds no key, is said to be so",
  async ({ server }) => {
    const missing = await logInWithAgent(server, `${server.directory}/no-agent`);
    assertEquals(missing.kind, "agent");
    assertStringIncludes(
      missing.message ?? "",
      `"${server.directory}/no-agent": Failed to connect`,
    );
    await withAgent(server, [], async (agentSocket) => {
      const empty = await logInWithAgent(server, agentSocket);
      assertEquals(empty.kind, "agent");
      assertStringIncludes(empty.message ?? "", "it holds no key");
    });
  },
  "ssh-agent",
  "ssh-add",
);

test("a key that the server does not accept is named, with what to do", async ({ server }) => {
  const keyPath = await generateKey(`${server.directory}/unknown`);
  const fingerprint = await fingerprintOf(keyPath);
  const error = await assertFails(await execThrough(server, { keyPath }), "auth");
  assertStringIncludes(error.message, `refused to log in "${server.user}"`);
  assertStringIncludes(error.message, fingerprint);
  assertStringIncludes(error.hint, "authorized_keys");
});

opensshTest(
  "an agent whose keys the server does not accept is said to be so",
  async ({ server }) => {
    const wrong = await Promise.all(
      Array.from({ length: 8 }, (_, i) => makeKey(`${server.directory}/wrong-${i}`)),
    );
    await withAgent(server, wrong, async (agentSocket) => {
      assertEquals((await logInWithAgent(server, agentSocket)).kind, "auth");
    });
  },
  "ssh-agent",
  "ssh-add",
);

test("without key and agent nothing is tried", async ({ server }) => {
  const connections = server.log.count("Connection ");
  const error = await assertFails(
    await execThrough(server, { keyPath: undefined }),
    "settings",
  );
  assertStringIncludes(error.hint, "PROXMOX_SSH_KEY_PATH");
  assertEquals(server.log.count("Connection "), connections);
});
