/** Arguments and variables of install.sh. */
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { installTest, Machine } from "./machine.ts";

installTest("install.sh --uninstall removes the binary, and says when there is none", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  await machine.install();
  const dry = await machine.install(["--uninstall", "--dry-run"]);
  assertEquals([dry.code, dry.stdout], [0, `Would remove ${machine.binary}\n`]);
  assertEquals(await machine.installed(), ["proxmox-mcp"]);
  const removed = await machine.install(["--uninstall"]);
  assertEquals(removed.code, 0);
  assertStringIncludes(removed.stdout, `Removed ${machine.binary}`);
  assertEquals(await machine.installed(), []);
  const again = await machine.install(["--uninstall"]);
  assertEquals([again.code, again.stdout], [
    0,
    `Nothing to remove: ${machine.binary} does not exist\n`,
  ]);
});

installTest("install.sh --dry-run downloads and installs nothing", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  const { code, stdout } = await machine.install(["--dry-run"], { VERSION: "0.1.0" });
  assertEquals(code, 0);
  assertStringIncludes(stdout, `${machine.baseUrl}/download/v0.1.0/proxmox-mcp-linux-x64.tar.gz`);
  assertStringIncludes(stdout, `install ${machine.binary}`);
  assertEquals(machine.requests, []);
  assertEquals(await machine.installed(), []);
});

installTest("install.sh --help names every variable and needs nothing else", async () => {
  await using machine = await Machine.start();
  const { code, stdout } = await machine.install(["--help"]);
  assertEquals(code, 0);
  for (const word of ["VERSION", "PREFIX", "BASE_URL", "--uninstall", "--dry-run", "Exit codes"]) {
    assertStringIncludes(stdout, word);
  }
});

for (
  const [args, env, code, message] of [
    [["--force"], {}, 2, 'Unknown argument "--force"'],
    [[], { BASE_URL: "http://mirror.example.com" }, 1, "is not https"],
    [[], { BASE_URL: "http://127.0.0.1.example.com" }, 1, "is not https"],
    [[], { BASE_URL: "file:///tmp/releases" }, 1, "is not https"],
    [[], { VERSION: "1.0/../../x" }, 1, "is not a version"],
    [[], { PREFIX: "relative" }, 1, "is not an absolute path"],
    [[], { HOME: "" }, 1, "HOME is not set"],
  ] as const
) {
  installTest(`install.sh refuses ${JSON.stringify([...args, env])}`, async () => {
    await using machine = await Machine.start();
    await machine.publish("0.1.0");
    const outcome = await machine.install([...args], { ...env });
    assertEquals(outcome.code, code);
    assertStringIncludes(outcome.stderr, message);
    assertEquals(machine.requests, []);
    assertEquals(await machine.installed(), []);
  });
}

installTest("install.sh takes a plain BASE_URL when told to", async () => {
  await using machine = await Machine.start();
  await machine.publish("0.1.0");
  const mirror = `${machine.root}/mirror/latest/download`;
  await Deno.mkdir(mirror, { recursive: true });
  for (const name of ["SHA256SUMS", "proxmox-mcp-linux-x64.tar.gz"]) {
    await Deno.writeFile(`${mirror}/${name}`, machine.files.get(`/latest/download/${name}`)!);
  }
  const { code, stderr } = await machine.install([], {
    BASE_URL: `file://${machine.root}/mirror/`,
    ALLOW_PLAIN_BASE_URL: "1",
  });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await machine.installed(), ["proxmox-mcp"]);
});
