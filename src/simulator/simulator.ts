/**
 * An embedded Proxmox VE: a believable cluster that answers like one, in this process or over
 * HTTPS, for trying the product without a cluster and for tests.
 *
 * @module
 */
import { type Clock, systemClock } from "../base/async/clock.ts";
import type { Transport } from "../pve/transport/transport.ts";
import { DEMO_TOKEN } from "./access/demo_token.ts";
import { Cluster, type ClusterOptions } from "./core/cluster.ts";
import type { Release } from "./core/model.ts";
import { decoded, type Fault, Faults } from "./faults/faults.ts";
import { FaultLayer } from "./faults/layer.ts";
import { recoverFrom } from "./ha/manager.ts";
import { allHandlers, seedTables } from "./handlers.ts";
import { asRelease8, lackingIn8, seed8 } from "./release8.ts";
import { Api } from "./request/api.ts";
import type { WireAnswer, WireRequest } from "./request/wire.ts";
import { buildSite } from "./seed/build.ts";
import { passwordAt, secretAt, type Site } from "./seed/site.ts";
import { type SiteName, SITES } from "./seed/sites.ts";
import { InProcessTransport } from "./server/in_process.ts";

/** Options of a simulator; each has a default. */
export interface SimulatorOptions {
  /** Where time comes from; the machine's clock by default. */
  readonly clock?: Clock;
  /** What the cluster is filled with: the company's, unless said otherwise. */
  readonly site?: SiteName;
  /** The same seed gives the same cluster. */
  readonly seed?: number;
  /** Number of guests, at least those of the site. */
  readonly guests?: number;
  /** Number of nodes, at least those of the site. */
  readonly nodes?: number;
  /** How many times faster than usual tasks run; usual is one to three seconds. */
  readonly taskSpeed?: number;
  /** Which Proxmox VE it is; that of the site unless said otherwise. */
  readonly release?: Release;
  /**
   * Seconds until `/cluster/resources` knows of a change, as names and states of guests come there
   * by a daemon: 10, unless said otherwise; 0 for at once.
   */
  readonly listLag?: number;
}

/** An API token of the simulator. */
export interface SimulatorToken {
  /** `user@realm!name` */
  readonly id: string;
  readonly secret: string;
}

/** A request that arrived. */
export interface SeenRequest {
  readonly method: string;
  /** Decoded path from `/api2/json` on, without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Body as text. */
  readonly body: string;
  /** Status of the answer; absent while there is none. */
  status?: number;
}

/** An embedded Proxmox VE. */
export interface Simulator {
  readonly cluster: Cluster;
  readonly faults: Faults;
  /** Requests that arrived, oldest first. */
  readonly requests: SeenRequest[];
  readonly tokens: {
    /** May do everything that a token may. */
    readonly full: SimulatorToken;
    /** May look at guests, and start and stop those of the pool `development`. */
    readonly limited: SimulatorToken;
  };
  /** Password of root@pam. */
  readonly password: string;
  /** Answers one request, whatever it came by; a `Dropped` stands for no answer. */
  handle(request: WireRequest, signal: AbortSignal): Promise<WireAnswer>;
  /** Reaches the simulator in this process. */
  transport(): Transport;
}

const LIMITED: SimulatorToken = {
  id: "viewer@pve!limited",
  secret: "66666666-7777-4888-8999-aaaaaaaaaaaa",
};

/** The tokens that a site has beside those of its people. */
function tokensAt(site: Site): Simulator["tokens"] {
  const at = ({ id, secret }: SimulatorToken): SimulatorToken => ({
    id,
    secret: secretAt(site, secret),
  });
  return { full: at(DEMO_TOKEN), limited: at(LIMITED) };
}

/** How often PVE's statistics daemon looks at the guests, in seconds. */
const LIST_LAG = 10;
/** Most requests that are remembered. */
const MAX_SEEN_REQUESTS = 1_000;
const decoder = new TextDecoder();

function addTokens(cluster: Cluster): void {
  for (const { id, secret } of Object.values(tokensAt(cluster.site))) {
    const [userid = "", tokenid = ""] = id.split("!");
    const users = cluster.table("access.users");
    if (!users.has(userid)) users.set(userid, { enable: 1, expire: 0, comment: "Read only" });
    cluster.table("access.tokens").set(id, { userid, tokenid, secret, expire: 0, privsep: 0 });
  }
  const [viewer = ""] = LIMITED.id.split("!");
  const acl = cluster.table("access.acl");
  const grants: readonly (readonly [string, string])[] = [
    ["/vms", "PVEAuditor"],
    ["/pool/development", "PVEVMUser"],
  ];
  for (const [path, role] of grants) {
    const entry = acl.get(path) ?? { users: {}, groups: {}, tokens: {} };
    acl.set(path, { ...entry, users: { ...entry.users, [viewer]: { [role]: 1 } } });
  }
}

/** The cluster of the options, with all that is in it. */
function makeCluster(
  options: SimulatorOptions,
  parts: Pick<ClusterOptions, "clock" | "faults" | "invoke">,
): Cluster {
  const site = SITES[options.site ?? "company"];
  const cluster = new Cluster({
    ...parts,
    site,
    seed: options.seed ?? 1,
    release: options.release ?? site.release,
    taskSpeed: options.taskSpeed ?? 1,
    listLag: options.listLag ?? LIST_LAG,
  });
  buildSite(cluster, options.guests ?? 0, options.nodes ?? 0);
  seedTables(cluster);
  if (cluster.release === "8.4") seed8(cluster);
  addTokens(cluster);
  return cluster;
}

/** Makes a simulator. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const clock = options.clock ?? systemClock;
  const site = SITES[options.site ?? "company"];
  const isRelease8 = (options.release ?? site.release) === "8.4";
  const handlers = isRelease8 ? asRelease8(allHandlers()) : allHandlers();
  const faults = new Faults((fault: Fault) => {
    if (fault.kind === "guest-moved") cluster.moveQuietly(fault.vmid, fault.to);
    if (fault.kind === "node-offline") recoverFrom(cluster, fault.node);
  });
  const invoke: ClusterOptions["invoke"] = (cluster, call) =>
    handlers.get(call.operation)?.(cluster, call);
  const cluster = makeCluster(options, { clock, faults, invoke });
  const api = new Api({
    cluster,
    clock,
    handlers,
    lacking: isRelease8 ? lackingIn8() : new Set<string>(),
  });
  const faultLayer = new FaultLayer({ cluster, faults, clock, api });
  const requests: SeenRequest[] = [];

  async function handle(request: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    signal.throwIfAborted();
    const seen = note(requests, request);
    const answer = await faultLayer.answer(request, signal);
    seen.status = answer.status;
    return answer;
  }

  return {
    cluster,
    faults,
    requests,
    tokens: tokensAt(site),
    password: passwordAt(site),
    handle,
    transport: () => new InProcessTransport(handle),
  };
}

/** Lets the nodes of each simulator reach those of all others, as a network does. */
export function connectSimulators(simulators: readonly Simulator[]): void {
  const clusters = simulators.map(({ cluster }) => cluster);
  for (const cluster of clusters) {
    cluster.peers.push(...clusters.filter((other) => other !== cluster));
  }
}

function note(requests: SeenRequest[], request: WireRequest): SeenRequest {
  const mark = request.target.indexOf("?");
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  const seen: SeenRequest = {
    method: request.method,
    path: decoded(path),
    query: mark < 0 ? "" : request.target.slice(mark + 1),
    headers: request.headers,
    body: decoder.decode(request.body),
  };
  requests.push(seen);
  if (requests.length > MAX_SEEN_REQUESTS) requests.shift();
  return seen;
}
