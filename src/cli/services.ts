/**
 * Assembles the services that calls use, over the real cluster or the embedded one. Heavy parts are
 * loaded when first used.
 *
 * @module
 */
import { type Clock, systemClock } from "../base/async/clock.ts";
import type { RequestRate } from "../base/async/request_limiter.ts";
import { once } from "../base/async/once.ts";
import { below } from "../base/text/host.ts";
import type { Provider } from "../mcp/http/oidc/provider_keys.ts";
import type { Config, Configuration } from "../config/config.ts";
import { variableOf } from "../config/source.ts";
import type { Rights } from "../config/people.ts";
import { MAX_CONNECTIONS, PveClient, type PveClientOptions } from "../pve/client.ts";
import { type Token, tokenCredentials } from "../pve/credentials.ts";
import { createFailover } from "../pve/transport/failover.ts";
import { GuestDirectory } from "../pve/guest_directory.ts";
import { Login, type LoginOptions } from "../pve/login/login.ts";
import { TaskWaiter } from "../pve/tasks.ts";
import { createTransport } from "../pve/transport/tls.ts";
import type { Transport } from "../pve/transport/transport.ts";
import { KeyedMutex } from "../base/async/keyed_mutex.ts";
import { SharedWork } from "../base/async/shared_work.ts";
import { defined } from "../base/defined.ts";
import { demoConfig, demoToken, demoTransport } from "./demo_sites.ts";
import { sshOptions } from "../ssh/settings.ts";
import type { Clusters } from "../tool/clusters.ts";
import type { ContainerExec, NodeFiles } from "../ssh/types.ts";
import type { AuditLog, Files, Seals, Services } from "../tool/services.ts";

/** By what a client of this server reaches the cluster. */
export interface Access {
  /** Without one, the login of the settings stands in its place. */
  readonly token?: Token;
  /** In place of that: a caller with rights of their own. */
  readonly caller?: PersonalAccess;
  /** How often that caller's requests start, where it has to outlast these services. */
  readonly rate?: RequestRate;
}

/** Somebody with rights of their own, and no others of this server's than they are lent. */
export interface PersonalAccess {
  readonly name: string;
  readonly rights: Rights;
  readonly origin: "sent" | "mapped";
}

/** The services over a given transport. */
export function servicesOver(
  settings: Config,
  transport: Transport,
  { token: serversToken, caller, rate }: Access,
  clock: Clock = systemClock,
  seals: Seals = lazySeals(settings, clock),
): Services {
  const config = caller ? configOf(caller, settings) : settings;
  const token = caller?.rights.token ?? serversToken;
  const [host] = config.hosts;
  if (!host) throw new TypeError("Cannot make a client without a host");
  const pve = new PveClient({
    host,
    transport,
    ...credentialsOf(config, { host, transport, clock }, token),
    timeoutSeconds: config.timeout,
    rateLimit: config.rateLimit,
    readOnly: config.readOnly,
    clock,
    ...defined({ rate }),
  });
  const onNodes = once(() => makeContainerExec(config, clock));
  // To whom it is not lent, no node can be reached.
  const onNone = once(() => makeContainerExec({ ...config, sshNodes: new Map() }, clock));
  return {
    config,
    pve,
    guests: new GuestDirectory(pve, clock),
    tasks: new TaskWaiter(pve, clock),
    clock,
    guestLocks: new KeyedMutex(),
    reads: new SharedWork(),
    seals,
    ...defined({
      audit: config.auditLog === undefined
        ? undefined
        : lazyAuditLog(config.auditLog, clock, caller?.name),
      caller: caller?.name,
    }),
    containerExec: config.sshEnabled ? onNodes : onNone,
    nodeFiles: config.snippetsEnabled ? onNodes : onNone,
    files: lazyFiles(config),
  };
}

const NO_LOGIN = { password: undefined, loginUser: undefined, totpSecret: undefined } as const;

/**
 * The settings as they hold for somebody: narrowed, without the server's token, and without the
 * login, what goes over SSH (root on the node) and local files, as far as these are not lent.
 */
function configOf({ rights, origin }: PersonalAccess, config: Config): Config {
  const { grants, readOnly, elevated } = rights;
  const reachesNodes = grants.includes("ssh") || grants.includes("snippets");
  const onlyReads = config.readOnly || readOnly;
  return {
    ...config,
    tokenName: undefined,
    tokenValue: undefined,
    httpToken: undefined,
    httpStateKey: undefined,
    migrateToken: undefined,
    migrateTokenValue: undefined,
    ...(grants.includes("login") ? {} : NO_LOGIN),
    ...(reachesNodes ? {} : { sshNodes: new Map() }),
    sshEnabled: config.sshEnabled && grants.includes("ssh"),
    snippetsEnabled: config.snippetsEnabled && grants.includes("snippets"),
    ...(grants.includes("files") ? {} : { filesDir: undefined }),
    readOnly: onlyReads,
    allowElevated: config.allowElevated && elevated && !onlyReads,
    tokenOrigin: origin,
  };
}

/** Token, login, or both; a login in place of a token does what a token would, too. */
function credentialsOf(
  { password, loginUser, totpSecret, timeout }: Config,
  way: Pick<LoginOptions, "host" | "transport" | "clock">,
  token: Token | undefined,
): Pick<PveClientOptions, "credentials" | "login"> {
  const login = password === undefined || loginUser === undefined ? undefined : new Login({
    ...way,
    user: loginUser,
    password,
    timeoutSeconds: timeout,
    ...defined({ totpSecret }),
  });
  const credentials = token ? tokenCredentials(token) : login;
  if (!credentials) throw new TypeError("Cannot make a client without a token or a login");
  return { credentials, ...defined({ login }) };
}

/** An audit log in a file; its code is loaded when there is something to write down. */
function lazyAuditLog(path: string, clock: Clock, caller: string | undefined): AuditLog {
  let log: AuditLog | undefined;
  const load = once(async (): Promise<AuditLog> => {
    const { fileAuditLog } = await import("../guard/audit.ts");
    return log = fileAuditLog(path, () => clock.now(), caller);
  });
  return {
    write: async (entry) => await (await load()).write(entry),
    close: () => log?.close(),
  };
}

/**
 * Seals with the key of the settings, or one of this process; made when something is first to be
 * confirmed by one.
 */
export function lazySeals({ httpStateKey }: Config, clock: Clock): Seals {
  const load = once(async (): Promise<Seals> => {
    const { randomSealKey, Sealer } = await import("../guard/seal.ts");
    return new Sealer(httpStateKey ?? randomSealKey(), clock);
  });
  return {
    seal: async (confirmation) => await (await load()).seal(confirmation),
    open: async (seal, confirmation) => await (await load()).open(seal, confirmation),
  };
}

/** Files in a folder; the code that opens them is loaded for the first one. */
function lazyFiles(config: Config): Files {
  const load = once(async (): Promise<Files> => {
    const { filesIn } = await import("../call/files.ts");
    return filesIn(config.filesDir, { ...config, mostBytes: config.downloadLimit });
  });
  return {
    open: async (path) => await (await load()).open(path),
    save: async (path, bytes) => await (await load()).save(path, bytes),
  };
}

/** What is done over SSH, by the settings; its code is loaded when it is first needed. */
async function makeContainerExec(
  config: Config,
  clock: Clock,
): Promise<ContainerExec & NodeFiles> {
  const { createContainerExec } = await import("../ssh/container_exec.ts");
  return createContainerExec(sshOptions(config, clock));
}

/** The way to a real cluster. */
function clusterTransport(config: Config, maxConnections: number): Transport {
  const tls = createTransport({
    sslMode: config.sslMode,
    maxConnections,
    ...defined({
      caCert: config.caCert,
      fingerprint: config.sslFingerprint,
      pinFile: config.sslPinFile,
      // That of all clusters would shut out the others.
      fingerprintVariable: variableOf("SSL_FINGERPRINT", config.settingsName),
    }),
  });
  return config.hosts.length > 1 ? createFailover(config.hosts, tls, systemClock) : tls;
}

/** The services of a real cluster. */
export function clusterServices(config: Config): Services {
  const { user, tokenName, tokenValue } = config;
  return servicesOver(config, clusterTransport(config, MAX_CONNECTIONS), {
    ...defined({
      token: tokenName === undefined || tokenValue === undefined
        ? undefined
        : { id: `${user}!${tokenName}`, secret: tokenValue },
    }),
  });
}

/** The services of the embedded cluster, or of that of several which has the name of the settings. */
function demoServices(config: Config): Services {
  const { cluster = "" } = config;
  const token = demoToken(cluster);
  return servicesOver(demoConfig(config), demoTransport(cluster), { token });
}

/** The services of all clusters that the settings name, or of the embedded one. */
export function allClusters({ clusters }: Configuration, demo: boolean): Clusters {
  const all = new Map<string, Services>();
  for (const [name, config] of clusters) {
    const services = demo ? demoServices(config) : clusterServices(config);
    all.set(name, clusters.size > 1 ? { ...services, all } : services);
  }
  return all;
}

/** Closes the connections to all clusters, and the audit log. */
export function closeAll(clusters: Clusters): void {
  for (const { pve, audit } of clusters.values()) {
    pve.close();
    audit?.close();
  }
}

/** Connections for callers with rights of their own: so many that no few of them need them all. */
const CALLERS_CONNECTIONS = 4 * MAX_CONNECTIONS;

/** The way to the cluster that callers with rights of their own share; nothing else is shared. */
export function callersTransport(config: Config, demo: boolean): Transport {
  return demo ? demoTransport(config.cluster ?? "") : clusterTransport(config, CALLERS_CONNECTIONS);
}

/**
 * The services of one caller with rights of their own.
 *
 * @param transport That of all callers: it is closed with none of them.
 * @param onRefused Hears that a request was refused for its token.
 */
export function callerServices(
  config: Config,
  transport: Transport,
  caller: PersonalAccess,
  { onRefused, seals, rate, clock = systemClock }: {
    readonly onRefused: () => void;
    readonly rate?: RequestRate;
    /** Those of all callers: each is bound to who was asked, and good once. */
    readonly seals: Seals;
    readonly clock?: Clock;
  },
): Services {
  const own: Transport = {
    fetch: async (url, request) => {
      const response = await transport.fetch(url, request);
      if (response.status === 401) onRefused();
      return response;
    },
    close: () => {},
  };
  return servicesOver(config, own, { caller, ...defined({ rate }) }, clock, seals);
}

/** Asks a host for its version without a token: it refuses, and is there. The body is let go. */
export async function askAsNobody(
  host: URL,
  transport: Transport,
  timeoutSeconds: number,
): Promise<Response> {
  const response = await transport.fetch(below(host, "/api2/json/version"), {
    method: "GET",
    headers: {},
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  });
  await response.body?.cancel();
  return response;
}

/** The identity provider of the settings. */
export function providerOf({ httpOidcIssuer, httpOidcJwksUri, oidcCaCert }: Config): Provider {
  return {
    issuer: httpOidcIssuer ?? "",
    ...defined({ jwksUri: httpOidcJwksUri, caCert: oidcCaCert }),
  };
}
