/**
 * Stands in for the API of a client's model: records what is asked, and refuses it.
 *
 * @module
 */

/** The API while a client uses it. */
export interface ModelApi extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Names of the tools that each request offered to the model. */
  readonly offered: readonly (readonly string[])[];
}

/** All names under `tools`: a tool's own, and those of a group of tools. */
function namesIn(tools: unknown): string[] {
  if (Array.isArray(tools)) return tools.flatMap(namesIn);
  if (typeof tools !== "object" || tools === null) return [];
  return Object.entries(tools).flatMap(([key, value]) =>
    key === "name" && typeof value === "string" ? [value] : namesIn(value)
  );
}

/** Serves on a free port of 127.0.0.1. */
export function serveModelApi(): ModelApi {
  const offered: string[][] = [];
  const record = async (request: Request): Promise<Response> => {
    const body = await request.text();
    if (request.method === "POST") {
      offered.push(namesIn((JSON.parse(body) as { readonly tools?: unknown }).tools));
    }
    const error = { type: "invalid_request_error", message: "Recorded", code: 400 };
    return Response.json({ type: "error", error }, { status: 400 });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, record);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    offered,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
