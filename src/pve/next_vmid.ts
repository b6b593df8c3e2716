/**
 * Free guest numbers: the cluster's next one, but not one that this process has just handed out to
 * another call whose guest is still being made.
 *
 * @module
 */
import type { Clock } from "../base/async/clock.ts";
import { PveError } from "./errors.ts";
import type { PveClient } from "./client.ts";

/** Milliseconds in which a number that was handed out must have become a guest. */
const KEEP_MS = 60_000;
/** Taken numbers in a row that are passed over before the search is given up. */
const MAX_TRIES = 100;

/** Numbers handed out, with the time until which they are kept, by cluster. */
const handedOut = new WeakMap<PveClient, Map<number, number>>();

function keptOf(pve: PveClient, now: number): Map<number, number> {
  const kept = handedOut.get(pve) ?? new Map<number, number>();
  handedOut.set(pve, kept);
  for (const [vmid, until] of kept) if (until <= now) kept.delete(vmid);
  return kept;
}

/** True when no guest has the number. */
async function isFree(pve: PveClient, vmid: number, signal: AbortSignal): Promise<boolean> {
  try {
    await pve.request("GET /cluster/nextid", { vmid }, { signal });
    return true;
  } catch (error) {
    if (error instanceof PveError && error.status === 400) return false;
    throw error;
  }
}

/** The next free number, and not the same one for two calls at the same time. */
export async function nextVmid(pve: PveClient, clock: Clock, signal: AbortSignal): Promise<number> {
  const { data } = await pve.request("GET /cluster/nextid", {}, { signal });
  let vmid = Number(data);
  for (let tries = 0; tries < MAX_TRIES; tries++, vmid++) {
    const kept = keptOf(pve, clock.monotonic());
    if (kept.has(vmid)) continue;
    // Reserved before asking, or two calls would both find the number free.
    kept.set(vmid, clock.monotonic() + KEEP_MS);
    if (tries === 0 || await isFree(pve, vmid, signal)) return vmid;
  }
  throw new TypeError(`Cannot find a free guest number after ${data}`);
}
