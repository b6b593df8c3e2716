/**
 * What Proxmox VE lets whom ask of a guest's agent: to look at the guest from outside takes a
 * privilege of its own, to reach into its files and programs another.
 *
 * @module
 */
import { type Operation, operationFact } from "./api.ts";

/** For questions: addresses, file systems, users, the clock. */
const LOOK = "VM.GuestAgent.Audit";
/** For files, file systems and commands in the guest. */
const REACH = /^VM\.GuestAgent\./;

/** Privileges that a check expression names. */
function privilegesIn(check: readonly unknown[]): string[] {
  return check.flat(Infinity).filter((each): each is string => typeof each === "string");
}

/** True when an operation takes a privilege to reach into guests, where one to look is not enough. */
export function reachesIntoGuests(operation: Operation): boolean {
  const named = privilegesIn(operationFact(operation).permissions?.check ?? []);
  return !named.includes(LOOK) && named.some((each) => REACH.test(each));
}
