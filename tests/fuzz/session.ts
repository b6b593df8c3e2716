/**
 * A series of calls made up by chance, each of which must keep every promise.
 *
 * @module
 */
import { setUpLogging } from "../../src/base/process/log.ts";
import { fail } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { answerProblem } from "./answers.ts";
import { PLANTED } from "./arguments.ts";
import { Random, seedOf } from "./random.ts";
import { recorded, requestProblem, type Sent } from "./requests.ts";
import { CALLS_PER_CLUSTER, SEED } from "./settings.ts";

/** One call to make. */
export interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Operations that it may lead to. */
  readonly allowed: ReadonlySet<string>;
}

/** How a series is made. */
export interface Series {
  readonly calls: number;
  readonly elevated: boolean;
  /** Settings of the server, `PROXMOX_` left out. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly next: (random: Random) => Call;
}

/** Secrets of the configuration. */
const SECRETS = {
  TOKEN_VALUE: `${PLANTED}-of-the-token`,
  HTTP_TOKEN: `${PLANTED}-of-http`,
  SSH_KEY_PASSPHRASE: `${PLANTED}-of-the-key`,
};
const HOST = "demo.invalid:8006";
/** Milliseconds in which a call answers; one takes some. */
const HANGS = 20_000;
const REPLIES = ["accept", "accept", "accept", "decline", "cancel"] as const;

class Session {
  readonly #sent: Sent[] = [];
  readonly #lines: string[] = [];
  readonly #random: Random;
  readonly #audit = Deno.makeTempFileSync();

  constructor(name: string, private readonly series: Series) {
    this.#random = new Random(seedOf(name, SEED));
  }

  async run(): Promise<void> {
    setUpLogging("debug", "json", (line) => this.#lines.push(line));
    let harness = await this.#connect();
    try {
      for (let number = 1; number <= this.series.calls; number++) {
        await this.#check(harness, number);
        if (number % CALLS_PER_CLUSTER !== 0) continue;
        await harness[Symbol.asyncDispose]();
        harness = await this.#connect();
      }
    } finally {
      setUpLogging("warning");
      await harness[Symbol.asyncDispose]();
      Deno.removeSync(this.#audit);
    }
  }

  #connect(): Promise<Harness> {
    return connect({
      elevated: this.series.elevated,
      transport: recorded(this.#sent),
      settings: { ...SECRETS, ...this.series.settings, AUDIT_LOG: this.#audit },
      simulator: { seed: this.#random.below(1_000) },
      ask: () => Promise.resolve(this.#random.pick(REPLIES)),
    });
  }

  async #check(harness: Harness, number: number): Promise<void> {
    const { tool, args, allowed } = this.series.next(this.#random);
    const given = JSON.stringify(args);
    this.#sent.length = 0;
    this.#lines.length = 0;
    Deno.truncateSync(this.#audit);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), HANGS);
    const answer = await Promise.race([harness.call(tool, args), promise]);
    clearTimeout(timer);
    const problem = answer === undefined
      ? "does not answer"
      : answerProblem(answer, given) ?? this.#requestProblem(allowed) ??
        this.#leak(answer.text, JSON.stringify(answer.structured));
    if (problem === undefined) return;
    const words = answer?.text.slice(0, 1_500);
    const call = `${tool} ${given.slice(0, 1_500)}`;
    fail(`${problem.slice(0, 1_000)}\nFUZZ_SEED=${SEED}, call ${number}: ${call}\n${words}`);
  }

  #requestProblem(allowed: ReadonlySet<string>): string | undefined {
    for (const sent of this.#sent) {
      const { method } = sent.request;
      if (!this.series.elevated && method !== "GET") return `${method} without the elevated tier`;
      const problem = requestProblem(sent, HOST, allowed);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #leak(...answer: string[]): string | undefined {
    const audit = Deno.readTextFileSync(this.#audit);
    const text = [...answer, ...this.#lines, audit].find((each) => each.includes(PLANTED));
    return text === undefined ? undefined : `shows a secret: ${text}`;
  }
}

/** A test that makes a series of calls. */
export function fuzzTest(name: string, series: Series): void {
  Deno.test(name, () => new Session(name, series).run());
}
