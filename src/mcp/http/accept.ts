/**
 * Reads the Accept header of HTTP requests: MCP demands that clients name both types of its
 * answers, and some name a range that these are in, or none, which in HTTP means any.
 *
 * @module
 */

const JSON_TYPE = "application/json";
const EVENTS_TYPE = "text/event-stream";

/** Media ranges of a header, lower case, without those of weight 0. */
function rangesOf(header: string): string[] {
  return header.toLowerCase().split(",").map((part) => part.split(";").map((each) => each.trim()))
    .filter(([, ...parameters]) => !parameters.some((each) => /^q=0(\.0*)?$/.test(each)))
    .map(([range = ""]) => range);
}

function isIn(type: string, ranges: readonly string[]): boolean {
  return ["*/*", type.replace(/[^/]*$/, "*"), type].some((range) => ranges.includes(range));
}

/** A request that the SDK's transport takes: types by name, for a body that was read already. */
export function withNamedTypes({ url, method, headers: given }: Request): Request {
  const headers = new Headers(given);
  const ranges = rangesOf(given.get("accept") || "*/*");
  headers.set("accept", [JSON_TYPE, EVENTS_TYPE].filter((type) => isIn(type, ranges)).join(", "));
  return new Request(url, { method, headers });
}
