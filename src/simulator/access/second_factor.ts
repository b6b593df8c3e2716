/**
 * Second factors: what a user has of them, and the codes by time among them, each of which counts
 * once. Source: proxmox-tfa, PVE::API2::TFA.
 *
 * @module
 */
import { type TOTP, URI } from "otpauth";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { named, text } from "../core/params.ts";
import { uuid } from "../core/random.ts";
import { ApiError, failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { foundUser } from "./lookups.ts";

/** Wrong codes in a row after which no code of a user is taken any more. */
const MOST_FAILURES = 8;

/** All factors of a user, with their secrets. */
export function factorsOf(cluster: Cluster, userid: string): Entry[] {
  return cluster.table("access.tfa").get(userid)?.entries ?? [];
}

/** A factor as it is shown. */
export function shownFactor({ id, type, description, created, enable }: Entry): Entry {
  return { id, type, description, created, enable };
}

function codesOf({ totp }: Entry): TOTP | undefined {
  return typeof totp === "string" ? URI.parse(totp) as TOTP : undefined;
}

/** The step of time that a code belongs to, one before and after now included. */
function stepOf(cluster: Cluster, codes: TOTP, code: string): number | undefined {
  const timestamp = cluster.now() * 1000;
  const delta = codes.validate({ token: code, window: 1, timestamp });
  return delta === null ? undefined : codes.counter({ timestamp }) + delta;
}

/** What a user may answer a challenge with, as JSON; undefined when no second factor is asked. */
export function challengeOf(cluster: Cluster, userid: string): string | undefined {
  const found = cluster.table("access.tfa").get(userid);
  const active = (found?.entries ?? []).filter(({ enable }) => Number(enable ?? 1));
  if (active.length === 0) return undefined;
  const has = (type: string): boolean => active.some((each) => each.type === type);
  return JSON.stringify({
    totp: has("totp") && !isLocked(cluster, userid),
    recovery: has("recovery") ? "low" : "unavailable",
    ...(has("webauthn") ? { webauthn: {} } : {}),
    yubico: has("yubico"),
  });
}

/** True when no code of a user is taken any more. */
export function isLocked(cluster: Cluster, userid: string): boolean {
  return Number(cluster.table("access.tfa").get(userid)?.failures ?? 0) >= MOST_FAILURES;
}

/** Takes codes of a user again. */
export function unlock(cluster: Cluster, userid: string): boolean {
  const found = cluster.table("access.tfa").get(userid);
  if (!found) return false;
  const wasLocked = isLocked(cluster, userid);
  found.failures = 0;
  return wasLocked;
}

/** True when an answer to a challenge proves a factor; a code counts once. */
export function provesFactor(cluster: Cluster, userid: string, answer: string): boolean {
  const found = cluster.table("access.tfa").get(userid);
  const code = /^totp:(\d+)$/.exec(answer)?.[1];
  if (!found || code === undefined || isLocked(cluster, userid)) return false;
  for (const entry of found.entries) {
    const codes = codesOf(entry);
    const step = codes && stepOf(cluster, codes, code);
    if (step === undefined || step <= Number(entry.last ?? 0)) continue;
    entry.last = step;
    found.failures = 0;
    return true;
  }
  found.failures = (found.failures ?? 0) + 1;
  return false;
}

/** Adds a factor; codes by time have to be shown to work. */
export function addFactor(cluster: Cluster, call: Call): Entry {
  const userid = named(call, "userid");
  foundUser(cluster, userid);
  const type = named(call, "type");
  const entries = factorsOf(cluster, userid);
  const id = type === "recovery" ? "recovery" : uuid(cluster.random);
  if (entries.some((factor) => factor.id === id)) throw failed("user already has recovery keys");
  const totp = text(call, "totp");
  const entry: Entry = {
    id,
    type,
    description: text(call, "description") ?? "",
    created: cluster.now(),
    enable: 1,
    ...(totp === undefined ? {} : { totp }),
  };
  const codes = codesOf(entry);
  if (codes && stepOf(cluster, codes, text(call, "value") ?? "") === undefined) {
    throw new ApiError(400, "failed to verify TOTP challenge");
  }
  entries.push(entry);
  cluster.table("access.tfa").set(userid, { entries });
  if (type !== "recovery") return { id };
  return { id, recovery: Array.from({ length: 10 }, () => uuid(cluster.random).slice(0, 19)) };
}
