/**
 * Answers of a server that is broken or means harm: empty, malformed, huge, of the wrong kind, late, or
 * the right one with a few values in it replaced. By chance, the same for the same seed.
 *
 * @module
 */
import { randomBySeed } from "../core/random.ts";
import { type WireAnswer } from "../request/wire.ts";

/** What becomes of an answer. */
export interface HostileAnswer {
  readonly answer: WireAnswer;
  /** Milliseconds that it is late. */
  readonly late: number;
}

type Random = () => number;

const encoder = new TextEncoder();
const LONG = 200_000;
/** What texts are repeated of: each costs a careless reader more than it is worth. */
const UNITS = [
  ...[
    " ",
    "\n",
    "\r\n",
    "\x1b]",
    "\x9d",
    "a",
    "0",
    ",",
    "=",
    ":",
    "/",
    "`",
    '"',
    "'",
    "[",
    "<",
    "|",
  ],
  ...["\u3164", "\u200b", "\u202e", "\ud800", "\u0301", "🎉", "✅ ", "❌ Error: ", "\n✅ Done\n"],
];
const STATUSES = [200, 200, 200, 200, 201, 400, 401, 403, 404, 500, 501, 502, 503, 599];

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function hostileText(random: Random): string {
  const unit = pick(random, UNITS);
  return unit.repeat(Math.ceil(pick(random, [1, 3, 1_000, LONG]) / unit.length));
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let at = 0; at < depth; at++) value = at % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A value of any kind. */
function hostileValue(random: Random): unknown {
  return pick<() => unknown>(random, [
    () => null,
    () => true,
    () => pick(random, [0, -1, 1e308, 2 ** 53, 0.1, 100]),
    () => "",
    () => [],
    () => ({}),
    () => [null, [[]], 1, "a", {}],
    () => nested(50),
    () => ({ __proto__: 1, constructor: "x", toString: null, length: -1 }),
    () => hostileText(random),
    () => ({ [hostileText(random)]: hostileText(random) }),
    () => Array(20_000).fill({}),
    () => Array(3_000).fill(pick(random, [null, 1, "x", [], { vmid: 100 }])),
    () => Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index])),
    () => "UPID:pve1:00000001:00000001:00000001:qmstart:100:root@pam:",
  ])();
}

/** The value with some of what is in it replaced. */
function mutated(random: Random, value: unknown, share: number): unknown {
  if (random() < share) return hostileValue(random);
  if (Array.isArray(value)) return value.map((each) => mutated(random, each, share));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(() => random() >= share / 2).map(([name, each]) => [
      random() < share / 4 ? hostileText(random) : name,
      mutated(random, each, share),
    ]),
  );
}

function mutatedBody(random: Random, body: Uint8Array): string {
  let whole: unknown;
  try {
    whole = JSON.parse(new TextDecoder().decode(body));
  } catch {
    whole = {};
  }
  const { data } = Object(whole) as { readonly data?: unknown };
  return JSON.stringify({
    ...Object(whole),
    data: mutated(random, data, pick(random, [0.02, 0.2])),
  });
}

/** A body that is no answer, or not this one's. */
function hostileBody(random: Random, { body }: WireAnswer): string {
  return pick<() => string>(random, [
    () => "",
    () => pick(random, ["null", "[]", "1", '"text"', "{}", '{"data":', "\ufeff", "\0", "NaN"]),
    () => "<html>".repeat(pick(random, [1, 10_000])),
    () => "[".repeat(LONG),
    () => new TextDecoder().decode(body.slice(0, body.length * random())),
    () => JSON.stringify({ data: hostileValue(random), message: hostileText(random) }),
    () =>
      JSON.stringify({ data: null, message: hostileText(random), errors: hostileValue(random) }),
    () => mutatedBody(random, body),
    () => mutatedBody(random, body),
    () => mutatedBody(random, body),
  ])();
}

/** Makes hostile answers of those that the cluster gives. */
export function hostileAnswers(seed: number): (answer: WireAnswer) => HostileAnswer {
  const random = randomBySeed(seed);
  return (answer) => {
    const late = pick(random, [0, 0, 0, 0, 0, 0, 1_000, 120_000]);
    // Some are as they should be: else no call would get far.
    if (random() < 0.5) return { answer, late };
    const status = pick(random, STATUSES);
    return {
      answer: {
        ...answer,
        status,
        reason: status === 200 ? "OK" : "Not as it should be",
        headers: { "Content-Type": "application/json;charset=UTF-8" },
        body: encoder.encode(hostileBody(random, answer)),
        cut: random() < 0.05,
      },
      late,
    };
  };
}
