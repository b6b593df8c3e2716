/**
 * How time grows with the length of a text: by its quotient in one run, which says the same on a
 * slow machine as on a fast one.
 *
 * @module
 */

/** Characters of the shorter text. */
const SHORT = 2_000;
/** The longer text has so many times as many characters; quadratic work takes the square of it. */
const TIMES = 4;
/** What takes less time than this, in milliseconds, at the longer text is not quadratic. */
const SURELY_LINEAR_MS = 4;
/** Most that one longer text may take, as a multiple of as much in shorter ones; quadratic is 4. */
const MOST = 2.5;
/** A multiple that needs no further tries; the machine may have been busy at one of them. */
const NEARLY_LINEAR = 1.5;
/** What took more is measured on so many times as much, where linear and quadratic lie far apart. */
const FAR_TIMES = 16;
/** Most that may take: between the 1 of linear work and the 16 of quadratic. */
const FAR_MOST = 4;
const LEAST_TRIES = 3;
const MOST_TRIES = 20;

/** What texts from outside may be made of to keep a reader busy. */
export const HOSTILE_UNITS: readonly string[] = [
  ...[" ", "\t", "\n", "\r\n", "\xa0", "\0", "\x07", "\x1b", "\x1b[", "\x1b]", "\x1bP", "\x9b"],
  ...["\x9d", "\x90", "a", "A", "z", "0", "9", "é", "日", "\u0301", "\u200b", "\u200d", "\ufe0f"],
  ...[
    "\u3164",
    "\ud800",
    "\udc00",
    "🎉",
    "🎉\u200d",
    "\u{e0041}",
    '"',
    "'",
    "`",
    "``\n",
    "\\",
    '\\"',
  ],
  ...["(", "[", "{", "<", ")", "]", "}", ">", "[](", "{a}", "{{", "<a", "&a", "|", ",", ";", ":"],
  ...[".", "..", "=", "-", "_", "+", "*", "/", "@", "#", "%", "%2", "~", "?", "!", "$", "^", "&"],
  ...["a=", "a,", "a.", "a:", "a-", "a/", "a@", "a ", " a", " \n", "- ", "0,", "0.", "1-", "::"],
  ...["://", "=a,", "/../", "=\n", ": ", "':", '":', '="', "='"],
];

/** Texts end with what fits few patterns, and without a line's end or with one. */
export const ENDS: readonly string[] = ["\u0001", "\n\u0001"];

function timeOf<Input>(work: (input: Input) => void, input: Input, times = 1): number {
  const began = performance.now();
  for (let time = 0; time < times; time++) work(input);
  return performance.now() - began;
}

/**
 * How much longer work takes on one input than on as much in shorter ones. Both take about as long,
 * so that a busy machine interrupts them alike.
 */
class Growth<Input> {
  readonly #short: Input;
  readonly #long: Input;
  #apart = Infinity;
  #whole = Infinity;

  constructor(
    private readonly work: (input: Input) => void,
    make: (length: number) => Input,
    private readonly times: number,
  ) {
    this.#short = make(SHORT);
    this.#long = make(SHORT * times);
  }

  /** Measures once more; the shortest time of each counts. */
  measure(): void {
    this.#apart = Math.min(this.#apart, timeOf(this.work, this.#short, this.times));
    this.#whole = Math.min(this.#whole, timeOf(this.work, this.#long));
  }

  get isShort(): boolean {
    return this.#whole < SURELY_LINEAR_MS;
  }

  get multiple(): number {
    return this.#whole / this.#apart;
  }
}

/**
 * How much longer work takes on many times as much, when that is more than linear; else undefined.
 * What is slow once is measured again: the machine may have been busy.
 *
 * @param make Makes an input of so many characters.
 */
export function excess<Input>(
  work: (input: Input) => void,
  make: (length: number) => Input,
): string | undefined {
  if (timeOf(work, make(SHORT * TIMES)) < SURELY_LINEAR_MS) return undefined;
  const near = new Growth(work, make, TIMES);
  for (let time = 1; time <= MOST_TRIES; time++) {
    near.measure();
    if (near.isShort) return undefined;
    if (time >= LEAST_TRIES && near.multiple <= NEARLY_LINEAR) return undefined;
  }
  if (near.multiple <= MOST) return undefined;
  const far = new Growth(work, make, FAR_TIMES);
  for (let time = 1; time <= LEAST_TRIES; time++) far.measure();
  if (far.multiple <= FAR_MOST) return undefined;
  const times = (far.multiple * FAR_TIMES).toFixed(0);
  return `${times} times as long for ${FAR_TIMES} times as much`;
}

/** A text of a length, of what is repeated, between a beginning and an end. */
export function repeated(unit: string, before = "", end = ""): (length: number) => string {
  return (length) => before + unit.repeat(Math.ceil(length / unit.length)) + end;
}
