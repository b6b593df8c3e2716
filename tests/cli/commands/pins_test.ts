/** What `config` finds out about certificates, at real servers that count what they get. */
import { pinned } from "../../../src/cli/commands/pins.ts";
import { CLIENTS } from "../../../src/cli/commands/client_configs.ts";
import { startedConfig } from "../../../src/cli/commands/config.ts";
import type { Program } from "../../../src/cli/commands/program.ts";
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { environment } from "../../environment.ts";
import { CERTIFICATES } from "../../pve/transport/certificate_kinds.ts";
import { serveRecorder } from "../../pve/transport/tls_server.ts";

const PROGRAM: Program = {
  standalone: true,
  execPath: "/usr/bin/proxmox-mcp",
  denoVersion: "2.9.6",
  mainModule: "file:///proxmox-mcp.js",
};

/** The fingerprint in what `config` prints with these settings, and what it says beside. */
async function configured(
  settings: Readonly<Record<string, string>>,
): Promise<{ fingerprint: string | undefined; notes: string }> {
  const given = Object.entries({ TOKEN_VALUE: "planted-secret", ...settings })
    .map(([key, value]) => [`PROXMOX_${key}`, value]);
  const found = await pinned(environment(Object.fromEntries(given)));
  const options = { demo: false, name: "proxmox" };
  const { snippet: text } = startedConfig(
    CLIENTS["claude-desktop"]!,
    PROGRAM,
    found.environment,
    options,
  );
  assert(!text.includes("planted-secret"), text);
  const [, fingerprint] = /"PROXMOX_SSL_FINGERPRINT": "(.*)"/.exec(text) ?? [];
  return { fingerprint, notes: found.notes.join("\n") };
}

Deno.test("config pins the certificates that the hosts show, and sends them nothing", async () => {
  await using one = await serveRecorder(CERTIFICATES["PVE chain"]);
  await using other = await serveRecorder(CERTIFICATES["self-signed"]);
  const HOST = `127.0.0.1:${one.port}, https://localhost:${other.port}/pve`;
  const fingerprints = [CERTIFICATES["PVE chain"], CERTIFICATES["self-signed"]]
    .map(({ fingerprint }) => fingerprint);
  for (const settings of [{ HOST }, { HOST, SSL_MODE: "Verify" }]) {
    const { fingerprint, notes } = await configured(settings);
    assertEquals(fingerprint, fingerprints.join(","));
    assertStringIncludes(notes, `Pins the certificate that 127.0.0.1:${one.port} shows: subject `);
    assertStringIncludes(notes, "Compare each fingerprint with `pvenode cert info`");
  }
  await Promise.all([one.left(), other.left()]);
  assertEquals([one.connections(), one.received(), other.received()], [2, 0, 0]);
});

Deno.test("config asks no host whose certificate is known otherwise, or not looked at", async () => {
  await using server = await serveRecorder(CERTIFICATES["self-signed"]);
  const HOST = `127.0.0.1:${server.port}`;
  const FINGERPRINT = Array(32).fill("AB").join(":");
  for (
    const known of [
      { SSL_FINGERPRINT: FINGERPRINT },
      { SSL_CA_CERT: "/etc/ca.pem" },
      { SSL_PIN_FILE: "/srv/pins" },
      { SSL_MODE: "strict" },
      { SSL_MODE: "insecure" },
    ]
  ) {
    const { fingerprint, notes } = await configured({ HOST, ...known });
    assertEquals(fingerprint, known.SSL_FINGERPRINT);
    assertEquals(notes, "");
  }
  assertEquals(await configured({}), { fingerprint: undefined, notes: "" });
  assertEquals(server.connections(), 0);
});

Deno.test("config pins no host alone, and says which did not answer and what that means", async () => {
  await using server = await serveRecorder(CERTIFICATES["self-signed"]);
  const HOST = `127.0.0.1:${server.port},127.0.0.1:9`;
  const { fingerprint, notes } = await configured({ HOST });
  assertEquals(fingerprint, undefined);
  assertStringIncludes(notes, "not every host showed one (127.0.0.1:9: ");
  assertStringIncludes(notes, "until PROXMOX_SSL_FINGERPRINT is set");
});
