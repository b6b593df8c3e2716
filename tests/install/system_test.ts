/** install.sh finds the binary for a system, and the programs that it needs. */
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { installTest, Machine } from "./machine.ts";

installTest(
  "install.sh uses wget and shasum where curl and sha256sum are missing",
  async () => {
    await using machine = await Machine.start();
    await machine.publish("0.1.0");
    for (const tool of ["curl", "sha256sum"]) await machine.removeTool(tool);
    for (const tool of ["wget", "shasum"]) await machine.addTool(tool);
    await machine.addTool("perl");
    const { code, stderr } = await machine.install();
    assertEquals([code, stderr], [0, ""]);
    assertEquals(await machine.installed(), ["proxmox-mcp"]);
  },
  "wget",
  "shasum",
  "perl",
);

for (
  const [tool, message] of [
    ["curl", "Neither curl nor wget is installed"],
    ["sha256sum", "Neither sha256sum nor shasum is installed"],
    ["tar", '"tar" is not installed'],
  ] as const
) {
  installTest(`install.sh without ${tool} says what is missing and downloads nothing`, async () => {
    await using machine = await Machine.start();
    await machine.removeTool(tool);
    const { code, stderr } = await machine.install();
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
    assertEquals(machine.requests, []);
  });
}

for (
  const [system, cpu, target] of [
    ["Linux", "aarch64", "linux-arm64"],
    ["Darwin", "x86_64", "macos-x64"],
    ["Darwin", "arm64", "macos-arm64"],
  ] as const
) {
  installTest(`install.sh takes ${target} for ${system} on ${cpu}`, async () => {
    await using machine = await Machine.start();
    await machine.addStub("uname", `case $1 in -s) echo ${system} ;; -m) echo ${cpu} ;; esac`);
    const { code, stdout } = await machine.install(["--dry-run"]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, `/latest/download/proxmox-mcp-${target}.tar.gz`);
  });
}

installTest("install.sh takes macos-arm64 for a shell under Rosetta", async () => {
  await using machine = await Machine.start();
  await machine.addStub("uname", `case $1 in -s) echo Darwin ;; -m) echo x86_64 ;; esac`);
  await machine.addStub("sysctl", "echo 1");
  const { stdout } = await machine.install(["--dry-run"]);
  assertStringIncludes(stdout, "proxmox-mcp-macos-arm64.tar.gz");
});

for (
  const [name, stubs, message] of [
    ["musl", { ldd: "echo 'musl libc (x86_64)' >&2; exit 1" }, "This system uses musl"],
    ["Windows", { uname: "echo MINGW64_NT-10.0" }, "proxmox-mcp-windows-x64.zip"],
    ["FreeBSD", { uname: "echo FreeBSD" }, 'No binary is built for "FreeBSD"'],
    ["a 32-bit processor", {
      uname: "case $1 in -s) echo Linux ;; -m) echo armv7l ;; esac",
    }, 'No binary is built for "armv7l" processors'],
  ] as const
) {
  installTest(`install.sh says that ${name} is not supported`, async () => {
    await using machine = await Machine.start();
    for (const [stub, body] of Object.entries(stubs)) await machine.addStub(stub, body);
    const { code, stderr } = await machine.install();
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
    assertEquals(machine.requests, []);
  });
}
