/**
 * Answers of a real cluster, and where those of the embedded one differ in shape.
 *
 * @module
 */

interface RealAnswers {
  readonly answers: Readonly<
    Record<string, {
      readonly status: number;
      readonly body: { readonly data?: unknown } | string;
    }>
  >;
}

const { answers } = JSON.parse(
  Deno.readTextFileSync("facts/pve-real-answers.json"),
) as RealAnswers;

/** Data of the real answer to a GET, or undefined when there is none that could be compared. */
export function realData(operation: string): { readonly data: unknown } | undefined {
  const real = answers[operation];
  if (real?.status !== 200 || typeof real.body === "string") return undefined;
  return { data: real.body.data };
}

/** Places in data with the type of what is there, as `[].name string`; nulls are nothing. */
function placesIn(data: unknown, at = "", places = new Set<string>()): Set<string> {
  if (data === null || data === undefined) return places;
  places.add(`${at} ${Array.isArray(data) ? "array" : typeof data}`);
  if (Array.isArray(data)) {
    for (const each of data) placesIn(each, `${at}[]`, places);
  } else if (typeof data === "object") {
    for (const [key, value] of Object.entries(data)) placesIn(value, `${at}.${key}`, places);
  }
  return places;
}

/** Places of a real answer that these have not, where they have what is around them. */
export function placesMissing(operation: string, ours: readonly unknown[]): string[] {
  const known = new Set(ours.flatMap((data) => [...placesIn(data)]));
  const around = new Set([...known].map((place) => place.split(" ")[0]));
  return [...placesIn(realData(operation)?.data)].filter((place) => {
    const [at = ""] = place.split(" ");
    const outer = at.replace(/(?:\[\]|\.[^.[]+)$/, "");
    return !known.has(place) && (outer === at || around.has(outer));
  });
}
