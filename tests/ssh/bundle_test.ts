import { assertEquals } from "../assert.ts";
import { command } from "./processes.ts";
import { makeKey, Sshd } from "./sshd.ts";

/** What ssh2 looks for and does without: it comes as compiled code only where it was built. */
const EXTERNALS = ["./crypto/build/Release/sshcrypto.node", "cpu-features"];

Deno.test("a bundle logs in with the permissions to connect and to read the key, and no other", async () => {
  const server = await Sshd.start();
  const bundle = `${server.directory}/log_in.js`;
  await command(
    Deno.execPath(),
    ...["bundle", "--quiet", "--minify", ...EXTERNALS.map((each) => `--external=${each}`)],
    ...["-o", bundle, new URL("log_in.ts", import.meta.url).pathname],
  );
  for (const type of ["ed25519", "rsa", "ecdsa"]) {
    const keyPath = await makeKey(`${server.directory}/${type}`, "-t", type, "-N", "passphrase");
    await server.authorize(`${keyPath}.pub`);
    const settings = { port: server.port, user: server.user, keyPath, passphrase: "passphrase" };
    const output = await command(
      Deno.execPath(),
      ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock", "--no-npm"],
      ...["env", "sys", "run", "ffi", "write", "import"].map((each) => `--deny-${each}`),
      ...[`--allow-net=127.0.0.1:${server.port}`, `--allow-read=${keyPath}`, bundle],
      JSON.stringify(settings),
    );
    assertEquals(JSON.parse(output), { text: "in\n" });
  }
  await server.stop();
});
