/**
 * Puts together who calls a server over HTTP, by what the settings say.
 *
 * @module
 */
import { systemClock } from "../base/async/clock.ts";
import { defined } from "../base/defined.ts";
import { log } from "../base/process/log.ts";
import { type Config, processEnvironment } from "../config/config.ts";
import { ConfigError } from "../config/config_error.ts";
import type { Callers } from "../mcp/http/caller.ts";
import { MCP_PATH } from "../mcp/http/handler.ts";
import type { CallerParts } from "../mcp/http/own_rights.ts";
import { ProtectedResource } from "../mcp/http/protected_resource.ts";
import { ToolCatalog } from "../mcp/tool_catalog.ts";
import type { Transport } from "../pve/transport.ts";
import { TOOLS } from "../tools/manifest_gen.ts";
import { probeOf, type Served } from "./served.ts";
import {
  allClusters,
  askAsNobody,
  callerServices,
  callersTransport,
  closeAll,
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
  { configuration, demo }: Served,
  token: string | undefined,
): Promise<ServedCallers> {
  const { SharedCaller } = await import("../mcp/http/caller.ts");
  const clusters = allClusters(configuration, demo);
  const catalog = new ToolCatalog({ clusters, tools: TOOLS });
  return {
    callers: new SharedCaller(catalog, token),
    probe: probeOf(clusters),
    close: () => closeAll(clusters),
  };
}

/** Warns of settings that hold for nobody who calls with rights of their own. */
function warnOfIdle({ httpAuth, tokenValue, password, sshEnabled, filesDir }: Config): void {
  const cannotBeLent = httpAuth === "pve";
  const idle = Object.entries({
    TOKEN_VALUE: tokenValue !== undefined,
    PASSWORD: password !== undefined && cannotBeLent,
    SSH_ENABLED: sshEnabled && cannotBeLent,
    FILES_DIR: filesDir !== undefined && cannotBeLent,
  }).filter(([, isIdle]) => isIdle).map(([key]) => `PROXMOX_${key}`);
  if (idle.length === 0) return;
  log("config").warn(`${idle.join(", ")}: no effect over HTTP with PROXMOX_HTTP_AUTH=${httpAuth}`);
}

/** Any answer tells that Proxmox VE is there: nobody's rights are used. */
function answerProbe({ hosts: [host] }: Config, transport: Transport): Probe {
  return async (timeoutSeconds) => {
    if (!host) throw new TypeError("Cannot ask without a host");
    await askAsNobody(host, transport, timeoutSeconds);
  };
}

/** Each by an API token of their own. */
async function tokenCallers(parts: CallerParts): Promise<Callers> {
  const { TokenCallers } = await import("../mcp/http/token_callers.ts");
  return new TokenCallers(parts);
}

/** Each by an access token of an identity provider, mapped to an API token. */
async function oidcCallers(config: Config, parts: CallerParts): Promise<Callers> {
  const [{ OidcCallers }, { PeopleFile }] = await Promise.all([
    import("../mcp/http/oidc/oidc_callers.ts"),
    import("../mcp/http/oidc/people_file.ts"),
  ]);
  return new OidcCallers({
    ...parts,
    check: {
      provider: providerOf(config),
      audience: config.httpOidcAudience,
      clock: systemClock,
    },
    people: new PeopleFile(config.httpPeopleFile ?? "", processEnvironment, systemClock),
  });
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

/** Each caller with rights of their own. */
async function ownRightsCallers({ configuration, demo }: Served): Promise<ServedCallers> {
  const [config, ...others] = configuration.clusters.values();
  if (!config || others.length > 0) {
    throw new ConfigError(["PROXMOX_HTTP_AUTH: expected token where there are several clusters"]);
  }
  warnOfIdle(config);
  const transport = callersTransport(config, demo);
  const parts: CallerParts = {
    tools: TOOLS,
    servicesFor: (caller, onRefused) => callerServices(config, transport, caller, { onRefused }),
  };
  const way = { probe: answerProbe(config, transport), close: () => transport.close() };
  return config.httpAuth === "oidc"
    ? { ...way, callers: await oidcCallers(config, parts), resource: resourceOf(config) }
    : { ...way, callers: await tokenCallers(parts) };
}

/** The callers that the settings let in. */
export function servedCallers(served: Served, token: string | undefined): Promise<ServedCallers> {
  return served.configuration.process.httpAuth === "token"
    ? sharedCaller(served, token)
    : ownRightsCallers(served);
}
