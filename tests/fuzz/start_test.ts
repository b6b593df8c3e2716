/** No start that fails tells a secret, wherever and in whatever form it was given. */
import { settingLines, settingsFindings } from "../../src/cli/commands/settings_findings.ts";
import { sourceOf } from "../../src/config/source.ts";
import { loadConfig } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { findingLines } from "../../src/cli/doctor/finding.ts";
import type { Setting } from "../../src/config/setting.ts";
import { SETTING_NAMES, type SettingName } from "../../src/config/names.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { checkToolChoice } from "../../src/cli/commands/settings.ts";
import { assert, assertEquals } from "../assert.ts";
import { environment } from "../environment.ts";
import { Random } from "./random.ts";
import { CALLS, SEED } from "./settings.ts";

const HEX = [..."0123456789abcdef"];

function hex(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick(HEX)).join("");
}

function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => hex(random, length)).join("-");
}

/** Forms in which a secret lands in a setting by mistake. */
const FORMS: readonly [(secret: string) => string, ...((secret: string) => string)[]] = [
  (secret) => secret,
  (secret) => secret.toUpperCase(),
  (secret) => ` ${secret}\n`,
  (secret) => `"${secret}"`,
  (secret) => `'${secret}`,
  (secret) => `mcp=${secret}`,
  (secret) => `mcp@pve!mcp=${secret}`,
  (secret) => `PVEAPIToken=mcp@pve!mcp=${secret}`,
  (secret) => `mcp@pve!${secret}`,
  (secret) => `${secret}@pve`,
  (secret) => `https://${secret}@pve1:8006/`,
  (secret) => `https://mcp:${secret}@pve1:8006/`,
  (secret) => `http://mcp:${secret}@pve1`,
  (secret) => `http://${secret}`,
  (secret) => `pve1,${secret}:99999`,
  (secret) => `\${${secret}}`,
  (secret) => `\${input:${secret}}`,
  (secret) => `<${secret}>`,
  (secret) => `{{${secret}}}`,
  (secret) => `%${secret}%`,
  (secret) => `$(echo ${secret})`,
  (secret) => `{"token":"${secret}"}`,
  (secret) => `your-token-${secret}`,
  (secret) => `# comment\n${secret}`,
  (secret) => [...secret].join("\0") + "\0",
  (secret) => `\ufeff${secret}`,
  (secret) => `/run/${secret}/token`,
  (secret) => `${secret},${secret}`,
  (secret) => `pve1=${secret}:0`,
];

/** Forms that give a secret in a setting that is meant for one, where it need not be a UUID. */
function ownWord(random: Random): string {
  return `hunter2-${hex(random, 6)}`;
}

function isSecret(key: SettingName): boolean {
  const { secret = false }: Setting = SETTINGS[key];
  return secret;
}

/** All that is said of a start with these settings: on stderr, and by the doctor. */
function said(variables: Readonly<Record<string, string>>, file: string): string {
  const given = environment(variables, { "/run/file": file });
  try {
    const { warnings } = loadConfig(given, { check: checkToolChoice });
    return [...warnings, ...settingLines(sourceOf(given))].join("\n");
  } catch (error) {
    assert(error instanceof ConfigError, String(error));
    const { problems, warnings, message } = error;
    const findings = [
      ...settingsFindings(problems, "fail", given),
      ...settingsFindings(warnings, "warn", given),
    ];
    const doctor = findings.map((finding) => findingLines(finding, false));
    return [message, ...problems, ...warnings, ...doctor].join("\n");
  }
}

Deno.test("no start tells a secret, whichever settings hold it in whatever form", () => {
  const random = new Random(SEED);
  let refused = 0;
  for (let number = 0; number < CALLS * 10; number++) {
    const secret = uuid(random);
    const word = ownWord(random);
    const chosen = random.some(SETTING_NAMES, 0.2);
    const variables = Object.fromEntries(chosen.map((key) => {
      if (key.endsWith("_FILE") && random.chance(0.5)) return [`PROXMOX_${key}`, "/run/file"];
      const held = isSecret(key) && random.chance(0.5) ? word : secret;
      return [`PROXMOX_${key}`, random.pick(FORMS)(held)];
    }));
    const text = said(variables, random.pick(FORMS)(random.chance(0.5) ? word : secret));
    if (text.startsWith("Cannot start")) refused++;
    const lower = text.toLowerCase();
    for (const each of [secret, word]) {
      assertEquals(
        lower.includes(each),
        false,
        `FUZZ_SEED=${SEED}, start ${number} of ${
          JSON.stringify(variables)
        } tells a secret:\n${text}`,
      );
    }
  }
  assert(refused > CALLS, `only ${refused} starts were refused`);
});
