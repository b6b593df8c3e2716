/**
 * The command `doctor` as a user runs it, on an embedded Proxmox VE behind a real TLS port.
 *
 * @module
 */
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { type PveServer, startPve } from "../cli/doctor/pve_server.ts";
import { type Ended, runLines, start } from "./process.ts";

const NET = "localhost,127.0.0.1,no-such-node.invalid";

function doctor(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  return runLines(start(["doctor", ...args], env, { net: NET }), []);
}

function environment(pve: PveServer): Record<string, string> {
  const { id, secret } = pve.simulator.tokens.full;
  return {
    PROXMOX_HOST: `localhost:${pve.server.port}`,
    PROXMOX_TOKEN_NAME: id,
    PROXMOX_TOKEN_VALUE: secret,
    PROXMOX_SSL_MODE: "verify",
    PROXMOX_SSL_FINGERPRINT: pve.certificate.fingerprint,
  };
}

Deno.test("doctor ends with code 0 and ✔ when all is well", async () => {
  await using pve = await startPve();
  const env = environment(pve);
  const { code, stdout, stderr } = await doctor(env);
  assertEquals(stderr, "");
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, `✔ TCP of localhost:${pve.server.port}: port`);
  assertStringIncludes(stdout, "✔ Tools that read: ");
  assert(!stdout.includes("\x1b"), "colours are for terminals");
  assert(!stdout.includes(env.PROXMOX_TOKEN_VALUE ?? ""));
});

Deno.test("doctor ends with code 1, ✖ and the fix when something is wrong", async () => {
  await using pve = await startPve();
  const { code, stdout } = await doctor({ ...environment(pve), PROXMOX_HOST: "127.0.0.1:9" });
  assertEquals(code, 1);
  assertStringIncludes(stdout, "✖ TCP of 127.0.0.1:9: port 9 is closed\n    → Check PROXMOX_PORT");
  assertStringIncludes(stdout, "\n1 problem\n");
});

Deno.test("doctor finds a name without an address, and one that Deno may not reach", async () => {
  const settings = { PROXMOX_TOKEN_NAME: "mcp", PROXMOX_TOKEN_VALUE: "secret" };
  const { code, stdout } = await doctor({
    ...settings,
    PROXMOX_HOST: "no-such-node.invalid,pve1.example.com",
  });
  assertEquals(code, 1);
  assertStringIncludes(
    stdout,
    '✖ DNS of no-such-node.invalid:8006: "no-such-node.invalid" has no address\n    → Check the spelling',
  );
  assertStringIncludes(
    stdout,
    "✖ TCP of pve1.example.com:8006: Deno may not connect to it\n    → Start it with --allow-net=",
  );
  assert(!stdout.includes("✔ DNS"));
});

Deno.test("doctor ends with code 2 and every missing setting", async () => {
  const { code, stdout } = await doctor({ PROXMOX_SSL_MODE: "lax" });
  assertEquals(code, 2);
  assertStringIncludes(stdout, "✖ PROXMOX_HOST: not set");
  assertStringIncludes(stdout, "✖ PROXMOX_TOKEN_VALUE: not set");
  assertStringIncludes(stdout, "✖ PROXMOX_SSL_MODE: expected strict, verify, insecure");
});

Deno.test("doctor --json prints the findings as a list and nothing else", async () => {
  await using pve = await startPve();
  const { code, stdout } = await doctor(environment(pve), "--json");
  assertEquals(code, 0);
  const findings = JSON.parse(stdout) as Finding[];
  assert(findings.some(({ check, status }) => check === "Token" && status === "ok"));
});
