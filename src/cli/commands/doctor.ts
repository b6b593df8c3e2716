/**
 * `doctor`: finds what is wrong between the settings and a tool that works.
 *
 * @module
 */
import { systemClock } from "../../base/async/clock.ts";
import {
  clusterSources,
  type Config,
  processEnvironment,
  readConfig,
  readSettings,
  severalOf,
} from "../../config/config.ts";
import { defined } from "../../base/defined.ts";
import { type Environment, sourceOf } from "../../config/source.ts";
import { ConfigError } from "../../config/config_error.ts";
import { writeOut } from "../../base/process/console.ts";
import { auditFinding } from "../doctor/audit_log.ts";
import { diagnose, type DiagnosisTarget, protocolFinding } from "../doctor/diagnose.ts";
import { diagnoseSeveral, type NamedTarget } from "../doctor/several.ts";
import { type Finding, findingLines, reworded, summaryOf } from "../doctor/finding.ts";
import { sshFindings } from "../doctor/ssh.ts";
import { setUpLogging } from "../../base/process/log.ts";
import { SUPPORTED_PROTOCOL_VERSIONS } from "../../mcp/sdk.ts";
import { callersFindings, providerFinding } from "../doctor/callers.ts";
import {
  askAsNobody,
  callerServices,
  callersTransport,
  clusterServices,
  lazySeals,
  providerOf,
} from "../services.ts";
import { chooseTools } from "../../tool/toolset.ts";
import { TOOLS } from "../../tools/manifest_gen.ts";
import { checkToolChoice, httpCheck } from "./settings.ts";
import { defineCommand, EXIT } from "./command.ts";
import { placesIn, settingLines, settingsFindings, sharedFinding } from "./settings_findings.ts";

/**
 * Nothing, but for callers whom an identity provider names.
 *
 * @param clusters The names of all, where there are several: the provider is told apart from each.
 */
async function* callersOf(config: Config, clusters: readonly string[]): AsyncGenerator<Finding> {
  const { httpAuth, httpPeopleFile } = config;
  if (httpAuth !== "oidc" || httpPeopleFile === undefined) return;
  const { readPeople } = await import("../../config/read_people.ts");
  const { people } = readPeople(httpPeopleFile, processEnvironment, clusters);
  if (!people) return; // The settings were checked: it has just been changed.
  const transport = callersTransport(config, false);
  const seals = lazySeals(config, systemClock);
  yield* callersFindings({
    config,
    people,
    ...defined({ provider: clusters.length === 0 ? providerOf(config) : undefined }),
    clientOf: (name, rights) => {
      const caller = { name, rights, origin: "mapped" } as const;
      return callerServices(config, transport, caller, { onRefused: () => {}, seals }).pve;
    },
  });
  transport.close();
}

/** Asks one host of the list, whichever of the others would answer. */
async function askOne(config: Config, host: URL): Promise<Response> {
  const transport = callersTransport({ ...config, hosts: [host] }, false);
  try {
    return await askAsNobody(host, transport, config.timeout);
  } finally {
    transport.close();
  }
}

/** What is looked at of one cluster. */
function targetOf(
  config: Config,
  settings: readonly string[],
  clusters: readonly string[] = [],
): DiagnosisTarget {
  const hasToken = config.tokenValue !== undefined || config.password !== undefined;
  return {
    config,
    settings,
    tools: chooseTools(TOOLS, config).tools,
    clock: systemClock,
    clientOf: (host) => hasToken ? clusterServices({ ...config, hosts: [host] }).pve : undefined,
    askAsNobody: (host) => askOne(config, host),
    callers: () => callersOf(config, clusters),
    ssh: () => sshFindings(config, systemClock),
  };
}

async function* examine(environment: Environment): AsyncGenerator<Finding> {
  const { httpAuth = "token" } = readSettings(sourceOf(environment), ["HTTP_AUTH"], []);
  const overHttp = httpAuth !== "token";
  const { process, clusters, warnings } = readConfig(environment, {
    overHttp,
    check: overHttp ? await httpCheck() : checkToolChoice,
  });
  setUpLogging("error", process.logFormat); // What would be a warning is a finding here.
  yield* settingsFindings(warnings, "warn", environment);
  const { auditLog } = process;
  const isAudited = [...clusters.values()].some(({ allowElevated }) => allowElevated);
  if (auditLog !== undefined && isAudited) {
    yield reworded(auditFinding(auditLog), (text) => placesIn(sourceOf(environment), text));
  }
  const protocols = SUPPORTED_PROTOCOL_VERSIONS;
  const [config, ...others] = clusters.values();
  const sources = clusterSources(environment, []);
  const [source = sourceOf(environment)] = sources.values();
  if (config && others.length === 0) {
    const target = { ...targetOf(config, settingLines(source)), protocols };
    for await (const finding of diagnose(target)) {
      yield reworded(finding, (text) => placesIn(source, text));
    }
    return;
  }
  yield sharedFinding(environment, clusters.size);
  yield reworded(protocolFinding(protocols), (text) => placesIn(sourceOf(environment), text));
  if (config && httpAuth === "oidc") yield await providerFinding(providerOf(config));
  yield* diagnoseSeveral(
    [...clusters].map(([name, config]): NamedTarget => {
      const source = sources.get(name) ?? sourceOf(environment, name);
      const target = targetOf(config, settingLines(source, true), severalOf(clusters));
      return { name, target, inItsWords: (text) => placesIn(source, text) };
    }),
  );
}

/** `doctor`. */
export const command = defineCommand({
  usage: "doctor",
  about: `Checks the settings, tells which versions of MCP the server speaks and what becomes of a
question to a person, and checks on each host the name, the connection, the certificate, the token,
the version and the clock; then what the token may do and which tools that is enough for, the
cluster, callers over HTTP with rights of their own, and SSH where it is enabled; where changes are
allowed, the audit log and which guests are protected. Of several clusters each is checked, its name
in each line, and two that are one are told. Nothing is changed, but PROXMOX_SSL_PIN_FILE remembers
what it sees first. ✔ is fine, ⚠ could be better, ✖ is wrong, and →
says what to do.`,
  options: { json: { type: "boolean", description: "As JSON: a list of findings" } },
  positionals: [0, 0],
  failure: "something is wrong",
  run: async ({ json }) => {
    const findings: Finding[] = [];
    const colors = Deno.stdout.isTerminal() && !Deno.noColor;
    const report = (finding: Finding): void => {
      findings.push(finding);
      if (!json) writeOut(findingLines(finding, colors));
    };
    let code: number = EXIT.ok;
    try {
      for await (const finding of examine(processEnvironment)) report(finding);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      settingsFindings(error.problems, "fail", processEnvironment).forEach(report);
      settingsFindings(error.warnings, "warn", processEnvironment).forEach(report);
      code = EXIT.usage;
    }
    writeOut(json ? JSON.stringify(findings, null, 2) : `\n${summaryOf(findings)}`);
    if (code !== EXIT.ok) return code;
    return findings.some(({ status }) => status === "fail") ? EXIT.failed : EXIT.ok;
  },
});
