/**
 * One request through the embedded PVE, with PVE's own order of checks: credentials, body, route,
 * token, permission, forwarding, parameters, handler.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import { defined } from "../../base/defined.ts";
import type { OperationFact } from "../../pve/api.ts";
import { factIn } from "./release_fact.ts";
import { type Route, route } from "../../pve/route.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { Attributed, Download, type Handler } from "../core/handler.ts";
import { ApiError, failed, forbidden, invalid } from "../core/refusal.ts";
import { addressOf } from "../node/addresses.ts";
import { authenticate, Unauthenticated } from "./auth.ts";
import { type Body, isUpload, parseBody, parseTarget, type RawParams } from "./body.ts";
import { assertPermitted } from "./permission.ts";
import { verify } from "./verify.ts";
import {
  bareAnswer,
  gzipped,
  jsonAnswer,
  textAnswer,
  type WireAnswer,
  type WireRequest,
} from "./wire.ts";

/** How long PVE lets a caller without valid credentials wait. */
const UNAUTHENTICATED_MS = 3_000;
/** How long a node waits for another one. */
const FORWARD_MS = 30_000;
const METHODS = new Set(["GET", "POST", "PUT", "DELETE"]);

/** What answering a request needs. */
export interface ApiOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Operations that the embedded release does not have. */
  readonly lacking: ReadonlySet<string>;
}

function refusalAnswer(error: ApiError): WireAnswer {
  const newline = error.status === 501 || error.status === 404 ? "" : "\n";
  return jsonAnswer(error.status, error.message, {
    data: null,
    message: error.message + newline,
    ...defined({ errors: error.errors }),
  });
}

function dataAnswer(result: unknown): WireAnswer {
  if (result instanceof Download) {
    return {
      status: 200,
      reason: "OK",
      headers: {
        "Content-Type": result.contentType,
        "Content-Disposition": `attachment; filename="${result.filename}"`,
      },
      body: result.bytes,
    };
  }
  return result instanceof Attributed
    ? jsonAnswer(200, "OK", { data: result.data ?? null, ...result.attributes })
    : jsonAnswer(200, "OK", { data: result ?? null });
}

/** Longest body that goes as it is to a client that takes gzip. */
const PLAIN_BYTES = 1024;

/** True when a body goes in gzip: where the client takes it, and the journal's in any case. */
function isPacked({ operation }: Route, { headers }: WireRequest, answer: WireAnswer): boolean {
  if (operation === "GET /nodes/{node}/journal" && answer.status === 200) return true;
  return answer.body.length > PLAIN_BYTES && /\bgzip\b/.test(headers["accept-encoding"] ?? "");
}

/** Answers requests. */
export class Api {
  constructor(private readonly options: ApiOptions) {}

  /**
   * Answers one request.
   *
   * @param expired Token or ticket is to be taken as no longer valid.
   */
  async answer(
    request: WireRequest,
    signal: AbortSignal,
    expired: boolean,
  ): Promise<WireAnswer> {
    const { cluster, clock } = this.options;
    cluster.tasks.settle();
    if (!METHODS.has(request.method)) {
      return bareAnswer(501, `method '${request.method}' not available`);
    }
    const coding = request.headers["transfer-encoding"];
    if (coding !== undefined) {
      return textAnswer(
        501,
        coding.toLowerCase() === "chunked"
          ? "chunked transfer encoding not supported"
          : `Unknown transfer encoding '${coding}'`,
      );
    }
    const { path, query } = parseTarget(request.target);
    const relative = /^\/api2\/(?:json|extjs)(?=\/|$)(.*)$/.exec(path)?.[1];
    if (relative === undefined) return textAnswer(501, `no such file '${path}'`);
    const method = request.method;
    let user: string | undefined;
    try {
      user = authenticate(cluster, method, relative, request.headers);
      if (expired && user !== undefined) throw expiredError(user);
    } catch (error) {
      if (!(error instanceof Unauthenticated)) throw error;
      await clock.sleep(UNAUTHENTICATED_MS, signal);
      return bareAnswer(401, error.message);
    }
    const body = parseBody(request, isUpload(method, relative));
    if ("status" in body) return body;
    const found = route(method, relative);
    try {
      if (!found || this.options.lacking.has(found.operation)) {
        throw new ApiError(501, `Method '${method} ${relative || "/"}' not implemented`);
      }
      const answer = await this.#operate(found, user, query, body, request.host, signal);
      return isPacked(found, request, answer) ? await gzipped(answer) : answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) await clock.sleep(UNAUTHENTICATED_MS, signal);
      return refusalAnswer(error);
    }
  }

  async #operate(
    found: Route,
    user: string | undefined,
    query: RawParams,
    body: Body,
    host: string,
    signal: AbortSignal,
  ): Promise<WireAnswer> {
    const { cluster } = this.options;
    const fact = factIn(cluster.release, found.operation);
    const rawParams: RawParams = { ...body.params, ...query };
    assertSame(found.path, rawParams);
    assertTokenAllowed(fact, found, user);
    assertPermitted(cluster, fact, user, { ...rawParams, ...found.path });
    const unreachable = await this.#forward(fact, found.path["node"], host, signal);
    if (unreachable) return unreachable;
    const call: Call = {
      operation: found.operation,
      path: found.path,
      params: verify(fact, found.path, rawParams),
      user: user ?? "",
      ...defined({ fileBytes: body.fileBytes }),
    };
    if (fact.method !== "GET" && !cluster.isQuorate()) {
      throw failed("cluster not ready - no quorum?");
    }
    const handler = this.options.handlers.get(found.operation);
    if (!handler) {
      throw new ApiError(501, `Method '${found.operation}' is not part of the embedded PVE`);
    }
    if (fact.method !== "GET") cluster.beforeChange();
    const result = handler(cluster, call);
    cluster.tasks.settle();
    return dataAnswer(result);
  }

  /** What comes back when the call has to go to a node that does not answer. */
  async #forward(
    fact: OperationFact,
    node: string | undefined,
    host: string,
    signal: AbortSignal,
  ): Promise<WireAnswer | undefined> {
    const { cluster, clock } = this.options;
    if (fact.proxyto !== "node" || node === undefined || node === "localhost") return undefined;
    if (!cluster.nodes.has(node)) {
      throw failed(
        `hostname lookup '${node}' failed - failed to get address info for: ${node}: ` +
          "Temporary failure in name resolution",
      );
    }
    if (node === entryNode(cluster, host)) return undefined;
    if (!cluster.isOnline(node)) return bareAnswer(595, "No route to host");
    if (!cluster.isSilent(node)) return undefined;
    await clock.sleep(FORWARD_MS, signal);
    return bareAnswer(596, "Connection timed out");
  }
}

/** The node that a host names, by address or by name. */
export function nodeOfHost(cluster: Cluster, host: string): string | undefined {
  const [short] = host.split(".");
  return cluster.nodeNames().find((name) => name === short || addressOf(cluster, name) === host);
}

/** The node that is asked: the one that the host names, else the first one that is up. */
export function entryNode(cluster: Cluster, host: string): string | undefined {
  return nodeOfHost(cluster, host) ?? cluster.nodeNames().find((name) => cluster.isOnline(name));
}

/** A parameter that also stands in the path must not differ from it. */
function assertSame(path: Route["path"], rawParams: RawParams): void {
  for (const [name, value] of Object.entries(path)) {
    if (rawParams[name] === undefined) continue;
    if (String(rawParams[name]) !== value) {
      throw invalid({
        [name]: "duplicate parameter (already defined in URI) with conflicting values!",
      });
    }
    delete rawParams[name];
  }
}

function expiredError(user: string): Unauthenticated {
  const [, token] = user.split("!");
  return new Unauthenticated(
    token === undefined ? "Authentication failed!" : `token '${token}' access expired`,
  );
}

function assertTokenAllowed(fact: OperationFact, found: Route, user: string | undefined): void {
  if (!fact.noToken || user === undefined || !user.includes("!")) return;
  const path = found.operation.slice(found.operation.indexOf(" ") + 1)
    .replace(/\{([\w-]+)\}/g, (_, name: string) => found.path[name] ?? "");
  throw forbidden(`URI '${path}' not available with API token, need proper ticket.\n`);
}
