/**
 * What the doctor finds about container exec, with Debian's OpenSSH server as the node.
 *
 * @module
 */
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config.ts";
import { type Finding, findingLines } from "../../src/doctor/finding.ts";
import { sshFindings } from "../../src/doctor/ssh.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { fingerprintOfFile, makeKey, Sshd } from "../ssh/sshd.ts";

let server: Sshd;
let fingerprint: string;
const [HERE = ""] = Deno.hostname().split(".");

Deno.test.beforeAll(async () => {
  server = await Sshd.start();
  fingerprint = await fingerprintOfFile(server.hostKeyPaths[0] ?? "");
});

Deno.test.afterAll(() => server.stop());

async function examine(settings: Readonly<Record<string, string>>): Promise<Finding[]> {
  const all: Readonly<Record<string, string>> = {
    SSH_ENABLED: "true",
    SSH_HOST: "127.0.0.1",
    SSH_PORT: String(server.port),
    SSH_USER: server.user,
    SSH_KEY_PATH: server.keyPath,
    SSH_HOST_KEY_FINGERPRINT: fingerprint,
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

Deno.test("doctor logs in and finds pct", async () => {
  assertEquals(await examine({}), [
    { check: `SSH of ${HERE}`, status: "ok", text: "logged in, pct is there" },
  ]);
});

Deno.test("doctor leaves SSH alone where it is off", async () => {
  const [finding] = await examine({ SSH_ENABLED: "false" });
  assertEquals(finding?.status, "skip");
});

Deno.test("doctor finds that nothing says which host key is right", async () => {
  const [, finding] = await examine({ SSH_HOST_KEY_FINGERPRINT: "" });
  assertEquals(finding?.status, "warn");
  assertMatch(finding?.fix ?? "", /PROXMOX_SSH_HOST_KEY_FINGERPRINT/);
});

const FAULTS:
  readonly (readonly [string, () => Promise<Readonly<Record<string, string>>>, RegExp])[] = [
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
      async () => ({ SSH_KEY_PATH: await makeKey(`${server.directory}/stranger`) }),
      /authorized_keys/,
    ],
    [
      "a key that is not there",
      () => Promise.resolve({ SSH_KEY_PATH: "/nowhere/key" }),
      /PROXMOX_SSH_KEY_PATH/,
    ],
  ];

for (const [fault, settings, words] of FAULTS) {
  Deno.test(`doctor finds ${fault}`, async () => {
    const [finding] = await examine(await settings());
    assertEquals(finding?.status, "fail");
    assertMatch(findingLines(finding!, false), words);
  });
}

Deno.test("doctor finds a host that is no Proxmox VE node", async () => {
  const bare = await Sshd.start({ env: { PATH: "/usr/bin:/bin" } });
  try {
    const [finding] = await examine({
      SSH_PORT: String(bare.port),
      SSH_KEY_PATH: bare.keyPath,
      SSH_HOST_KEY_FINGERPRINT: await fingerprintOfFile(bare.hostKeyPaths[0] ?? ""),
    });
    assertEquals(finding?.status, "fail");
    assertMatch(finding?.text ?? "", /the log-in works, but there is no pct/);
  } finally {
    await bare.stop();
  }
});
