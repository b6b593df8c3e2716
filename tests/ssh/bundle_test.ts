import { dirname } from "node:path";
import { bundle } from "../../scripts/bundle.ts";
import { assertEquals } from "../assert.ts";
import { generateKey } from "./keys.ts";
import { command } from "./processes.ts";
import { sshTests } from "./ssh_tests.ts";

const { test } = sshTests();

/** Where the bundle is, once it has been made. */
let made: Promise<string> | undefined;

async function makeBundle(): Promise<string> {
  const output = `${await Deno.makeTempDir()}/log_in.js`;
  const entry = new URL("./log_in.ts", import.meta.url).pathname;
  await bundle({ entry, output, commit: "of the test" });
  return output;
}

Deno.test.afterAll(async () => {
  if (made) await Deno.remove(dirname(await made), { recursive: true });
});

test("a bundle logs in with the permissions to connect and to read the key, and no other", async ({ server }) => {
  const output = await (made ??= makeBundle());
  for (const type of ["ed25519", "rsa", "ecdsa"] as const) {
    const keyPath = await generateKey(`${server.directory}/${type}`, {
      type,
      passphrase: "passphrase",
    });
    await server.authorize(`${keyPath}.pub`);
    const settings = { port: server.port, user: server.user, keyPath, passphrase: "passphrase" };
    const printed = await command(
      Deno.execPath(),
      ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock", "--no-npm"],
      ...["env", "sys", "run", "ffi", "write", "import"].map((each) => `--deny-${each}`),
      ...[`--allow-net=127.0.0.1:${server.port}`, `--allow-read=${keyPath}`, output],
      JSON.stringify(settings),
    );
    assertEquals(JSON.parse(printed), { text: "in\n" });
  }
});
