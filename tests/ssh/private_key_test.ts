import { readPrivateKey } from "../../src/ssh/private_key.ts";
import { type SshError, type SshErrorKind } from "../../src/ssh/types.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { depth } from "../depth.ts";
import { needs } from "../programs.ts";
import { assertDocumented } from "./clients.ts";
import { generateKey } from "./keys.ts";
import { command } from "./processes.ts";
import { makeKey } from "./sshd.ts";

const PASSPHRASE = "a passphrase for tests";

let directory = "";

Deno.test.beforeAll(async () => {
  directory = await Deno.makeTempDir();
});
Deno.test.afterAll(async () => {
  await Deno.remove(directory, { recursive: true });
});

/** Kind, message and hint of the error that reading this file brings. */
async function failure(path: string, passphrase?: string): Promise<SshError> {
  const error = await readPrivateKey(path, passphrase).then(
    (key) => {
      throw new Error(`read a key of type ${key.type}`);
    },
    (error: SshError) => error,
  );
  for (const secret of [PASSPHRASE, "wrong one", "PRIVATE KEY", "b3BlbnNzaC1rZXktdj"]) {
    assert(!`${error.message} ${error.hint} ${error.cause}`.includes(secret));
  }
  await assertDocumented(error);
  return error;
}

async function file(name: string, text: string, mode = 0o600): Promise<string> {
  await Deno.writeTextFile(`${directory}/${name}`, text);
  await Deno.chmod(`${directory}/${name}`, mode);
  return `${directory}/${name}`;
}

interface KeyCase {
  readonly name: string;
  readonly options: readonly string[];
}

const TYPES: readonly KeyCase[] = [
  { name: "ed25519", options: ["-t", "ed25519"] },
  { name: "ecdsa-256", options: ["-t", "ecdsa", "-b", "256"] },
  { name: "ecdsa-384", options: ["-t", "ecdsa", "-b", "384"] },
  { name: "ecdsa-521", options: ["-t", "ecdsa", "-b", "521"] },
  { name: "rsa", options: ["-t", "rsa", "-b", "2048", "-a", "16"] },
];
const FORMS: readonly KeyCase[] = [
  { name: "OpenSSH", options: [] },
  { name: "PEM", options: ["-m", "PEM"] },
  { name: "PKCS8", options: ["-m", "PKCS8"] },
];

for (const type of TYPES) {
  for (const form of FORMS) {
    Deno.test(
      `readPrivateKey() reads ${type.name} keys in ${form.name} form, plain and encrypted`,
      needs("ssh-keygen"),
      async () => {
        for (const passphrase of ["", PASSPHRASE]) {
          const name = `${directory}/${type.name}-${form.name}-${passphrase.length}`;
          await makeKey(name, ...type.options, ...form.options, "-N", passphrase);
          const key = await readPrivateKey(name, passphrase || undefined);
          const [, publicKey] = (await Deno.readTextFile(`${name}.pub`)).split(" ");
          assertEquals(key.getPublicSSH().toString("base64"), publicKey);
          if (passphrase === "") continue;
          assertEquals((await failure(name)).kind, "key-passphrase");
          assertMatch((await failure(name)).message, /is encrypted, and there is no passphrase$/);
          assertMatch((await failure(name, "wrong one")).message, /^The passphrase does not fit/);
        }
      },
    );
  }
}

Deno.test(
  "readPrivateKey() reads ed25519 keys as OpenSSL makes them",
  needs("openssl"),
  async () => {
    const plain = `${directory}/openssl`;
    await command("openssl", "genpkey", "-algorithm", "ed25519", "-out", plain);
    await Deno.chmod(plain, 0o600);
    const encrypted = `${directory}/openssl-encrypted`;
    await command(
      "openssl",
      ...["pkcs8", "-topk8", "-in", plain, "-out", encrypted, "-passout", `pass:${PASSPHRASE}`],
    );
    await Deno.chmod(encrypted, 0o600);
    const keys = [
      await readPrivateKey(plain, undefined),
      await readPrivateKey(encrypted, PASSPHRASE),
    ];
    assertEquals(keys.map((key) => key.type), ["ssh-ed25519", "ssh-ed25519"]);
    assertEquals(keys[0]?.getPublicSSH(), keys[1]?.getPublicSSH());
  },
);

Deno.test(
  "readPrivateKey() reads ECDSA keys whose number has leading zeros or a high bit",
  needs("ssh-keygen"),
  async () => {
    // About one key in 256 starts with a zero; every second one with a set bit.
    for (let i = 0; i < depth(10, 500); i++) {
      const path = await makeKey(`${directory}/many-${i}`, "-t", "ecdsa");
      const key = await readPrivateKey(path, undefined) as unknown as {
        sign(data: Uint8Array): Uint8Array | Error;
      };
      assert(!(key.sign(new Uint8Array(9)) instanceof Error));
    }
  },
);

Deno.test("readPrivateKey() says what is wrong with a key file", async () => {
  const good = await Deno.readTextFile(await generateKey(`${directory}/good`));
  const publicKey = await Deno.readTextFile(`${directory}/good.pub`);
  await Deno.mkdir(`${directory}/folder`, { mode: 0o700 });
  const cases: [string, SshErrorKind, RegExp][] = [
    [`${directory}/none`, "key-missing", /^There is no SSH key file ".*\/none"$/],
    [`${directory}/good/child`, "key-unreadable", /^Cannot read the SSH key file/],
    [`${directory}/folder`, "key-unreadable", /it is not a file$/],
    [
      await file("group", good, 0o640),
      "key-permissions",
      /can be used by others: its mode is 0640$/,
    ],
    [await file("world", good, 0o604), "key-permissions", /its mode is 0604$/],
    [await file("public", publicKey), "key-format", /it is a public key$/],
    [await file("empty", ""), "key-format", /it is of no known form$/],
    [await file("text", "not a key\n"), "key-format", /it is of no known form$/],
    [await file("cut", good.slice(0, 200)), "key-format", /it is of no known form$/],
    [await file("long", good.repeat(300)), "key-format", /it is too long$/],
    [
      await file("pem", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"),
      "key-format",
      /its PEM is damaged$/,
    ],
  ];
  for (const [path, kind, message] of cases) {
    const error = await failure(path);
    assertEquals(error.kind, kind, path);
    assertMatch(error.message, message);
    assert(error.hint !== "");
  }
});

Deno.test("readPrivateKey() says when Deno does not allow reading", async () => {
  const script = await file(
    "script.ts",
    `import { readPrivateKey } from "${import.meta.resolve("../../src/ssh/private_key.ts")}";
    const error = await readPrivateKey("/a/key", undefined).catch((error) => error);
    Deno.stdout.writeSync(new TextEncoder().encode([error.kind, error.message, error.hint].join("|")));`,
  );
  const text = await command(Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-lock", script);
  assertEquals(text.split("|"), [
    "key-unreadable",
    'Deno does not allow reading the SSH key file "/a/key"',
    "Start the program with --allow-read=/a/key",
  ]);
});
