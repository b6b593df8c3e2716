/**
 * Runs the doctor's checks in order: the client, each host on its own, what the token may do, the
 * cluster, SSH.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import type { Config } from "../../config/config.ts";
import { confirmationText, PLAN_WORDS } from "../../guard/confirmation_text.ts";
import { CLIENTS } from "../commands/client_configs.ts";
import { defined } from "../../base/defined.ts";
import { errorMessage } from "../../base/text/error_message.ts";
import type { PveClient } from "../../pve/client.ts";
import {
  type Endpoint,
  endpointOf,
  type PresentedCertificate,
  readCertificate,
} from "../../pve/transport/presented_certificate.ts";
import type { RegisteredTool } from "../../tool/registry.ts";
import { asGiven } from "../../tool/server_rights.ts";
import {
  clockFinding,
  failureFinding,
  type HostInfo,
  permissionsOf,
  privilegesFinding,
  readHostInfo,
  tokenFinding,
  versionFinding,
} from "./account.ts";
import { strangerFinding } from "./callers.ts";
import { loginFinding } from "./login.ts";
import { clusterFinding, membershipOf } from "./cluster.ts";
import type { Finding } from "./finding.ts";
import { certificateFinding, reachFindings } from "./network.ts";
import { protectionFinding } from "./protection.ts";
import { type ClusterIdentity, identityOf } from "./same_cluster.ts";
import { lackTexts } from "./lack.ts";
import { refusedPrivileges, toolFindings } from "./tools.ts";
import { pinFindings, trustFinding } from "./trust.ts";

/** What the checks need. */
export interface DiagnosisTarget {
  readonly config: Config;
  /** The settings that were given, a line each, no secret in any. */
  readonly settings: readonly string[];
  readonly tools: readonly RegisteredTool[];
  readonly clock: Clock;
  /** Versions of MCP that the server speaks, newest first; not told where it is told elsewhere. */
  readonly protocols?: readonly string[];
  /** A client that asks one host of the list; undefined where the server has no token for it. */
  readonly clientOf: (host: URL) => PveClient | undefined;
  /** Asks a host for its version without a token. */
  readonly askAsNobody: (host: URL) => Promise<Response>;
  /** Findings about callers with rights of their own. */
  readonly callers: () => AsyncIterable<Finding>;
  /** Findings about container exec. */
  readonly ssh: () => AsyncIterable<Finding>;
}

/** The versions of MCP that a client may speak. */
export function protocolFinding(protocols: readonly string[]): Finding {
  return {
    check: "MCP",
    status: "ok",
    text: `this server speaks ${protocols.join(", ")}`,
    details: [
      "Which of them a client speaks, and whether it can ask a person, stands in this server's log on stderr when the client connects, from PROXMOX_LOG_LEVEL=info on",
    ],
  };
}

/** What happens to a question to a person. */
export function confirmationFinding(config: Config): Finding {
  const withAsking = confirmationText(config, true);
  const withoutAsking = confirmationText(config, false);
  const cannotAsk = Object.values(CLIENTS).filter(({ asks }) => !asks).map(({ title }) => title);
  return {
    check: "Confirmation",
    status: "ok",
    text: withAsking === withoutAsking
      ? withAsking
      : `with a client that can ask a person, ${withAsking}; with one that cannot, ${withoutAsking}`,
    ...(withAsking === withoutAsking ? {} : {
      details: [
        `Clients that cannot ask: ${cannotAsk.join(", ")}; LangChain and mcporter, too`,
        ...(config.confirm === "auto"
          ? [PLAN_WORDS, "PROXMOX_CONFIRM=always refuses where nobody can be asked, code or not"]
          : config.confirm === "plan"
          ? ["A code is the model's second look, no person's consent"]
          : []),
      ],
    }),
  };
}

async function* certificateFindings(
  endpoint: Endpoint,
  now: number,
): AsyncGenerator<Finding, PresentedCertificate | undefined> {
  try {
    const presented = await readCertificate(endpoint);
    yield certificateFinding(presented, endpoint, now);
    return presented;
  } catch (error) {
    const text = errorMessage(error);
    yield {
      check: `Certificate of ${endpoint.name}`,
      status: "fail",
      text: `no TLS handshake: ${text}`,
      fix: "Check that PROXMOX_PORT is the port of the API (8006), which speaks HTTPS",
    };
    return undefined;
  }
}

/** Checks a host as far as that takes no token. */
async function* strangerFindings(
  { config, clock, askAsNobody }: DiagnosisTarget,
  host: URL,
  presented: PresentedCertificate | undefined,
): AsyncGenerator<Finding, undefined> {
  const { name } = endpointOf(host);
  try {
    const response = await askAsNobody(host);
    if (presented) yield trustFinding(name, config, presented);
    yield strangerFinding(name, response);
    const time = Date.parse(response.headers.get("date") ?? "");
    yield clockFinding(name, { time: Number.isNaN(time) ? undefined : time }, clock.now());
  } catch (error) {
    yield failureFinding(`API of ${name}`, error);
  }
}

/** A host that can be worked with. */
interface ReachedHost {
  readonly pve: PveClient;
  readonly presented: PresentedCertificate | undefined;
}

/** Checks one host; returns it when it can be worked with. */
async function* hostFindings(
  target: DiagnosisTarget,
  host: URL,
): AsyncGenerator<Finding, ReachedHost | undefined> {
  const { config, clock } = target;
  const endpoint = endpointOf(host);
  const reachability = await reachFindings(endpoint);
  yield* reachability;
  if (reachability.some(({ status }) => status === "fail")) return undefined;
  const presented = yield* certificateFindings(endpoint, clock.now());
  const pve = target.clientOf(host);
  if (!pve) return yield* strangerFindings(target, host, presented);
  let info: HostInfo;
  try {
    info = await readHostInfo(pve);
  } catch (error) {
    yield failureFinding(`API of ${endpoint.name}`, error);
    return undefined;
  }
  if (presented) yield trustFinding(endpoint.name, config, presented);
  yield versionFinding(endpoint.name, info);
  yield clockFinding(endpoint.name, info, clock.now());
  return { pve, presented };
}

/** Whether the hosts of the list are nodes of one cluster. */
async function* listFindings(clients: readonly PveClient[]): AsyncGenerator<Finding> {
  if (clients.length < 2) return;
  const check = "Hosts of PROXMOX_HOST";
  const members = await Promise.all(clients.map((pve) => membershipOf(pve).catch(() => undefined)));
  const names = new Set(members.map((member) => member?.cluster ?? member?.local));
  if (members.includes(undefined)) {
    yield { check, status: "skip", text: "comparing them needs Sys.Audit on /" };
  } else if (names.size > 1) {
    yield {
      check,
      status: "fail",
      text: `not of one cluster: ${[...names].join(", ")}`,
      fix: "List only nodes of one cluster; PROXMOX_CLUSTERS names several",
    };
  } else yield { check, status: "ok", text: `${clients.length} ways to one cluster` };
}

async function* tokenFindings(target: DiagnosisTarget, pve: PveClient): AsyncGenerator<Finding> {
  const { config, clock, tools } = target;
  if (config.tokenName !== undefined) yield await tokenFinding(pve, config, clock.now());
  if (pve.loginUser !== undefined) yield await loginFinding(pve, config);
  try {
    const tier = config.allowElevated ? "elevated" : "basic";
    const permissions = await permissionsOf(pve);
    const { reading, others } = await lackTexts(
      pve,
      permissions,
      (each) => refusedPrivileges(tools, tier, each),
    );
    yield privilegesFinding(permissions, reading);
    yield* toolFindings(tools, tier, permissions, others, pve.loginUser);
  } catch (error) {
    yield failureFinding("Privileges", error);
  }
}

/**
 * Checks everything; yields each finding as soon as it is known, with advice that names the settings
 * which values came from.
 *
 * @returns What tells the cluster from others, where it could be asked.
 */
export async function* diagnose(
  target: DiagnosisTarget,
): AsyncGenerator<Finding, ClusterIdentity | undefined> {
  const steps = allFindings(target);
  for (let step = await steps.next();; step = await steps.next()) {
    if (step.done) return step.value;
    const { fix, ...finding } = step.value;
    const given = fix === undefined ? undefined : asGiven(fix, target.config.elsewhere);
    yield { ...finding, ...defined({ fix: given }) };
  }
}

async function* allFindings(
  target: DiagnosisTarget,
): AsyncGenerator<Finding, ClusterIdentity | undefined> {
  const { config, protocols } = target;
  yield {
    check: "Settings",
    status: "ok",
    text: config.allowElevated
      ? "complete; changes are allowed"
      : "complete; only reading is allowed",
    details: target.settings,
  };
  if (protocols) yield protocolFinding(protocols);
  yield confirmationFinding(config);
  const reached: ReachedHost[] = [];
  for (const host of config.hosts) {
    const each = yield* hostFindings(target, host);
    if (each) reached.push(each);
  }
  yield* pinFindings(config, reached.flatMap(({ presented }) => presented ?? []));
  const clients = reached.map(({ pve }) => pve);
  const [pve] = clients;
  if (pve) {
    yield* listFindings(clients);
    yield* tokenFindings(target, pve);
    yield await clusterFinding(pve);
    if (config.allowElevated) yield await protectionFinding(pve, config);
  }
  yield* target.callers();
  yield* target.ssh();
  const identity = pve && await identityOf(pve);
  for (const each of clients) each.close();
  return identity;
}
