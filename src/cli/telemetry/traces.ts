/**
 * Makes a span of each call, with its requests to Proxmox VE and its waits for tasks as children.
 * Deno traces HTTP by itself, with every URL in full: of any span in this process, only what is
 * listed here is exported.
 *
 * @module
 */
import { log } from "../../base/process/log.ts";
import type { BegunWork, Observer, Work } from "../../base/process/observe.ts";
import { VERSION } from "../../base/process/version.ts";
import type { OpenTelemetry, Span, Tracer } from "./open_telemetry.ts";

/** Attributes that tell nothing of the cluster, its users or the caller. */
const ALLOWED = new Set([
  "error.type",
  "http.request.method",
  "http.response.status_code",
  "mcp.action",
  "pve.operation",
  "mcp.outcome",
  "pve.task_type",
  "mcp.tool",
  "url.scheme",
]);

/** Kinds of spans, and the status of those that failed, by OpenTelemetry's numbers. */
const INTERNAL = 0;
const CLIENT = 2;
const ERROR = 2;

type Attributes = Readonly<Record<string, unknown>>;

/** The methods of every span in this process, Deno's own spans included. */
interface SpanMethods {
  setAttribute(key: string, value: unknown): unknown;
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { readonly code: number }): unknown;
  addEvent(): unknown;
  recordException(): unknown;
}

/** Lets only allowed attributes into spans, and no text of errors. */
function restrictSpans(span: Span): void {
  const methods = Object.getPrototypeOf(span) as SpanMethods;
  const { setAttribute, setAttributes, setStatus } = methods;
  const restricted: SpanMethods & ThisType<Span> = {
    setAttribute(key, value): unknown {
      return ALLOWED.has(key) ? setAttribute.call(this, key, value) : this;
    },
    setAttributes(attributes): unknown {
      const allowed = Object.entries(attributes).filter(([key]) => ALLOWED.has(key));
      return setAttributes.call(this, Object.fromEntries(allowed));
    },
    setStatus({ code }): unknown {
      return setStatus.call(this, { code });
    },
    addEvent(): unknown {
      return this;
    },
    recordException(): unknown {
      return this;
    },
  };
  Object.assign(methods, restricted);
}

/** What libraries write to the console would be exported as log records: it is logged in place. */
function restrictConsole(): void {
  const methods = console as unknown as Record<string, unknown>;
  for (const [name, method] of Object.entries(methods)) {
    if (typeof method !== "function") continue;
    methods[name] = (...values: readonly unknown[]): void => log("console").warn(values.join(" "));
  }
}

function nameOf(work: Work): string {
  if (work.kind === "call") return work.tool;
  return work.kind === "task" ? `task ${work.type}` : work.operation ?? work.method;
}

function attributesOf(work: Work): Record<string, string> {
  if (work.kind === "call") {
    return { "mcp.tool": work.tool, "mcp.action": work.action };
  }
  if (work.kind === "task") return { "pve.task_type": work.type };
  const { method, operation } = work;
  return {
    "http.request.method": method,
    ...(operation === undefined ? {} : { "pve.operation": operation }),
  };
}

const GOOD = new Set(["ok", "running", "warnings", "200"]);

/** An observer that traces. */
export class Traces implements Observer {
  readonly #tracer: Tracer | undefined;

  constructor({ trace }: OpenTelemetry) {
    restrictConsole();
    this.#tracer = trace?.getTracer("proxmox-mcp", VERSION);
    if (this.#tracer) restrictSpans(this.#tracer.startSpan("unused"));
  }

  begin(work: Work): BegunWork {
    const tracer = this.#tracer;
    if (!tracer) return { end: () => undefined };
    let begun: Span | undefined;
    const kind = work.kind === "request" ? CLIENT : INTERNAL;
    const options = { kind, attributes: attributesOf(work) };
    return {
      within: (run) =>
        tracer.startActiveSpan(nameOf(work), options, (span) => {
          begun = span;
          return run();
        }),
      end: (outcome) => {
        begun?.setAttribute(
          work.kind === "request" && /^\d+$/.test(outcome)
            ? "http.response.status_code"
            : "mcp.outcome",
          outcome,
        );
        if (!GOOD.has(outcome)) begun?.setStatus({ code: ERROR });
        begun?.end();
      },
    };
  }
}
