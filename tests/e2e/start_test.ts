/**
 * Mistakes in the settings, as a user meets them: exit code 2 and every mistake in words, at the
 * start and from the doctor.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { type Ended, runLines, start } from "./process.ts";

const SECRET = "d3b07384-d113-4ec4-9f1e-5a3c1d9e0001";
const RIGHT = {
  PROXMOX_HOST: "127.0.0.1:9",
  PROXMOX_USER: "mcp@pve",
  PROXMOX_TOKEN_NAME: "mcp",
  PROXMOX_TOKEN_VALUE: SECRET,
};

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  read?: string,
): Promise<Ended> {
  return runLines(start(args, env, read === undefined ? {} : { read }), []);
}

/** Settings, and for each that is wrong what must be said of it. */
type Case = readonly [
  env: Readonly<Record<string, string>>,
  said: Readonly<Record<string, string>>,
];

const CASES: readonly Case[] = [
  [{ ...RIGHT, PROXMOX_PORT: '"8006"' }, { PORT: "expected no quotation marks in or around it" }],
  [{ ...RIGHT, PROXMOX_PORT: "abc" }, {
    PORT: 'expected a whole number from 1 to 65535, got "abc"',
  }],
  [
    { ...RIGHT, PROXMOX_PORT: "0", PROXMOX_HOST: "http://pve1", PROXMOX_USER: "'mcp@pve'" },
    { PORT: 'got "0"', HOST: "Proxmox VE speaks HTTPS only", USER: "expected no quotation marks" },
  ],
  [
    { ...RIGHT, PROXMOX_PORT: "99999", PROXMOX_HOST: "undefined", PROXMOX_TOKEN_NAME: "<name>" },
    { PORT: 'got "99999"', HOST: 'got "undefined"', TOKEN_NAME: "not filled in: <…>" },
  ],
  [
    {
      PROXMOX_HOST: "${input:proxmox-host}",
      PROXMOX_TOKEN_NAME: "${user_config.token_name}",
      PROXMOX_TOKEN_VALUE: "${env:PROXMOX_TOKEN_VALUE}",
      PROXMOX_ALLOW_ELEVATED: "%ELEVATED%",
    },
    {
      HOST: "not filled in: ${input:…}",
      TOKEN_NAME: "not filled in: ${user_config.…}",
      TOKEN_VALUE: "not filled in: ${env:…}",
      ALLOW_ELEVATED: "not filled in: %…%",
    },
  ],
  [{ ...RIGHT, PROXMOX_TOKEN_VALUE: `mcp@pve!mcp=${SECRET}` }, {
    TOKEN_VALUE: "expected the secret alone",
  }],
  [{ ...RIGHT, PROXMOX_TOKEN_VALUE: `"${SECRET}"` }, {
    TOKEN_VALUE: "expected no quotation marks",
  }],
  [{ ...RIGHT, PROXMOX_TOKEN_VALUE: "your-token-here", PROXMOX_SSL_MODE: "null" }, {
    TOKEN_VALUE: "got the text of an example",
    SSL_MODE: 'got "null"',
  }],
];

for (const [env, said] of CASES) {
  const names = Object.keys(said).join(", ");
  Deno.test(
    `a mistake in ${names} ends the start with code 2 and words, and doctor says the same (${
      JSON.stringify(Object.values(said)[0])
    })`,
    async () => {
      const [server, doctor] = await Promise.all([run([], env), run(["doctor"], env)]);
      assertEquals([server.code, server.stdout], [2, ""]);
      assertEquals([doctor.code, doctor.stderr], [2, ""]);
      const lines = Object.entries(said);
      assertEquals(server.stderr.match(/^ {2}PROXMOX_/gm)?.length, lines.length, server.stderr);
      assertEquals(doctor.stdout.match(/^✖ PROXMOX_.*\n {4}→ /gm)?.length, lines.length);
      for (const [key, words] of lines) {
        const [line = ""] = new RegExp(`PROXMOX_${key}: .*`).exec(server.stderr) ?? [];
        assertStringIncludes(line, words);
        assertStringIncludes(doctor.stdout, `✖ ${line}\n`);
      }
      assert(!(server.stderr + doctor.stdout).includes(SECRET));
    },
  );
}

Deno.test("doctor names the client that fills in a placeholder, and the field of the form", async () => {
  const { stdout } = await run(["doctor"], {
    ...RIGHT,
    PROXMOX_TOKEN_VALUE: "${input:proxmox-token}",
    PROXMOX_TOKEN_NAME: "${user_config.token_name}",
  });
  assertMatch(
    stdout,
    /PROXMOX_TOKEN_VALUE: .*\n {4}→ VS Code can fill in \$\{input:…\}, and this client/,
  );
  assertMatch(stdout, /PROXMOX_TOKEN_NAME: .*\n {4}→ .*fill in "Token name" there/);
});

for (const mark of ["\ufeff", ""]) {
  Deno.test(`a token's file in UTF-16 ${mark ? "with" : "without"} a byte order mark ends the start with code 2`, async () => {
    const path = await Deno.makeTempFile();
    const units = [...mark + SECRET].map((char) => char.charCodeAt(0));
    await Deno.writeFile(path, new Uint8Array(Uint16Array.from(units).buffer));
    const { PROXMOX_TOKEN_VALUE: _, ...others } = RIGHT;
    const env = { ...others, PROXMOX_TOKEN_VALUE_FILE: path };
    const { code, stderr } = await run([], env, path);
    await Deno.remove(path);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `PROXMOX_TOKEN_VALUE_FILE: cannot read "${path}": expected UTF-8`);
  });
}

Deno.test("a secret that is no UUID is warned of at the start and by doctor, and the server runs", async () => {
  const env = { ...RIGHT, PROXMOX_TOKEN_VALUE: "hunter2-of-mine" };
  const [server, doctor] = await Promise.all([run([], env), run(["doctor"], env)]);
  const words = "PROXMOX_TOKEN_VALUE: expected a UUID";
  assertEquals([server.code, server.stdout], [0, ""]);
  assertMatch(server.stderr, new RegExp(`^WARNING config: ${words}.*\n$`));
  assertStringIncludes(doctor.stdout, `⚠ ${words}`);
  assertEquals(doctor.code, 1);
  assert(!(server.stderr + doctor.stdout).includes("hunter2"));
});
