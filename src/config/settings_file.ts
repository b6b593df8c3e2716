/**
 * The file of settings that `PROXMOX_CONFIG` names: JSON, whose values stand in the place of
 * variables. What a variable says as well must be the same. No message repeats a value.
 *
 * @module
 */
import { once } from "../base/async/once.ts";
import { errorMessage } from "../base/text/error_message.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { mistakeIn } from "./mistakes.ts";
import {
  CLUSTER_SETTINGS,
  configKey,
  PROCESS_SETTINGS,
  scopeOf,
  SETTING_NAMES,
  type SettingName,
} from "./names.ts";
import { jsonProblem } from "./json_problem.ts";
import { readText } from "./secrets.ts";
import type { Setting } from "./setting.ts";
import { SETTINGS } from "./settings.ts";
import { type Environment, type SettingsFile, variableOf } from "./source.ts";

const VARIABLE = "PROXMOX_CONFIG";
/** What the file names in another form, or not at all. */
const OTHERWISE: readonly SettingName[] = ["CONFIG", "CLUSTERS"];
const CLUSTERS = configKey("CLUSTERS");
/** Names of variables that may hold a secret: the program is allowed to read no others. */
export const SECRET_VARIABLE = "^PROXMOX_[A-Z0-9_]+$";

/** Bits of a file's mode. */
const WRITTEN_BY_OTHERS = 0o022;
const USED_BY_OTHERS = 0o077;

/** Settings that may stand at the top of the file, or in a cluster, by their keys there. */
export const TOP_KEYS = keysOf(SETTING_NAMES.filter((name) => !OTHERWISE.includes(name)));
export const CLUSTER_KEYS = keysOf(CLUSTER_SETTINGS);

function keysOf(names: readonly SettingName[]): ReadonlyMap<string, SettingName> {
  return new Map(names.map((name) => [configKey(name), name]));
}

function isSecret(name: SettingName): boolean {
  const { secret = false }: Setting = SETTINGS[name];
  return secret;
}

/** The key that names the variable of a secret: `tokenValueEnv`. */
export function variableKey(name: SettingName): string | undefined {
  return isSecret(name) ? `${configKey(name)}Env` : undefined;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as the text of a variable would be; undefined for what no variable could hold. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (!Array.isArray(value)) return undefined;
  const words = value.map((word) => typeof word === "string" ? word : undefined);
  return words.includes(undefined) ? undefined : words.join(",");
}

/** What a value is, to be said in a message. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list of something else than texts" : "an object";
}

/** Reads the file into what variables would hold. */
class Reader {
  readonly values = new Map<string, string>();
  /** Where in the file each of the values stands, or what names the variable that holds it. */
  readonly places = new Map<string, string>();
  readonly problems: string[] = [];
  /** Variables that are no settings, and hold a secret of one. */
  readonly holders = new Set<string>();
  readonly #inline: string[] = [];

  constructor(
    private readonly environment: Environment,
    private readonly path: string,
  ) {}

  read(top: Json): void {
    const { [CLUSTERS]: clusters, $schema: _schema, ...rest } = top;
    this.#readSettings(rest, TOP_KEYS, undefined);
    if (clusters === undefined) return this.#checkMode();
    if (!isObject(clusters)) {
      this.problems.push(`${CLUSTERS}: expected an object with a cluster for each name`);
      return this.#checkMode();
    }
    for (const key of Object.keys(rest)) {
      const name = TOP_KEYS.get(key.replace(/Env$/, "")) ?? TOP_KEYS.get(key);
      if (name === undefined || scopeOf(name) !== "own") continue;
      this.problems.push(`${key}: each cluster has its own: put it into one of "${CLUSTERS}"`);
    }
    const variable = variableOf("CLUSTERS");
    this.#set(variable, Object.keys(clusters).join(","), CLUSTERS);
    for (const [name, settings] of Object.entries(clusters)) {
      const place = `${CLUSTERS}.${name}`;
      if (isObject(settings)) this.#readSettings(settings, CLUSTER_KEYS, name);
      else this.problems.push(`${place}: expected an object with the settings of the cluster`);
    }
    this.#checkMode();
  }

  #readSettings(
    settings: Json,
    keys: ReadonlyMap<string, SettingName>,
    cluster: string | undefined,
  ): void {
    const holders = new Map([...keys].flatMap(([, name]) => {
      const key = variableKey(name);
      return key === undefined ? [] : [[key, name] as const];
    }));
    for (const [key, value] of Object.entries(settings)) {
      const place = placeIn(key, cluster);
      const name = keys.get(key);
      const held = holders.get(key);
      if (held !== undefined) {
        if (configKey(held) in settings) {
          this.problems.push(`${place}: stands beside "${configKey(held)}": name the secret once`);
        } else this.#hold(held, value, place, cluster);
      } else if (name === undefined) {
        this.problems.push(
          `${place}: ${unknown(key, [...keys.keys(), ...holders.keys()], cluster)}`,
        );
      } else this.#value(name, value, place, cluster);
    }
  }

  #value(name: SettingName, value: unknown, place: string, cluster: string | undefined): void {
    const text = textOf(value);
    if (text === undefined) {
      this.problems.push(`${place}: expected a text, a number or a list, got ${kindOf(value)}`);
      return;
    }
    if (isSecret(name) && text.trim() !== "") this.#inline.push(place);
    this.#set(variableOf(name, cluster), text, place);
  }

  /** A secret that stands in a variable. */
  #hold(name: SettingName, value: unknown, place: string, cluster: string | undefined): void {
    const own = variableOf(name, cluster);
    const problem = typeof value !== "string" || !new RegExp(SECRET_VARIABLE).test(value)
      ? "expected the name of a variable that begins with PROXMOX_"
      : value !== own && SETTING_NAMES.some((key) => variableOf(key) === value)
      ? `${value} is a setting itself: choose another name`
      : !this.environment.get(value)?.trim()
      ? `${value} is not set`
      : undefined;
    if (problem !== undefined) {
      this.problems.push(`${place}: ${problem}`);
      return;
    }
    this.holders.add(String(value));
    this.#set(own, this.environment.get(String(value)) ?? "", place);
  }

  #set(variable: string, text: string, place: string): void {
    const given = this.environment.get(variable)?.trim() ?? "";
    if (given !== "" && given !== text.trim()) {
      this.problems.push(`${place}: ${variable} says otherwise: set it in one place`);
    }
    this.values.set(variable, text);
    this.places.set(variable, place);
  }

  /** Nobody else writes the settings, and secrets in the file itself are for its owner alone. */
  #checkMode(): void {
    const [place] = this.#inline;
    const mode = this.environment.modeOf?.(this.path) ?? 0;
    if ((mode & (place === undefined ? WRITTEN_BY_OTHERS : USED_BY_OTHERS)) === 0) return;
    const shown = (mode & 0o7777).toString(8).padStart(4, "0");
    this.problems.push(
      place === undefined
        ? `${VARIABLE}: "${this.path}" can be written by others: its mode is ${shown}; run chmod 600 '${this.path}'`
        : `${VARIABLE}: "${this.path}" holds a secret (${place}) and can be used by others, its mode ` +
          `is ${shown}: run chmod 600 '${this.path}', or name a file or a variable in its place`,
    );
  }
}

function placeIn(key: string, cluster: string | undefined): string {
  return cluster === undefined ? key : `${CLUSTERS}.${cluster}.${key}`;
}

function unknown(key: string, known: readonly string[], cluster: string | undefined): string {
  if (cluster !== undefined && PROCESS_SETTINGS.some((name) => configKey(name) === key)) {
    return "is the same for all clusters: put it at the top of the file";
  }
  return `is no setting.${didYouMean(key, known)}`.replace(/\.$/, "");
}

/** What the file says, as variables would. */
type Loaded = Omit<SettingsFile, "path" | "place"> & {
  readonly values: ReadonlyMap<string, string>;
  readonly places: ReadonlyMap<string, string>;
};

function load(environment: Environment, path: string): Loaded {
  const reader = new Reader(environment, path);
  const { values, places, holders, problems } = reader;
  const failed = (reason: string): Loaded => {
    const problem = `${VARIABLE}: cannot read "${path}": ${reason}`;
    return { values, places, holders, problems: [problem], isRead: false };
  };
  let text: string;
  try {
    text = readText(environment, path);
  } catch (error) {
    return failed(errorMessage(error));
  }
  let top: unknown;
  try {
    top = JSON.parse(text);
  } catch (error) {
    return failed(jsonProblem(error, text));
  }
  if (!isObject(top)) return failed("expected an object with settings");
  reader.read(top);
  return { values, places, holders, problems, isRead: true };
}

/** An environment behind which stands the file that it names, if it names one. */
export function withSettingsFile(environment: Environment): Environment {
  const loaded = once((): { values: Loaded["values"]; file?: SettingsFile } => {
    const path = environment.get(VARIABLE)?.trim();
    // What is no path is a mistake of the variable.
    if (!path || mistakeIn(path, false) !== undefined) return { values: new Map() };
    const { values, places, ...rest } = load(environment, path);
    const place: SettingsFile["place"] = (key, cluster) => {
      const variable = variableOf(key, cluster);
      if (key === "CONFIG" || (!values.has(variable) && environment.get(variable)?.trim())) {
        return undefined;
      }
      const owner = scopeOf(key) === "process" ? undefined : cluster;
      return places.get(variable) ?? placeIn(configKey(key), owner);
    };
    return { values, file: { path, place, ...rest } };
  });
  return {
    ...environment,
    get: (name) => loaded().values.get(name) ?? environment.get(name),
    names: () => environment.names().filter((name) => !loaded().file?.holders.has(name)),
    get file() {
      return loaded().file;
    },
  };
}
