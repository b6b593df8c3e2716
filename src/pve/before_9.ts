/**
 * Parameters and values that 8.4 has and 9 has not: they are sent, and Proxmox VE judges by its own
 * release; this says what took their place.
 *
 * @module
 */
import { operationFact, paramFact } from "./api.ts";
import type { Attempt } from "./errors.ts";

/** What took the place of a value, by its name and the value. */
const IN_PLACE: Readonly<Record<string, string>> = {
  "type=glusterfs":
    "no GlusterFS storage: mount the volume on every node and use type=dir with is_mountpoint=1 and shared=1",
};

/** What of a request 9 has no longer, each by the parameter that gives it. */
export function goneWith9({ operation, args }: Attempt): Map<string, string> {
  const fact = operationFact(operation);
  const gone = new Map<string, string>();
  for (const [name, value] of Object.entries(args)) {
    const { before9, enumBefore9 } = paramFact(fact, name) ?? {};
    if (value === undefined || !(before9 || enumBefore9?.includes(String(value)))) continue;
    const what = before9 ? name : `${name}=${value}`;
    gone.set(name, `Proxmox VE 9 has ${IN_PLACE[what] ?? `no ${what}`}`);
  }
  return gone;
}
