/**
 * Finds Deno's own OpenTelemetry, which OTEL_DENO=true turns on.
 *
 * @module
 */

/** A span that is being recorded. */
export interface Span {
  setAttribute(key: string, value: unknown): this;
  setStatus(status: { readonly code: number; readonly message?: string }): this;
  end(): void;
}

/** What is used of the API's tracer. */
export interface Tracer {
  startActiveSpan<T>(
    name: string,
    options: { readonly kind: number; readonly attributes: Readonly<Record<string, string>> },
    run: (span: Span) => T,
  ): T;
  startSpan(name: string): Span;
}

/** What is used of the OpenTelemetry API for JavaScript. */
export interface OpenTelemetry {
  readonly trace?: { getTracer(name: string, version?: string): Tracer };
}

/** Deno's OpenTelemetry; undefined where it is off. It is where the API's own package looks. */
export function openTelemetry(): OpenTelemetry | undefined {
  return (globalThis as unknown as Record<symbol, OpenTelemetry | undefined>)[
    Symbol.for("opentelemetry.js.api.1")
  ];
}
