import { bundle } from "../../scripts/bundle.ts";
import { assertEquals } from "../assert.ts";
import { generateKey } from "./keys.ts";
import { command } from "./processes.ts";
import { sshTests } from "./ssh_tests.ts";

const { test } = sshTests();

test("a bundle logs in with the permissions to connect and to read the key, and no other", async ({ server }) => {
  const output = `${server.directory}/log_in.js`;
  const entry = new URL("log_in.ts", import.meta.url).pathname;
  await bundle({ entry, output, commit: "of the test" });
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
