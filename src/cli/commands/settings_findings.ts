/**
 * The doctor's findings about settings: which are set, what is wrong with one, and where in a client
 * it is set.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Environment } from "../../config/source.ts";
import { redacted } from "../../config/config_error.ts";
import { placeholderIn } from "../../config/mistakes.ts";
import type { Finding } from "../doctor/finding.ts";
import type { Setting } from "../../config/setting.ts";
import { SETTINGS } from "../../config/settings.ts";
import { type ClientForm, CLIENTS } from "./client_configs.ts";

const FORMS = "the settings of the plugin and the MCP bundle";

/** The placeholder that a client fills in, read off the configuration that `config` prints. */
function placeholderOf({ stdio }: ClientForm): string | undefined {
  if (typeof stdio === "string") return undefined;
  const start = { name: "proxmox", command: "proxmox-mcp", args: [], env: {} };
  const texts = stdio({ ...start, secret: "PROXMOX_TOKEN_VALUE" }).matchAll(/"([^"]+)"/g);
  return [...texts].map(([, text = ""]) => placeholderIn(text, true))
    .find((notation) => notation?.startsWith("$") || notation?.startsWith("{"));
}

/** Who fills in a placeholder. */
function fillersOf(notation: string): string[] {
  return Object.values(CLIENTS).filter((client) => placeholderOf(client) === notation)
    .map(({ title }) => title);
}

/** Where a setting is set, to be said after "Set it". */
function placeOf({ field, group }: Setting): string {
  if (group === "HTTP") return "in the environment of the server";
  const env = 'in "env" of the client\'s configuration';
  return field === null ? env : `${env}, or as "${field}" in ${FORMS}`;
}

/** What to do about a placeholder that came as it was written. */
function fixOfPlaceholder(notation: string, setting: Setting): string {
  if (notation.startsWith("${user_config.")) {
    return `It stands for ${FORMS}: fill in ${setting.field ? `"${setting.field}"` : "it"} there`;
  }
  const fillers = fillersOf(notation);
  const cause = fillers.length === 0
    ? `No client is known to fill in ${notation}`
    : `${fillers.join(" and ")} can fill in ${notation}, and this client did not`;
  return `${cause}: write the value itself ${
    placeOf(setting)
  }; \`proxmox-mcp config CLIENT\` prints what a client can fill in`;
}

function fixOf(name: string, environment: Environment): string | undefined {
  const settings: Readonly<Record<string, Setting>> = SETTINGS;
  const setting = settings[name.replace(/^PROXMOX_/, "")];
  if (!setting) return undefined;
  const notation = placeholderIn(environment.get(name) ?? "", setting.secret ?? false);
  if (notation !== undefined) return fixOfPlaceholder(notation, setting);
  const isFile = name.endsWith("_FILE") && environment.get(name);
  return isFile ? "Mend the file, or set another one" : `Set it ${placeOf(setting)}`;
}

/** Findings from what is said of settings, each line beginning with the name of one. */
export function settingsFindings(
  lines: readonly string[],
  status: "warn" | "fail",
  environment: Environment,
): Finding[] {
  return lines.map((line) => {
    const [, name, text] = /^(PROXMOX_\w+): (.*)$/s.exec(line) ?? [];
    if (name === undefined || text === undefined) return { check: "Settings", status, text: line };
    const fix = fixOf(name, environment);
    return defined({ check: name, status, text, fix });
  });
}

/** The settings that are set, a line each, secrets by their names alone. */
export function settingLines(environment: Environment): string[] {
  return Object.entries<Setting>(SETTINGS).flatMap(([key, { secret }]) => {
    const name = `PROXMOX_${key}`;
    const value = environment.get(name)?.trim();
    if (!value) return [];
    return [secret ? `${name} is set` : `${name}=${redacted(value)}`];
  });
}
