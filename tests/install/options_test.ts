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
    [[], { BASE_URL: "file:///tmp/releases" }, 1, "names no plain host"],
    [[], { BASE_URL: "ftp://127.0.0.1/releases" }, 1, "is not https"],
    [[], { BASE_URL: "mirror.example.com" }, 1, "is not a URL"],
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

/** Other machines that look like this one to a careless reader, and hosts that hide behind a user. */
const TRICKS = [
  "http://127.0.0.1:80@evil.example",
  "http://127.0.0.1:@evil.example/releases",
  "http://127.0.0.1@evil.example",
  "http://localhost:x@evil.example/",
  "http://user:password@127.0.0.1.evil.example",
  "http://127.0.0.1:80\\@evil.example",
  "http://127.0.0.1\\evil.example",
  "http://127.0.0.1#@evil.example",
  "http://127.0.0.1/#@evil.example",
  "http://127.0.0.1?@evil.example",
  "http://127.0.0.1/?@evil.example",
  "http://127.0.0.1:80%40evil.example",
  "http://127.0.0.1%2eevil.example",
  "http://127.0.0.1.evil.example",
  "http://127.0.0.1:80.evil.example",
  "http://127.0.0.1:evil.example",
  "http://localhost.evil.example:80",
  "http://localhost-evil.example",
  "http://127.0.0.1 .evil.example",
  "http://127.0.0.1\t@evil.example",
  "http://127.0.0.1\n@evil.example",
  "http://127.0.0.1/\nhttps://evil.example",
  "http://[::1].evil.example",
  "http://[::1]:80@evil.example",
  "http://[::ffff:127.0.0.1]",
  "http://2130706433",
  "http://0x7f.1",
  "http://127.1",
  "http://evil.example/127.0.0.1",
  "http://evil.example/@127.0.0.1",
  "http:///127.0.0.1",
  "http:127.0.0.1",
  "HTTP://127.0.0.1@evil.example",
  "https://github.com@evil.example",
  "https://github.com:443@evil.example/releases",
  "https://github.com\\.evil.example",
  "https://",
  "https:///evil.example",
  "-K/tmp/options",
];

installTest(
  "install.sh takes no other machine for this one, and no host behind a user",
  async () => {
    await using machine = await Machine.start();
    for (const url of TRICKS) {
      const { code, stderr } = await machine.install(["--dry-run"], { BASE_URL: url });
      assertEquals(code, 1, url);
      assertStringIncludes(stderr, `BASE_URL "${url.replace(/\/$/, "")}" `);
    }
    const { port } = new URL(machine.baseUrl);
    const plain = [
      "http://127.0.0.1",
      `http://127.0.0.1:${port}`,
      "http://localhost:8080/releases",
    ];
    const secure = [
      "https://mirror.example.com/a/b",
      "https://[2001:db8::1]:8443/x",
      "http://[::1]:80",
    ];
    for (const url of [...plain, ...secure]) {
      const { code, stdout, stderr } = await machine.install(["--dry-run"], { BASE_URL: url });
      assertEquals([code, stderr], [0, ""], url);
      assertStringIncludes(stdout, `${url}/latest/download/`);
    }
  },
);

installTest("install.sh takes versions only", async () => {
  await using machine = await Machine.start();
  const wrong = [
    ...[
      "..",
      ".",
      "-",
      "+",
      "1",
      "1.0",
      "1.0.",
      ".1.0.0",
      "1..0",
      "1.0.0.",
      "1.0.0.0",
      "1.0/../../x",
    ],
    ...["1.0.0-", "1.0.0-..", "1.0.0-a..b", "1.0.0+", "1.0.0-a/b", "1.0.0\n../..", "../..\n1.0.0"],
    ...[
      "v",
      "vv1.0.0",
      "V1.0.0",
      "vlatest",
      "latest/..",
      "Latest",
      " 1.0.0",
      "1.0.0 ",
      "1.0.0?x=1",
    ],
    ...["1.0.0#x", "1.0.0%2f..", "x1.0.0", "--help", "$(id)", "1.0.0;id"],
  ];
  for (const version of wrong) {
    const { code, stderr } = await machine.install(["--dry-run"], { VERSION: version });
    assertEquals(code, 1, version);
    assertStringIncludes(stderr, "is not a version such as 0.1.0");
  }
  for (
    const version of ["0.1.0", "v0.1.0", "10.20.30", "1.0.0-rc.1", "1.0.0-rc-2+build.5", "latest"]
  ) {
    const { code, stderr } = await machine.install(["--dry-run"], { VERSION: version });
    assertEquals([code, stderr], [0, ""], version);
  }
});

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
