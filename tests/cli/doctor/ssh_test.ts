/**
 * What the doctor finds about container exec, with an SSH server as the node.
 *
 * @module
 */
import { systemClock } from "../../../src/base/async/clock.ts";
import { loadConfig } from "../../../src/config/config.ts";
import { type Finding, findingLines } from "../../../src/cli/doctor/finding.ts";
import { sshFindings } from "../../../src/cli/doctor/ssh.ts";
import { assertEquals, assertMatch } from "../../assert.ts";
import { fingerprintOf, generateKey } from "../../ssh/keys.ts";
import type { SshServer } from "../../ssh/server.ts";
import { sshTests } from "../../ssh/ssh_tests.ts";

const { test } = sshTests();
const [HERE = ""] = Deno.hostname().split(".");

type Settings = Readonly<Record<string, string>>;

async function examine(server: SshServer, settings: Settings = {}): Promise<Finding[]> {
  const all: Settings = {
    SSH_ENABLED: "true",
    SSH_HOST: "127.0.0.1",
    SSH_PORT: String(server.port),
    SSH_USER: server.user,
    SSH_KEY_PATH: server.keyPath,
    SSH_HOST_KEY_FINGERPRINT: await fingerprintOf(server.hostKeyPaths[0] ?? ""),
    SSH_NODE: HERE,
    ...settings,
  };
  const { config } = loadConfig({
    get: (name) => all[name.replace("PROXMOX_", "")],
    names: () => [],
    readFile: () => "",
  }, { demo: true });
  const findings: Finding[] = [];
  for await (const finding of sshFindings(config, systemClock)) findings.push(finding);
  return findings;
}

test("doctor logs in and finds pct", async ({ server }) => {
  assertEquals(await examine(server), [
    { check: `SSH of ${HERE}`, status: "ok", text: "logged in, pct is there" },
  ]);
});

test("doctor leaves SSH alone where it is off", async ({ server }) => {
  const [finding] = await examine(server, { SSH_ENABLED: "false" });
  assertEquals(finding?.status, "skip");
});

test("doctor finds that nothing says which host key is right", async ({ server }) => {
  const [, finding] = await examine(server, { SSH_HOST_KEY_FINGERPRINT: "" });
  assertEquals(finding?.status, "warn");
  assertMatch(finding?.fix ?? "", /PROXMOX_SSH_HOST_KEY_FINGERPRINT/);
});

const FAULTS: readonly (readonly [string, (server: SshServer) => Promise<Settings>, RegExp])[] = [
  [
    "a host that is not the node it is said to be",
    () => Promise.resolve({ SSH_NODE: "pve7" }),
    /calls itself ".*", not "pve7"\n.*PROXMOX_SSH_NODE/,
  ],
  [
    "a closed port",
    () => Promise.resolve({ SSH_PORT: "9" }),
    /Nothing listens[^]*PROXMOX_SSH_PORT/,
  ],
  [
    "another host key",
    () => Promise.resolve({ SSH_HOST_KEY_FINGERPRINT: `SHA256:${"A".repeat(43)}` }),
    /PROXMOX_SSH_HOST_KEY_FINGERPRINT/,
  ],
  [
    "a key that may not log in",
    async (server) => ({ SSH_KEY_PATH: await generateKey(`${server.directory}/stranger`) }),
    /authorized_keys/,
  ],
  [
    "a key that is not there",
    () => Promise.resolve({ SSH_KEY_PATH: "/nowhere/key" }),
    /PROXMOX_SSH_KEY_PATH/,
  ],
];

for (const [fault, settings, pattern] of FAULTS) {
  test(`doctor finds ${fault}`, async ({ server }) => {
    const [finding] = await examine(server, await settings(server));
    assertEquals(finding?.status, "fail");
    assertMatch(findingLines(finding!, false), pattern);
  });
}

test("doctor finds a host that is no Proxmox VE node", async ({ start }) => {
  const bare = await start({ hasPct: false });
  try {
    const [finding] = await examine(bare);
    assertEquals(finding?.status, "fail");
    assertMatch(finding?.text ?? "", /the log-in works, but there is no pct/);
  } finally {
    await bare.stop();
  }
});
