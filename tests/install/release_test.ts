/** install.sh installs a release whole, or nothing. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { exists, installTest, Machine, run } from "./machine.ts";

function clientConfig(stdout: string): unknown {
  return JSON.parse(stdout.slice(stdout.indexOf("{\n"), stdout.lastIndexOf("\n}") + 2));
}

for (const shell of ["dash", "bash"]) {
  installTest(`install.sh installs the latest release under ${shell}`, async () => {
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

installTest("install.sh installs VERSION, with or without a leading v, under PREFIX", async () => {
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

installTest("install.sh replaces an older binary in one step", async () => {
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
  installTest(`install.sh refuses ${what} and keeps what was installed`, async () => {
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

installTest("install.sh refuses an archive that SHA256SUMS does not mention", async () => {
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

installTest("install.sh installs nothing when the release is missing", async () => {
  await using machine = await Machine.start();
  const { code, stderr } = await machine.install([], { VERSION: "9.9.9" });
  assertEquals(code, 1);
  assertStringIncludes(stderr, `Cannot download ${machine.baseUrl}/download/v9.9.9/SHA256SUMS`);
  assertEquals(await machine.installed(), []);
});

installTest("install.sh installs nothing when the binary does not run here", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0", { program: "#!/bin/sh\nexit 1\n" });
  const { code, stderr } = await machine.install();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "The binary for linux-x64 does not run on this system");
  assertEquals(await machine.installed(), []);
});

installTest(
  "install.sh has gh confirm who built the archive, and installs nothing that it does not",
  async () => {
    await using machine = await Machine.start();
    await machine.publish("0.1.0");
    const asked = `${machine.root}/asked`;
    await machine.addStub(
      "gh",
      `echo "$*" >> '${asked}'; cat; echo 'no attestation found' >&2; exit 1`,
    );
    const refused = await machine.install();
    assertEquals([refused.code, await machine.installed()], [1, []]);
    assertStringIncludes(refused.stderr, "no attestation found");
    assertStringIncludes(refused.stderr, "does not confirm that proxmox-mcp/proxmox-mcp built");
    assertStringIncludes(refused.stderr, "gh auth login");

    const skipped = await machine.install([], { SKIP_PROVENANCE: "1" });
    assertEquals([skipped.code, await machine.installed()], [0, ["proxmox-mcp"]]);
    assertStringIncludes(skipped.stdout, "Provenance not checked: SKIP_PROVENANCE is set");

    await machine.addStub("gh", `echo "$*" >> '${asked}'`);
    const confirmed = await machine.install();
    assertEquals([confirmed.code, confirmed.stderr], [0, ""]);
    assertStringIncludes(confirmed.stdout, "Provenance checked");
    const questions = (await Deno.readTextFile(asked)).trimEnd().split("\n");
    assertEquals(questions.length, 2);
    for (const question of questions) {
      assertMatch(
        question,
        /^attestation verify \S+\/proxmox-mcp-linux-x64\.tar\.gz --repo proxmox-mcp\/proxmox-mcp --signer-workflow proxmox-mcp\/proxmox-mcp\/\.github\/workflows\/release\.yml$/,
      );
    }
  },
);

installTest(
  "install.sh says that nobody could confirm who built the archive, where there is no gh",
  async () => {
    await using machine = await Machine.start();
    await machine.publish("0.1.0");
    const { code, stdout } = await machine.install();
    assertEquals(code, 0);
    assertStringIncludes(stdout, 'Provenance not checked: GitHub\'s "gh" is not installed');
  },
);
