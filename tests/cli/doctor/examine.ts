/**
 * The doctor over an embedded Proxmox VE behind a real TLS port, and tables of faults, each with what
 * must be found.
 *
 * @module
 */
import { systemClock } from "../../../src/base/async/clock.ts";
import { loadConfig } from "../../../src/config/config.ts";
import { diagnose } from "../../../src/cli/doctor/diagnose.ts";
import { type Finding, findingLines } from "../../../src/cli/doctor/finding.ts";
import { sshFindings } from "../../../src/cli/doctor/ssh.ts";
import { clusterServices } from "../../../src/cli/services.ts";
import { TOOLS } from "../../../src/tools/manifest_gen.ts";
import { assert } from "../../assert.ts";
import { type CertificateOptions, type PveServer, startPve } from "./pve_server.ts";

/** Settings by their names without PROXMOX_. */
export type Settings = Readonly<Record<string, string>>;

/** What the doctor finds with such settings. */
export async function examine(settings: Settings): Promise<Finding[]> {
  const { config } = loadConfig({
    get: (name) => settings[name.replace("PROXMOX_", "")],
    names: () => [],
    readFile: (path) => Deno.readTextFileSync(path),
  });
  const findings: Finding[] = [];
  const patient = {
    config,
    settings: [],
    tools: TOOLS,
    clock: systemClock,
    protocols: ["2025-11-25", "2025-06-18"],
    clientOf: (host: URL) => clusterServices({ ...config, hosts: [host] }).pve,
    // With a token of the server's own, neither is asked.
    askAsNobody: () => Promise.reject(new Error("A token was there")),
    callers: () => ReadableStream.from<Finding>([]),
    ssh: () => sshFindings(config, systemClock),
  };
  for await (const finding of diagnose(patient)) findings.push(finding);
  return findings;
}

/** Settings that fit a node in every way. */
export function settingsFor(pve: PveServer): Settings {
  const { id, secret } = pve.simulator.tokens.full;
  const [user = "", name = ""] = id.split("!");
  return {
    HOST: `localhost:${pve.server.port}`,
    USER: user,
    TOKEN_NAME: name,
    TOKEN_VALUE: secret,
    SSL_MODE: "verify",
    SSL_FINGERPRINT: pve.certificate.fingerprint,
  };
}

/** Settings of a token that may do little. */
export function limited(pve: PveServer): Settings {
  const { id, secret } = pve.simulator.tokens.limited;
  const [user = "", name = ""] = id.split("!");
  return { USER: user, TOKEN_NAME: name, TOKEN_VALUE: secret };
}

/** What is wrong, and what must be found: status, check, and words of its text and fix. */
export interface Case {
  readonly fault: string;
  readonly certificate?: CertificateOptions;
  readonly arrange?: (pve: PveServer) => void;
  readonly settings?: (pve: PveServer) => Settings;
  readonly find: readonly (readonly [Finding["status"], RegExp, RegExp])[];
}

/** Tests that the doctor finds each fault. */
export function testCases(cases: readonly Case[]): void {
  for (const { fault, certificate, arrange, settings, find } of cases) {
    Deno.test(`doctor finds ${fault}`, async () => {
      await using pve = await startPve(certificate);
      arrange?.(pve);
      const own = settingsFor(pve);
      const findings = await examine({ ...own, ...settings?.(pve) });
      const linesOf = (each: Finding): string =>
        [findingLines(each, false), ...each.brief ? each.details ?? [] : []].join("\n");
      const all = findings.map(linesOf).join("\n");
      for (const [status, check, pattern] of find) {
        const found = findings.some((each) =>
          check.test(each.check) && each.status === status &&
          pattern.test(linesOf(each))
        );
        assert(found, `No ${status} of ${check} with ${pattern} in:\n${all}`);
      }
      assert(!all.includes(own.TOKEN_VALUE ?? ""), "the secret is shown");
    });
  }
}
