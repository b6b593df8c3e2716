/**
 * Lets faults happen to requests before they reach the API of the embedded PVE, and to its answers.
 *
 * @module
 */
import type { Clock } from "../../base/async/clock.ts";
import type { Cluster } from "../core/cluster.ts";
import { type Api, nodeOfHost } from "../request/api.ts";
import {
  Dropped,
  jsonAnswer,
  textAnswer,
  type WireAnswer,
  type WireRequest,
} from "../request/wire.ts";
import type { Faults, RequestFault } from "./faults.ts";
import { type HostileAnswer, hostileAnswers } from "./hostile.ts";

function faultAnswer(fault: RequestFault): WireAnswer | undefined {
  if (fault.kind === "body" && !fault.handled) {
    return { ...textAnswer(200, fault.text, "application/json;charset=UTF-8"), reason: "OK" };
  }
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

function damaged(answer: WireAnswer, faults: ReadonlyMap<string, RequestFault>): WireAnswer {
  if (faults.has("bad-json")) {
    return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
  }
  const body = faults.get("body");
  if (body?.kind === "body") return { ...answer, body: new TextEncoder().encode(body.text) };
  return faults.has("half-body") ? { ...answer, cut: true } : answer;
}

/** An answer with the cluster's time in its head, as PVE sends every one. */
function dated(answer: WireAnswer, seconds: number): WireAnswer {
  return {
    ...answer,
    headers: { ...answer.headers, Date: new Date(seconds * 1000).toUTCString() },
  };
}

/** What a fault layer needs. */
export interface FaultLayerOptions {
  readonly cluster: Cluster;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly api: Api;
}

/** Answers requests as the faults let it. */
export class FaultLayer {
  /** By the fault: each goes on where it was. */
  readonly #hostile = new WeakMap<RequestFault, (answer: WireAnswer) => HostileAnswer>();

  constructor(private readonly parts: FaultLayerOptions) {}

  /**
   * Answers one request.
   *
   * @throws {Dropped} In place of an answer, when nobody is there or the connection breaks.
   */
  async answer(request: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    const { cluster, faults, clock, api } = this.parts;
    const active = new Map(faults.take(request).map((fault) => [fault.kind, fault]));
    const latency = active.get("latency");
    if (latency?.kind === "latency") await clock.sleep(latency.ms, signal);
    if (active.has("refused")) throw new Dropped("refused");
    const node = nodeOfHost(cluster, request.host);
    if (node !== undefined && !cluster.isOnline(node)) throw new Dropped("unreachable");
    const reset = active.get("reset");
    if (reset?.kind === "reset" && !reset.handled) throw new Dropped("reset");
    for (const fault of active.values()) {
      const answer = faultAnswer(fault);
      if (answer) return answer;
    }
    const answer = await api.answer(request, signal, active.has("token-expired"));
    signal.throwIfAborted();
    if (reset) throw new Dropped("reset");
    const told = await this.#spoiled(answer, active.get("hostile"), signal);
    return damaged(dated(told, cluster.now()), active);
  }

  async #spoiled(
    answer: WireAnswer,
    fault: RequestFault | undefined,
    signal: AbortSignal,
  ): Promise<WireAnswer> {
    if (fault?.kind !== "hostile") return answer;
    const spoil = this.#hostile.get(fault) ?? hostileAnswers(fault.seed);
    this.#hostile.set(fault, spoil);
    const { answer: spoiled, late } = spoil(answer);
    if (late > 0) await this.parts.clock.sleep(late, signal);
    return spoiled;
  }
}
