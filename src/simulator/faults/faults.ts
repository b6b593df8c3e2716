/**
 * What can go wrong on demand: the network, the HTTP server, a node, a task, a guest, the clock.
 *
 * @module
 */
import type { TaskFate, TaskPlan } from "../core/tasks.ts";
import type { WireRequest } from "../request/wire.ts";

/** Which requests a fault is for; every property that is set must match. */
export interface FaultMatch {
  readonly method?: string;
  /** Part of the decoded path and query, or a pattern of it. */
  readonly path?: string | RegExp;
  /** Host that the request is sent to. */
  readonly host?: string;
}

/** Something that goes wrong with a request. */
export type RequestFault =
  /** Answers late, by the clock. */
  | { readonly kind: "latency"; readonly ms: number }
  /** Nothing listens. */
  | { readonly kind: "refused" }
  /** The connection breaks, before the request is handled or after it. */
  | { readonly kind: "reset"; readonly handled?: boolean }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: "half-body" }
  /** A proxy answers with a web page. */
  | { readonly kind: "html"; readonly status?: number }
  /** The answer is not JSON. */
  | { readonly kind: "bad-json" }
  /** An answer with this status, whatever was asked. */
  | { readonly kind: "status"; readonly status: number; readonly message?: string }
  /** Answers are empty, malformed, huge or late by chance; the same ones for the same seed. */
  | { readonly kind: "hostile"; readonly seed: number }
  /** An answer of this text with status 200, in place of the request or after it was handled. */
  | { readonly kind: "body"; readonly text: string; readonly handled?: boolean }
  /** The token is no longer valid. */
  | { readonly kind: "token-expired" };

/** Something that goes wrong with a task. */
export type TaskFault =
  | { readonly kind: "task-fails"; readonly message: string; readonly type?: string }
  | { readonly kind: "task-endless"; readonly type?: string }
  | { readonly kind: "task-warnings"; readonly count: number; readonly type?: string };

/** Something that is wrong with the cluster. */
export type ClusterFault =
  /** The node is down: others cannot reach it (595). */
  | { readonly kind: "node-offline"; readonly node: string }
  /** The node accepts connections and says nothing (596, after 30 s by the clock). */
  | { readonly kind: "node-silent"; readonly node: string }
  /** No system inside of the VM reacts, of all or of one: it neither shuts down nor lets go of devices. */
  | { readonly kind: "guest-deaf"; readonly vmid?: number }
  /** The guest is on another node, and the list of resources does not know it for 10 s. */
  | { readonly kind: "guest-moved"; readonly vmid: number; readonly to: string }
  /** The cluster's clock is ahead (or behind, when negative). */
  | { readonly kind: "clock-skew"; readonly seconds: number };

/** A fault, for all requests or some, for ever or a number of times. */
export type Fault =
  & (RequestFault | TaskFault | ClusterFault)
  & { readonly match?: FaultMatch; readonly times?: number };

interface Active {
  readonly fault: Fault;
  left: number;
}

/** A target as a person reads it; one that does not decode stays as it came. */
export function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function matches(match: FaultMatch | undefined, request: WireRequest): boolean {
  if (!match) return true;
  const path = decoded(request.target);
  if (match.method !== undefined && match.method !== request.method) return false;
  if (match.host !== undefined && match.host !== request.host) return false;
  if (match.path === undefined) return true;
  return typeof match.path === "string" ? path.includes(match.path) : match.path.test(path);
}

/** The faults of a simulator. */
export class Faults {
  #active: Active[] = [];

  /** @param onCluster Hears of a fault of the cluster when it begins. */
  constructor(private readonly onCluster: (fault: Fault) => void) {}

  /** Adds a fault; the function that it answers removes it again. */
  add(fault: Fault): () => void {
    const active: Active = { fault, left: fault.times ?? Infinity };
    this.#active.push(active);
    this.onCluster(fault);
    return () => {
      this.#active = this.#active.filter((each) => each !== active);
    };
  }

  /** Removes all faults. */
  clear(): void {
    this.#active = [];
  }

  /** The faults of one request, of at most one of each kind; uses up one time of each. */
  take(request: WireRequest): RequestFault[] {
    const taken = new Map<string, RequestFault>();
    for (const active of this.#active) {
      const { fault } = active;
      if (!isRequestFault(fault) || taken.has(fault.kind) || active.left <= 0) continue;
      if (!matches(fault.match, request)) continue;
      active.left -= 1;
      taken.set(fault.kind, fault);
    }
    return [...taken.values()];
  }

  /** How a task shall go; uses up one time of its fault. */
  fateOf(plan: TaskPlan): TaskFate {
    for (const active of this.#active) {
      const { fault } = active;
      if (!isTaskFault(fault) || active.left <= 0) continue;
      if (fault.type !== undefined && fault.type !== plan.type) continue;
      active.left -= 1;
      if (fault.kind === "task-fails") return { fail: fault.message };
      return fault.kind === "task-endless" ? { endless: true } : { warnings: fault.count };
    }
    return {};
  }

  /** True when the node is down or silent by a fault. */
  hits(kind: "node-offline" | "node-silent", node: string): boolean {
    return this.#active.some(({ fault }) => fault.kind === kind && fault.node === node);
  }

  /** True when no system inside of a guest reacts. */
  isDeaf(vmid: number): boolean {
    return this.#active.some(({ fault }) =>
      fault.kind === "guest-deaf" && (fault.vmid === undefined || fault.vmid === vmid)
    );
  }

  /** Seconds that the cluster's clock is ahead. */
  get skew(): number {
    let seconds = 0;
    for (const { fault } of this.#active) {
      if (fault.kind === "clock-skew") seconds += fault.seconds;
    }
    return seconds;
  }
}

function isTaskFault(fault: Fault): fault is TaskFault & Fault {
  return fault.kind.startsWith("task-");
}

/** Whether a fault is one of a request, by its kind. */
const OF_REQUEST: Readonly<Record<Fault["kind"], boolean>> = {
  "bad-json": true,
  "body": true,
  "half-body": true,
  "hostile": true,
  "html": true,
  "latency": true,
  "refused": true,
  "reset": true,
  "status": true,
  "token-expired": true,
  "task-endless": false,
  "task-fails": false,
  "task-warnings": false,
  "clock-skew": false,
  "guest-deaf": false,
  "guest-moved": false,
  "node-offline": false,
  "node-silent": false,
};

function isRequestFault(fault: Fault): fault is RequestFault & Fault {
  return OF_REQUEST[fault.kind];
}
