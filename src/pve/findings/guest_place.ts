/**
 * The guest in the path of a request, and its state and configuration as its node knows them.
 *
 * @module
 */
import { guestOperation } from "../api.ts";
import type { CurrentState } from "../effects/effect.ts";
import { readRow, type Row } from "../effects/read.ts";
import type { Attempt } from "../errors.ts";
import { kindOf } from "../guests.ts";
import { type Finding, finding, type Verdict } from "./finding.ts";

/** The guest that a request is about, and what it does there: `POST /status/start`. */
export interface GuestPlace {
  readonly type: "qemu" | "lxc";
  readonly place: { readonly node: string; readonly vmid: number };
  readonly does: string;
}

const PATH = /^(\w+) \/nodes\/\{node\}\/(qemu|lxc)\/\{vmid\}(.*)$/;

/** The guest in the path; undefined when there is none. */
export function guestPlaceOf({ operation, args }: Attempt): GuestPlace | undefined {
  const [, method, type, rest = ""] = PATH.exec(operation) ?? [];
  if (type !== "qemu" && type !== "lxc") return undefined;
  const place = { node: String(args.node), vmid: Number(args.vmid) };
  return { type, place, does: `${method} ${rest}`.trim() };
}

const STATUS = "GET /nodes/{node}/{type}/{vmid}/status/current";
const CONFIG = "GET /nodes/{node}/{type}/{vmid}/config";

/** What the node says of the guest now. */
export function statusOf(
  { type, place }: GuestPlace,
  state: CurrentState,
): Promise<Row | undefined> {
  return readRow(state, guestOperation(STATUS, type), place);
}

/** The configuration of the guest. */
export function configOf(
  { type, place }: GuestPlace,
  state: CurrentState,
): Promise<Row | undefined> {
  return readRow(state, guestOperation(CONFIG, type), place);
}

/** A finding from what the node says of the guest. */
export function ofStatus({ type, place }: GuestPlace, verdict: Verdict, what: string): Finding {
  return finding(verdict, what, guestOperation(STATUS, type), place);
}

/** A finding from the guest's configuration. */
export function ofConfig({ type, place }: GuestPlace, verdict: Verdict, what: string): Finding {
  return finding(verdict, what, guestOperation(CONFIG, type), place);
}

/** `VM 100`, `container 200` */
export function guestWords(guest: GuestPlace): string {
  return `${kindOf(guest)} ${guest.place.vmid}`;
}
