/**
 * A receiver of OpenTelemetry data, over OTLP in JSON.
 *
 * @module
 */

/** A span as it was received. */
export interface ReceivedSpan {
  readonly scope: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/** A receiver that is listening. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** The whole of what came, as text. */
  readonly received: { readonly path: string; readonly text: string }[];
  spans(): ReceivedSpan[];
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface WireSpan extends Omit<ReceivedSpan, "attributes" | "scope" | "failed"> {
  readonly attributes: readonly Attribute[];
  readonly status?: { readonly code?: number };
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly spans: readonly WireSpan[];
    }[];
  }[];
}

function spansOf(text: string): ReceivedSpan[] {
  return (JSON.parse(text) as Traces).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        ...span,
        scope: scope.name,
        failed: span.status?.code === 2,
        attributes: Object.fromEntries(
          span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
        ),
      }))
    )
  );
}

/** Starts a receiver. */
export function receiveOtlp(): Receiver {
  const received: { path: string; text: string }[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { body, headers } = request;
      const plain = headers.get("content-encoding") === "gzip"
        ? body!.pipeThrough(new DecompressionStream("gzip"))
        : body;
      received.push({
        path: new URL(request.url).pathname,
        text: await new Response(plain).text(),
      });
      return Response.json({});
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    received,
    spans: () =>
      received.filter(({ path }) => path === "/v1/traces").flatMap(({ text }) => spansOf(text)),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
