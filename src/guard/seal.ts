/**
 * Seals what somebody is asked to confirm, so that the same call, sent with the seal, does exactly
 * that: for this caller and cluster, with these arguments, in this state, once, within ten minutes.
 * A seal carries nothing but digests, so it may travel through a model or another process.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import type { Confirmation, SealProblem, Seals } from "../tool/services.ts";

/** Milliseconds for which a confirmation is good. */
export const CONFIRMATION_MS = 600_000;

/** Milliseconds by which the clocks of processes with one key may differ. */
export const CLOCK_SKEW_MS = 30_000;

const NONCE_BYTES = 6;
const DIGEST_BYTES = 9;
/** Of each part of what it rests on: the code as a whole is authentic anyhow. */
const PART_BYTES = 6;
const MAC_BYTES = 15;

/** A value as JSON, the same for equal objects whatever the order of their keys. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, each: unknown) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => one < other ? -1 : 1))
        : each,
  ) ?? "";
}

function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

async function digestOf(value: unknown, length: number): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(value));
  return encode(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, length));
}

/** A key for one process, when no file gives one to several. */
export function randomSealKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

/** Makes and opens seals with one key. */
export class Sealer implements Seals {
  readonly #clock: Clock;
  readonly #key: Promise<CryptoKey>;
  /** Nonces of opened seals, with the time after which they are void anyhow. */
  readonly #used = new Map<string, number>();

  constructor(key: Uint8Array<ArrayBuffer>, clock: Clock) {
    this.#clock = clock;
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    this.#key = crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  }

  /** A seal for what is about to be confirmed: some 80 letters, digits, `-`, `_` and `.`. */
  async seal(confirmation: Confirmation): Promise<string> {
    const expires = Math.ceil((this.#clock.monotonic() + CONFIRMATION_MS) / 1000).toString(36);
    const nonce = encode(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
    const body = [expires, nonce, ...await this.#digests(confirmation)].join(".");
    return `${body}.${await this.#mac(body)}`;
  }

  /**
   * Opens a seal, which is used up by it.
   *
   * @returns Why it does not confirm this, or undefined when it does.
   */
  async open(seal: string, confirmation: Confirmation): Promise<SealProblem | undefined> {
    const end = seal.lastIndexOf(".");
    const [expires = "", nonce = "", call, ...parts] = seal.slice(0, end).split(".");
    // A text of the right length compared in full: nothing is learned from how long it takes.
    const mac = await this.#mac(seal.slice(0, end));
    if (!equalInConstantTime(mac, seal.slice(end + 1))) return "forged";
    const until = Number.parseInt(expires, 36) * 1000;
    const left = until - this.#clock.monotonic();
    // More than it was given: it comes from a process that started before the clock was set back.
    if (left <= 0 || left > CONFIRMATION_MS + CLOCK_SKEW_MS) return "expired";
    if (this.#used.has(nonce)) return "used";
    const [callNow, ...partsNow] = await this.#digests(confirmation);
    if (call !== callNow) return "other call";
    this.#use(nonce, until);
    const names = Object.keys(confirmation.rests);
    const changed = names.filter((_, index) => parts[index] !== partsNow[index]);
    return changed.length === 0 ? undefined : { changed };
  }

  #use(nonce: string, until: number): void {
    for (const [each, time] of this.#used) {
      if (time <= this.#clock.monotonic()) this.#used.delete(each);
    }
    this.#used.set(nonce, until);
  }

  async #digests({ caller, cluster, call, rests }: Confirmation): Promise<string[]> {
    return await Promise.all([
      digestOf([caller, cluster, call], DIGEST_BYTES),
      ...Object.values(rests).map((part) => digestOf(part, PART_BYTES)),
    ]);
  }

  async #mac(body: string): Promise<string> {
    const bytes = new TextEncoder().encode(body);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await this.#key, bytes));
    return encode(mac.subarray(0, MAC_BYTES));
  }
}

function equalInConstantTime(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index++) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  }
  return difference === 0;
}
