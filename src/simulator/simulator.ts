/**
 * An embedded Proxmox VE: a believable cluster that answers like one, in this process or over
 * HTTPS, for trying the product without a cluster and for tests.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import type { Transport } from "../pve/transport.ts";
import { Api, nodeOfHost } from "./core/api.ts";
import { Cluster } from "./core/cluster.ts";
import { type Fault, Faults, type RequestFault } from "./core/faults.ts";
import { Dropped, jsonAnswer, textAnswer, type WireAnswer, type WireRequest } from "./core/wire.ts";
import { DEMO_TOKEN } from "./demo_token.ts";
import { allHandlers } from "./handlers.ts";
import { InProcessTransport } from "./in_process.ts";
import { asRelease8, lackingIn8, type Release, seed8 } from "./release8.ts";
import { seedResources } from "./resources.ts";
import { buildCompany } from "./seed/build.ts";

/** What a simulator can be told; everything has a default. */
export interface SimulatorOptions {
  /** Where time comes from; the machine's clock unless told otherwise. */
  readonly clock?: Clock;
  /** The same seed gives the same cluster. */
  readonly seed?: number;
  /** Number of guests, at least those of the company. */
  readonly guests?: number;
  /** How many times faster than usual tasks run; usual is one to three seconds. */
  readonly taskSpeed?: number;
  /** Which Proxmox VE it is; 9.2 unless said otherwise. */
  readonly release?: Release;
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
  /** Answers one request, whatever it came by; a {@linkcode Dropped} stands for no answer. */
  handle(request: WireRequest, signal: AbortSignal): Promise<WireAnswer>;
  /** Reaches the simulator in this process. */
  transport(): Transport;
}

const LIMITED: SimulatorToken = {
  id: "viewer@pve!limited",
  secret: "66666666-7777-4888-8999-aaaaaaaaaaaa",
};
/** Most requests that are remembered. */
const SEEN = 1_000;
const decoder = new TextDecoder();

function addTokens(cluster: Cluster): void {
  for (const { id, secret } of [DEMO_TOKEN, LIMITED]) {
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

function faulty(fault: RequestFault): WireAnswer | undefined {
  if (fault.kind === "status") {
    const message = fault.message ?? `Simulated status ${fault.status}`;
    return jsonAnswer(fault.status, message, { data: null, message: `${message}\n` });
  }
  if (fault.kind !== "html") return undefined;
  const page = "<html><head><title>502 Bad Gateway</title></head>" +
    "<body><h1>502 Bad Gateway</h1></body></html>\n";
  return {
    ...textAnswer(fault.status ?? 502, page, "text/html"),
    reason: (fault.status ?? 502) === 200 ? "OK" : "Bad Gateway",
  };
}

function spoiled(answer: WireAnswer, faults: ReadonlyMap<string, RequestFault>): WireAnswer {
  if (faults.has("bad-json")) {
    return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
  }
  return faults.has("half-body") ? { ...answer, cut: true } : answer;
}

/** An answer with the cluster's time in its head, as PVE sends every one. */
function dated(answer: WireAnswer, seconds: number): WireAnswer {
  return {
    ...answer,
    headers: { ...answer.headers, Date: new Date(seconds * 1000).toUTCString() },
  };
}

/** Makes a simulator. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const clock = options.clock ?? systemClock;
  const isRelease8 = options.release === "8.4";
  const handlers = isRelease8 ? asRelease8(allHandlers()) : allHandlers();
  const faults = new Faults((fault: Fault) => {
    if (fault.kind === "guest-moved") cluster.moveQuietly(fault.vmid, fault.to);
  });
  const cluster = new Cluster({
    clock,
    seed: options.seed ?? 1,
    taskSpeed: options.taskSpeed ?? 1,
    faults,
    handler: (call) => handlers.get(call.operation),
  });
  buildCompany(cluster, options.guests ?? 0);
  seedResources(cluster);
  if (isRelease8) seed8(cluster);
  addTokens(cluster);
  const api = new Api({
    cluster,
    clock,
    handlers,
    lacking: isRelease8 ? lackingIn8() : new Set(),
  });
  const requests: SeenRequest[] = [];

  async function handle(request: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    signal.throwIfAborted();
    const seen = note(requests, request);
    const answer = await answerTo(request, signal);
    seen.status = answer.status;
    return answer;
  }

  async function answerTo(request: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    const active = new Map(faults.take(request).map((fault) => [fault.kind, fault]));
    const latency = active.get("latency");
    if (latency?.kind === "latency") await clock.sleep(latency.ms, signal);
    if (active.has("refused")) throw new Dropped("refused");
    const asked = nodeOfHost(cluster, request.host);
    if (asked !== undefined && !cluster.isOnline(asked)) throw new Dropped("unreachable");
    const reset = active.get("reset");
    if (reset?.kind === "reset" && !reset.handled) throw new Dropped("reset");
    for (const fault of active.values()) {
      const answer = faulty(fault);
      if (answer) return answer;
    }
    const answer = await api.answer(request, signal, active.has("token-expired"));
    signal.throwIfAborted();
    if (reset) throw new Dropped("reset");
    return spoiled(dated(answer, cluster.now()), active);
  }

  return {
    cluster,
    faults,
    requests,
    tokens: { full: DEMO_TOKEN, limited: LIMITED },
    handle,
    transport: () => new InProcessTransport(handle),
  };
}

function note(requests: SeenRequest[], request: WireRequest): SeenRequest {
  const mark = request.target.indexOf("?");
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // Kept as it came.
  }
  const seen: SeenRequest = {
    method: request.method,
    path: decoded,
    query: mark < 0 ? "" : request.target.slice(mark + 1),
    headers: request.headers,
    body: decoder.decode(request.body),
  };
  requests.push(seen);
  if (requests.length > SEEN) requests.shift();
  return seen;
}
