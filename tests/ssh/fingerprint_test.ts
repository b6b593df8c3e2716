import { fingerprint, parsePins, pinsOf } from "../../src/ssh/fingerprint.ts";
import { SshError } from "../../src/ssh/types.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { depth } from "../depth.ts";
import { needs } from "../programs.ts";
import { command } from "./processes.ts";
import { makeKey } from "./sshd.ts";

Deno.test("parsePins() reads every notation that tools print", needs("ssh-keygen"), async () => {
  const directory = await Deno.makeTempDir();
  for (let i = 0; i < depth(5, 100); i++) {
    const path = await makeKey(`${directory}/key-${i}`);
    const publicKey = (await Deno.readTextFile(`${path}.pub`)).trim();
    const key = Uint8Array.fromBase64(publicKey.split(" ")[1] ?? "");
    const sha256Line = (await command("ssh-keygen", "-lf", `${path}.pub`)).trim();
    const md5Line = (await command("ssh-keygen", "-E", "md5", "-lf", `${path}.pub`)).trim();
    const sha256 = sha256Line.split(" ")[1] ?? "";
    const md5 = md5Line.split(" ")[1] ?? "";
    const hex = Uint8Array.fromBase64(sha256.slice(7) + "=").toHex();
    const pairs = hex.match(/../g) ?? [];
    assertEquals(fingerprint(key), sha256);
    const notations = [
      sha256,
      `${sha256}=`,
      sha256.slice(7),
      sha256.replace("SHA256", "sha256"),
      `SHA256:${sha256.slice(7).replaceAll("+", "-").replaceAll("/", "_")}`,
      hex,
      hex.toUpperCase(),
      pairs.join(":"),
      pairs.join(" "),
      `SHA256:${pairs.join(":").toUpperCase()}`,
      md5,
      md5.slice(4),
      md5.slice(4).toUpperCase(),
      md5.slice(4).replaceAll(":", ""),
      sha256Line,
      md5Line,
      publicKey,
      `pve1.example.com ${publicKey}`,
      `  ${sha256}\n`,
      `SHA256:${"A".repeat(43)}, ${sha256}`,
    ];
    for (const notation of notations) {
      assert(!pinsOf(key).isDisjointFrom(parsePins(notation)), notation);
    }
    const other = Uint8Array.from(key).fill(1, 30);
    for (const notation of notations) {
      assert(pinsOf(other).isDisjointFrom(parsePins(notation)), notation);
    }
  }
  await Deno.remove(directory, { recursive: true });
});

Deno.test("parsePins() refuses what is no fingerprint", () => {
  for (
    const text of [
      "yes",
      "SHA256:",
      "SHA256:abc",
      "aa:bb:cc",
      "-",
      "f".repeat(40),
      "ssh-ed25519 AAA",
    ]
  ) {
    const error = assertThrows(() => parsePins(text), SshError);
    assertEquals(error.kind, "settings");
    assertStringIncludes(error.message, text);
    assertStringIncludes(error.hint, "ssh-keygen -lf");
  }
});
