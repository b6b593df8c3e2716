/**
 * Settings that the datacenter has, and each guest of its own.
 *
 * @module
 */
import type { GuestOperation, Operation } from "../../pve/api.ts";
import type { ByPresence } from "../../tool/define.ts";

/** In messages: whose it is, where it is a guest's. */
export const OF_GUEST = "[ of {guest}]";

/** The same operation of a guest. */
type OfGuest<Of extends string> = Of extends `${infer Method} /cluster/firewall/${infer Rest}`
  ? Extract<GuestOperation, `${Method} /nodes/{node}/{type}/{vmid}/firewall/${Rest}`>
  : never;

type GuestOr<Of extends Operation> = ByPresence & {
  readonly given: OfGuest<Of>;
  readonly otherwise: Of;
};

/** An operation of the datacenter's firewall: where `vmid` names a guest, of that guest's. */
export function guestOr<const Of extends Operation>(
  otherwise: [OfGuest<Of>] extends [never] ? never : Of,
): GuestOr<Of> {
  const given = otherwise.replace("/cluster/", "/nodes/{node}/{type}/{vmid}/") as OfGuest<Of>;
  return { param: "vmid", given, otherwise } as GuestOr<Of>;
}
