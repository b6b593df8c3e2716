/**
 * The doctor's findings about settings: which are set, what is wrong with one, and where in a client
 * it is set.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { clusterSources } from "../../config/config.ts";
import { CLUSTER_SETTINGS, scopeOf, SETTING_NAMES, type SettingName } from "../../config/names.ts";
import { type Environment, type Source, sourceOf, variableOf } from "../../config/source.ts";
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

/** How a shell sets a variable. */
function inShell(variable: string): string {
  return Deno.build.os === "windows" ? `$env:${variable} = "…"` : `export ${variable}=…`;
}

/**
 * Where a setting is set, to be said after "Set it": in the shell that runs the doctor, and where a
 * client starts the server; forms have those of an only cluster.
 */
function placeOf({ field, group }: Setting, variable: string, isOfOneOfSeveral: boolean): string {
  const shell = `in this shell (${inShell(variable)})`;
  if (group === "HTTP") return `${shell}, and in the environment of the server`;
  const env = `${shell}, and in "env" of the client's configuration`;
  return field === null || isOfOneOfSeveral ? env : `${env}, or as "${field}" in ${FORMS}`;
}

/** What to do about a placeholder that came as it was written. */
function fixOfPlaceholder(notation: string, setting: Setting, place: string): string {
  if (notation.startsWith("${user_config.")) {
    return `It stands for ${FORMS}: fill in ${setting.field ? `"${setting.field}"` : "it"} there`;
  }
  const fillers = fillersOf(notation);
  const cause = fillers.length === 0
    ? `No client is known to fill in ${notation}`
    : `${fillers.join(" and ")} can fill in ${notation}, and this client did not`;
  return `${cause}: write the value itself ${place}; \`proxmox-mcp config CLIENT\` prints what a client can fill in`;
}

/** Every setting by what messages call it: its variable, or its place in the file. */
function settingsByPlace(environment: Environment): ReadonlyMap<string, [SettingName, string]> {
  const sources = [sourceOf(environment), ...clusterSources(environment, []).values()];
  return new Map(
    sources.flatMap((source) =>
      SETTING_NAMES.map((key) => [source.place(key), [key, source.variable(key)]])
    ),
  );
}

function fixOf(place: string, environment: Environment): string | undefined {
  const found = settingsByPlace(environment).get(place);
  const { file } = environment;
  if (!found) return undefined;
  const [key, variable] = found;
  const setting: Setting = SETTINGS[key];
  const notation = placeholderIn(environment.get(variable) ?? "", setting.secret ?? false);
  const isInFile = file !== undefined && place !== variable;
  const where = isInFile
    ? `in ${file.path}`
    : placeOf(setting, variable, variable !== variableOf(key));
  if (notation !== undefined) return fixOfPlaceholder(notation, setting, where);
  const value = environment.get(variable);
  if (value && (key.endsWith("_FILE") || (key === "CONFIG" && file !== undefined))) {
    return `Mend that file, or name another one ${where}`; // It may be a secret in the wrong place.
  }
  return `Set it ${where}`;
}

/** Findings from what is said of settings, each line beginning with the name of one. */
export function settingsFindings(
  lines: readonly string[],
  status: "warn" | "fail",
  environment: Environment,
): Finding[] {
  return lines.map((line) => {
    const [, name, text] = /^(PROXMOX_\w+|[a-z][\w.-]*): (.*)$/s.exec(line) ?? [];
    if (name === undefined || text === undefined) return { check: "Settings", status, text: line };
    const fix = fixOf(name, environment);
    return defined({ check: name, status, text, fix });
  });
}

function linesOf(source: Source, keys: readonly SettingName[]): string[] {
  return keys.flatMap((key) => {
    const { secret }: Setting = SETTINGS[key];
    const value = source.get(key)?.trim();
    if (!value) return [];
    return [secret ? `${source.place(key)} is set` : `${source.place(key)}=${redacted(value)}`];
  });
}

/**
 * The settings that are set, a line each, secrets by their names alone.
 *
 * @param isOneOfSeveral Those that it has of its own, without what is set for all.
 */
export function settingLines(source: Source, isOneOfSeveral = false): string[] {
  return linesOf(
    source,
    isOneOfSeveral ? CLUSTER_SETTINGS.filter((key) => !source.inherits(key)) : SETTING_NAMES,
  );
}

/** What is set for all of several clusters. */
export function sharedFinding(environment: Environment, clusters: number): Finding {
  const shared = SETTING_NAMES.filter((key) => scopeOf(key) !== "own");
  return {
    check: "Settings",
    status: "ok",
    text: `complete, of ${clusters} clusters`,
    details: linesOf(sourceOf(environment), shared),
  };
}

/** A text in which settings are called as one of several clusters has them. */
export function placesIn(source: Source, text: string): string {
  return text.replace(
    /\bPROXMOX_([A-Z_]+)\b/g,
    (whole, key: string) => Object.hasOwn(SETTINGS, key) ? source.place(key as SettingName) : whole,
  );
}
