/**
 * `config`: prints the configuration of an MCP client. The snippet alone goes to stdout, so that it
 * can be piped; where to put it is said on stderr.
 *
 * @module
 */
import { clusterSources, processEnvironment, readSettings } from "../../config/config.ts";
import { type Environment, sourceOf, variableOf } from "../../config/source.ts";
import { ConfigError } from "../../config/config_error.ts";
import { writeErr, writeOut } from "../../base/process/console.ts";
import { lookup } from "../../base/lookup.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import type { Setting } from "../../config/setting.ts";
import { CLUSTER_SETTINGS, scopeOf, SETTING_NAMES } from "../../config/names.ts";
import { SETTINGS } from "../../config/settings.ts";
import { toolChoiceProblems } from "../../tool/toolset.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import { PLAN_WORDS } from "../../guard/confirmation_text.ts";
import { permissions } from "./permissions.ts";
import { pinned } from "./pins.ts";
import { type ClientForm, CLIENTS } from "./client_configs.ts";
import { defineCommand, EXIT, UsageError } from "./command.ts";
import { type Program, startOf, thisProgram } from "./program.ts";

/** What stands in place of a person's own host. */
const EXAMPLE_HOST = "pve1.example.com";
const SECRET = "PROXMOX_TOKEN_VALUE";
const BEARER = "PROXMOX_HTTP_TOKEN";

/** What is proposed for a client beside what the table of settings proposes. */
type Proposals = Readonly<Record<string, string>>;

/** Where a person cannot be asked, and changes are allowed, what goes is told before it goes. */
function proposalsFor({ asks }: ClientForm, environment: Environment): Proposals {
  const changes = [...clusterSources(environment, []).values()].some((source) => {
    const settings = readSettings(source, ["ALLOW_ELEVATED", "READ_ONLY"], []);
    return settings.allowElevated && !settings.readOnly;
  });
  return changes && !asks ? { CONFIRM: "plan" } : {};
}

/** The settings of the environment, proposals for what is not set, and no secret. */
function settingsOf(environment: Environment, proposals: Proposals): Record<string, string> {
  const env: Record<string, string> = {};
  const clusters = severalClusters(environment);
  for (const key of SETTING_NAMES) {
    const { proposed, secret, inConfig = true } = SETTINGS[key] as Setting;
    if (!inConfig || secret) continue;
    const owners = scopeOf(key) === "process" ? [undefined] : [undefined, ...clusters];
    for (const owner of owners) {
      if (owner === undefined && clusters.length > 0 && scopeOf(key) === "own") continue;
      const name = variableOf(key, owner);
      const inFile = environment.file?.place(key, owner) !== undefined;
      if (inFile && (environment.get(name) || proposals[key] === undefined)) continue;
      // What is proposed for one cluster is proposed for all.
      const proposal = owner === undefined ? proposals[key] || proposed : undefined;
      const value = environment.get(name) || (key === "HOST" ? EXAMPLE_HOST : proposal);
      if (value) env[name] = value;
    }
  }
  return env;
}

/** The names of the clusters where there are several. */
function severalClusters(environment: Environment): string[] {
  return [...clusterSources(environment, []).keys()].filter((name) => name !== "");
}

/** Refuses settings with which the server would not start; what is missing is not among them. */
function checkSettings(environment: Environment): void {
  const problems = [...environment.file?.problems ?? []];
  const { toolsets = [], tools = [], excludeTools = [] } = readSettings(
    sourceOf(environment),
    SETTING_NAMES,
    problems,
  );
  for (const source of clusterSources(environment, problems).values()) {
    readSettings(source, CLUSTER_SETTINGS, problems);
  }
  problems.push(...toolChoiceProblems(TOOLS, { toolsets, tools, excludeTools }));
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
}

/** What `config` prints: the snippet for a client, and notes for a person. */
export interface ClientConfig {
  readonly snippet: string;
  readonly notes: readonly string[];
}

/** What makes a client start this program with the settings of the environment. */
export function startedConfig(
  client: ClientForm,
  program: Program,
  environment: Environment,
  { demo, name }: { readonly demo: boolean; readonly name: string },
): ClientConfig {
  const { title, stdio, notes = [] } = client;
  if (typeof stdio === "string") throw new UsageError(stdio);
  const proposals = demo ? {} : proposalsFor(client, environment);
  const { command, args, why } = startOf(program, permissions(demo ? undefined : environment));
  const start = demo
    ? { name, command, args: [...args, "--demo"], env: {} }
    : { name, command, args, env: settingsOf(environment, proposals) };
  const clusters = demo ? [] : severalClusters(environment);
  const file = demo ? undefined : environment.file;
  const secret = demo || file || clusters.length > 0 || environment.get(`${SECRET}_FILE`)
    ? {}
    : { secret: SECRET };
  const files = file ? [] : clusters.map((name) => variableOf("TOKEN_VALUE_FILE", name))
    .filter((name) => !environment.get(name));
  const held = [...file?.holders ?? []].map((name) =>
    `Set ${name}, too: ${file?.path} takes a secret from it`
  );
  const withoutSecret = files.length === 0
    ? []
    : [`Set ${files.join(", ")}: the file that holds the secret of that cluster's token`];
  const cannotAsk = proposals.CONFIRM ? [`${title} cannot ask a person. ${PLAN_WORDS}`] : [];
  return {
    snippet: stdio({ ...start, ...secret }),
    notes: [why, ...notes, ...withoutSecret, ...held, ...cannotAsk],
  };
}

function checkAddress(url: string): void {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new UsageError(`Expected an address as "serve --http" prints it, got "${url}"`);
  }
}

/** What makes a client use a server that runs already. */
export function remoteConfig(
  { title, asks, http, notes = [] }: ClientForm,
  { url, name, oauth = false }: {
    readonly url: string;
    readonly name: string;
    /** An identity provider gives the client its tokens. */
    readonly oauth?: boolean;
  },
): ClientConfig {
  if (typeof http === "string") throw new UsageError(http);
  checkAddress(url);
  const secret = oauth ? {} : { secret: BEARER };
  const cannotAsk = asks ? [] : [`${title} cannot ask a person. On the server: ${PLAN_WORDS}`];
  return { snippet: http({ name, url, ...secret }), notes: [...notes, ...cannotAsk] };
}

/** `config CLIENT`. */
export const command = defineCommand({
  usage: "config CLIENT",
  about: `Prints what a client wants to have in its configuration: ${
    Object.keys(CLIENTS).join(", ")
  }.
Settings that are in the environment are taken over, secrets are not; of a file that PROXMOX_CONFIG
names, its path alone. Where PROXMOX_HOST answers,
and the environment has no other way to know its certificate, the fingerprint of the one that it
shows is written in; no token is sent for that. The server is started in the quickest way there is:
by this program itself, by Deno, and last by npx.`,
  options: {
    demo: { type: "boolean", description: "For the embedded Proxmox VE, without settings" },
    http: {
      type: "string",
      value: "URL",
      description: "For a server that runs already, over HTTP",
    },
    oauth: {
      type: "boolean",
      description: "Without a bearer token, for a server with PROXMOX_HTTP_AUTH=oidc",
    },
    name: {
      type: "string",
      value: "NAME",
      description: "Name of the server in the client (proxmox)",
    },
  },
  positionals: [1, 1],
  firstPositional: "client",
  examples: [
    "proxmox-mcp config claude-desktop",
    "proxmox-mcp config vscode --demo",
    "proxmox-mcp config codex --http https://mcp.example.com/mcp",
  ],
  run: async ({ demo = false, http, oauth = false, name = "proxmox" }, [clientName = ""]) => {
    const client = lookup(CLIENTS, clientName);
    if (!client) {
      const known = Object.keys(CLIENTS);
      throw new UsageError(
        `There is no client "${clientName}", but ${known.join(", ")}.${
          didYouMean(clientName, known)
        }`,
      );
    }
    if (demo && http !== undefined) throw new UsageError("Expected --demo or --http, not both");
    if (oauth && http === undefined) throw new UsageError("--oauth goes with --http");
    if (!demo && http === undefined) checkSettings(processEnvironment);
    const { environment, notes: pinNotes } = demo || http !== undefined
      ? { environment: processEnvironment, notes: [] }
      : await pinned(processEnvironment);
    const { snippet, notes } = http === undefined
      ? startedConfig(client, thisProgram(), environment, { demo, name })
      : remoteConfig(client, { url: http, name, oauth });
    pinNotes.forEach(writeErr);
    writeErr(`For ${client.title}, add this to ${client.files.join(" or ")}:`);
    writeOut(snippet);
    for (const note of notes) writeErr(`• ${note}`);
    return EXIT.ok;
  },
});
