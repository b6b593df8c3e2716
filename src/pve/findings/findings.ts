/**
 * What Proxmox VE would say to requests, as far as it can be known before they are sent.
 *
 * @module
 */
import type { CurrentState, ReadOperation } from "../effects/effect.ts";
import type { Args } from "../encode.ts";
import { pathParams } from "../api.ts";
import { type Attempt, PveError } from "../errors.ts";
import type { Guest } from "../guests.ts";
import { numbersMade } from "../new_guests.ts";
import { absent } from "./absent.ts";
import { backups, restores } from "./backups.ts";
import { bulk } from "./bulk.ts";
import { copies } from "./copies.ts";
import { type Check, type Finding, isUnanswered, type Verdict } from "./finding.ts";
import { guestSettings, guestState } from "./guest_state.ts";
import { highAvailability } from "./ha.ts";
import { haConfiguration } from "./ha_config.ts";
import { addressSets, pools } from "./members.ts";
import { memory } from "./memory.ts";
import { migration } from "./migration.ts";
import { guestNumber, names, snapshotName } from "./names.ts";
import { bridgePrivileges, bridges, pool } from "./networks.ts";
import { nodesOnline, quorum, release } from "./nodes.ts";
import { optionPrivileges, privileges } from "./privileges.ts";
import { processors } from "./processors.ts";
import { replication } from "./replication.ts";
import { storagePrivileges, storages, volumes } from "./storages.ts";

/** Of each request. */
const OF_EACH: readonly Check[] = [privileges, optionPrivileges, release];
/** Of the first request alone: the others meet what it has made of the state. */
const OF_FIRST: readonly Check[] = [
  quorum,
  nodesOnline,
  guestState,
  guestSettings,
  names,
  guestNumber,
  snapshotName,
  storages,
  storagePrivileges,
  volumes,
  bridges,
  bridgePrivileges,
  pool,
  memory,
  processors,
  highAvailability,
  haConfiguration,
  migration,
  copies,
  backups,
  restores,
  pools,
  addressSets,
  absent,
  replication,
  bulk,
];

const ORDER: readonly Verdict[] = ["stops it", "warns", "fine"];

const NOT_SEEN = "Not everything could be looked at";

/** What a check finds; what it may not see is a finding as well. */
async function find(check: Check, request: Attempt, state: CurrentState): Promise<Finding[]> {
  try {
    return [...await check(request, state)];
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    if (error instanceof PveError && error.status === 403) return [];
    const from = "attempt" in error ? error.attempt.operation : "the connection";
    return [{
      verdict: "warns",
      what: `${NOT_SEEN}: ${error.message}`,
      from,
    }];
  }
}

/** The state, and what of it the token may not see. */
class SeenState implements CurrentState {
  readonly #unseen = new Set<string>();

  constructor(private readonly state: CurrentState) {}

  async get(operation: ReadOperation, args: Args): Promise<unknown> {
    try {
      return await this.state.get(operation, args);
    } catch (error) {
      if (error instanceof PveError && error.status === 403) this.#unseen.add(operation);
      throw error;
    }
  }

  guests(): Promise<readonly Guest[]> {
    return this.state.guests();
  }

  /** That something could not be looked at is worth a finding. */
  get findings(): Finding[] {
    const from = [...this.#unseen].sort().join(", ");
    if (from === "") return [];
    return [{ verdict: "warns", what: "Not looked at: the token lacks a privilege", from }];
  }
}

/** True for what is done with a guest that another request makes before. */
function isOfNew({ operation, args }: Attempt, made: ReadonlySet<number>): boolean {
  return pathParams(operation).includes("vmid") && made.has(Number(args.vmid));
}

/** What a failed request itself may have made of the state, or what it says by itself. */
const NO_CAUSES: readonly Check[] = [guestNumber, snapshotName, names, bulk, backups];
/** What warns of such an end. */
const WARN_OF_FAILURE: readonly Check[] = [storages, memory, bridges];

/** What may explain that a request was refused, or that its task failed: what stands against it now. */
export async function causesOf(request: Attempt, state: CurrentState): Promise<readonly Finding[]> {
  const checks = OF_FIRST.filter((check) => !NO_CAUSES.includes(check));
  const found = await Promise.all(
    checks.map(async (check) =>
      (await find(check, request, state)).filter(({ verdict, what }) =>
        verdict === "stops it" ||
        (verdict === "warns" && WARN_OF_FAILURE.includes(check) && !what.startsWith(NOT_SEEN))
      )
    ),
  );
  return found.flat();
}

/** All that is found, what stops the requests first. */
export async function findingsOf(
  requests: readonly Attempt[],
  current: CurrentState,
): Promise<readonly Finding[]> {
  const state = new SeenState(current);
  const made = numbersMade(requests);
  const found = await Promise.all(
    requests.filter((request) => !isOfNew(request, made)).flatMap((request, index) =>
      [...OF_EACH, ...(index === 0 ? OF_FIRST : [])].map((check) => find(check, request, state))
    ),
  );
  const once = new Map(
    [...found.flat(), ...state.findings].map((finding) => [JSON.stringify(finding), finding]),
  );
  return [...once.values()].toSorted((one, other) =>
    ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict)
  );
}
