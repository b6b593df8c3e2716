import { knownKeys } from "../../src/ssh/known_hosts.ts";
import { assertEquals } from "../assert.ts";
import { needs } from "../programs.ts";
import { command } from "./processes.ts";

const KEYS = ["AAAAC3NzaC1lZDI1NTE5AAAAIA==", "AAAAB3NzaC1yc2EAAAADAQAB", "AAAAE2VjZHNhAAAA"];
const [A = "", B = "", C = ""] = KEYS;

function accepted(text: string, host: string, port = 22): string[] {
  return [...knownKeys(text, { host, port }).accepted.keys()];
}

Deno.test("knownKeys() finds names, patterns, negations and ports as OpenSSH does", () => {
  const text = [
    "# comment",
    "",
    `pve1,192.0.2.1 ssh-ed25519 ${A} a comment`,
    `*.example.com,!bad.example.com ssh-rsa ${B}`,
    `[pve1]:2222 ssh-rsa ${C}`,
    `pve? ecdsa-sha2-nistp256 ${C}`,
    "pve1 ssh-rsa not*base64",
    "broken",
  ].join("\n");
  assertEquals(accepted(text, "pve1"), [A, C]);
  assertEquals(accepted(text, "PVE1"), [A, C]);
  assertEquals(accepted(text, "192.0.2.1"), [A]);
  assertEquals(accepted(text, "192.0.2.10"), []);
  assertEquals(accepted(text, "pve1", 2222), [C]);
  assertEquals(accepted(text, "node.example.com"), [B]);
  assertEquals(accepted(text, "nodeXexample.com"), []);
  assertEquals(accepted(text, "bad.example.com"), []);
  assertEquals(accepted(text, "pve10"), []);
});

Deno.test("knownKeys() finds hosts that OpenSSH has hashed", needs("ssh-keygen"), async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/known_hosts`;
  await command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${directory}/key`);
  const [type, key = ""] = (await Deno.readTextFile(`${directory}/key.pub`)).split(" ");
  await Deno.writeTextFile(path, `pve1 ${type} ${key}\n[fd00::1]:2222 ${type} ${key}\n`);
  await command("ssh-keygen", "-q", "-H", "-f", path);
  const text = await Deno.readTextFile(path);
  assertEquals(text.includes("pve1"), false);
  assertEquals(accepted(text, "pve1"), [key]);
  assertEquals(accepted(text, "fd00::1", 2222), [key]);
  assertEquals(accepted(text, "pve2"), []);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("knownKeys() keeps revoked keys apart and leaves out certificate authorities", () => {
  const text = `@revoked * ssh-rsa ${B}\n@cert-authority *.example.com ssh-ed25519 ${A}\n` +
    `a.example.com ssh-rsa ${B}\n|1|damaged|hash ssh-rsa ${C}\n`;
  const known = knownKeys(text, { host: "a.example.com", port: 22 });
  assertEquals([...known.accepted.keys()], [B]);
  assertEquals([...known.revoked], [B]);
});
