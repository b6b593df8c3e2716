/**
 * Puts together who calls a server over HTTP, by what the settings say.
 *
 * @module
 */
import { systemClock } from "../base/async/clock.ts";
import { defined } from "../base/defined.ts";
import { log } from "../base/process/log.ts";
import { type Config, processEnvironment, severalOf } from "../config/config.ts";
import type { SettingName } from "../config/names.ts";
import { variableOf } from "../config/source.ts";
import type { Callers } from "../mcp/http/caller.ts";
import { MCP_PATH } from "../mcp/http/handler.ts";
import type { CallerParts } from "../mcp/http/own_rights.ts";
import { RecentRates } from "../mcp/http/recent_rates.ts";
import { ProtectedResource } from "../mcp/http/protected_resource.ts";
import type { Transport } from "../pve/transport/transport.ts";
import { TOOLS } from "../tools/manifest_gen.ts";
import { catalogOf } from "./catalog.ts";
import { anyOfThem, probeOf, type Served } from "./served.ts";
import {
  askAsNobody,
  callerServices,
  callersTransport,
  closeAll,
  lazySeals,
  providerOf,
} from "./services.ts";
import type { Probe } from "./telemetry/metrics_server.ts";

/**
 * Who calls and where they get tokens, what tells whether Proxmox VE answers, and what closes the
 * connections of all.
 */
interface ServedCallers {
  readonly callers: Callers;
  readonly resource?: ProtectedResource;
  readonly probe: Probe;
  close(): void;
}

/** All callers as one, with the server's rights. */
async function sharedCaller(
  served: Served,
  token: string | undefined,
): Promise<ServedCallers> {
  const { SharedCaller } = await import("../mcp/http/caller.ts");
  const catalog = catalogOf(served);
  const { clusters } = catalog;
  return {
    callers: new SharedCaller(catalog, token),
    probe: probeOf(clusters),
    close: () => closeAll(clusters),
  };
}

/** Settings that hold for nobody who calls with rights of their own. */
function idleOf(
  name: string,
  { httpAuth, tokenValue, password, sshEnabled, filesDir }: Config,
): string[] {
  const cannotBeLent = httpAuth === "pve";
  const settings: readonly (readonly [SettingName, boolean])[] = [
    ["TOKEN_VALUE", tokenValue !== undefined],
    ["PASSWORD", password !== undefined && cannotBeLent],
    ["SSH_ENABLED", sshEnabled && cannotBeLent],
    ["FILES_DIR", filesDir !== undefined && cannotBeLent],
  ];
  return settings.filter(([, isIdle]) => isIdle)
    .map(([key]) => variableOf(key, name === "" ? undefined : name));
}

function warnOfIdle(configs: ReadonlyMap<string, Config>, httpAuth: string): void {
  const idle = new Set([...configs].flatMap(([name, config]) => idleOf(name, config)));
  if (idle.size === 0) return;
  log("config").warn(
    `${[...idle].join(", ")}: no effect over HTTP with PROXMOX_HTTP_AUTH=${httpAuth}`,
  );
}

/** Any answer of any cluster tells that Proxmox VE is there: nobody's rights are used. */
function answerProbe(ways: readonly ClusterWay[]): Probe {
  return (timeoutSeconds) =>
    anyOfThem(ways.map(async ({ config: { hosts: [host] }, transport }) => {
      if (!host) throw new TypeError("Cannot ask without a host");
      await askAsNobody(host, transport, timeoutSeconds);
    }));
}

/** Tells who calls each cluster. */
interface CallersBy {
  of(way: ClusterWay): Callers;
  /** Throws where nobody gets in, whatever Proxmox VE says. */
  check?(): void;
}

/** Each by an API token of their own. */
async function byTokens(): Promise<CallersBy> {
  const { TokenCallers } = await import("../mcp/http/token_callers.ts");
  return { of: ({ parts }) => new TokenCallers(parts) };
}

/** Each by an access token of an identity provider, mapped to an API token of each cluster. */
async function byProvider(config: Config, clusters: readonly string[]): Promise<CallersBy> {
  const [{ OidcCallers }, { PeopleFile }, { AccessTokens }] = await Promise.all([
    import("../mcp/http/oidc/oidc_callers.ts"),
    import("../mcp/http/oidc/people_file.ts"),
    import("../mcp/http/oidc/access_token.ts"),
  ]);
  const { httpOidcAudience: audience, httpPeopleFile = "" } = config;
  const tokens = new AccessTokens({ provider: providerOf(config), audience, clock: systemClock });
  const people = new PeopleFile(httpPeopleFile, processEnvironment, systemClock, clusters);
  return {
    of: ({ parts, config: { cluster } }) => new OidcCallers({ ...parts, tokens, people, cluster }),
    check: () => {
      if (!people.current()) throw new Error("PROXMOX_HTTP_PEOPLE_FILE cannot be used");
    },
  };
}

/** What clients are told of where they get access tokens. */
function resourceOf(config: Config): ProtectedResource {
  return new ProtectedResource({
    path: MCP_PATH,
    issuer: config.httpOidcIssuer ?? "",
    scopes: config.httpOidcScopes,
    ...defined({ url: config.httpUrl }),
  });
}

/** A cluster, and the way to it that all of its callers share. */
interface ClusterWay {
  readonly name: string;
  readonly config: Config;
  readonly transport: Transport;
  readonly parts: CallerParts;
}

function wayTo(name: string, config: Config, demo: boolean): ClusterWay {
  const transport = callersTransport(config, demo);
  const rates = new RecentRates(config.rateLimit, systemClock);
  const seals = lazySeals(config, systemClock);
  const parts: CallerParts = {
    tools: TOOLS,
    clock: systemClock,
    servicesFor: (caller, onRefused) =>
      callerServices(config, transport, caller, { onRefused, seals, rate: rates.of(caller.name) }),
  };
  return { name, config, transport, parts };
}

/** Each caller with rights of their own, in the cluster that they name where there are several. */
async function ownRightsCallers({ configuration, demo }: Served): Promise<ServedCallers> {
  const { clusters, process: { httpAuth } } = configuration;
  warnOfIdle(clusters, httpAuth);
  const ways = [...clusters].map(([name, config]) => wayTo(name, config, demo));
  const [only, ...others] = ways;
  if (!only) throw new TypeError("Cannot serve without a cluster");
  const isProviders = httpAuth === "oidc";
  const callers = isProviders
    ? await byProvider(only.config, severalOf(clusters))
    : await byTokens();
  const answers = answerProbe(ways);
  const { ClusterCallers } = await import("../mcp/http/cluster_callers.ts");
  return {
    callers: others.length === 0
      ? callers.of(only)
      : new ClusterCallers(new Map(ways.map((way) => [way.name, callers.of(way)]))),
    ...defined({ resource: isProviders ? resourceOf(only.config) : undefined }),
    probe: async (timeoutSeconds) => {
      callers.check?.();
      await answers(timeoutSeconds);
    },
    close: () => ways.forEach(({ transport }) => transport.close()),
  };
}

/** The callers that the settings let in. */
export function servedCallers(served: Served, token: string | undefined): Promise<ServedCallers> {
  return served.configuration.process.httpAuth === "token"
    ? sharedCaller(served, token)
    : ownRightsCallers(served);
}
