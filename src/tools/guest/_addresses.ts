/**
 * The addresses that a running guest really has: a container's interfaces from its node, a VM's
 * from its guest agent. That they cannot be had fails nothing; it is said why.
 *
 * @module
 */
import { errorMessage } from "../../base/text/error_message.ts";
import type { Guest } from "../../pve/guests.ts";
import { PveError } from "../../pve/errors.ts";
import type { ReadContext } from "../../tool/context.ts";
import { unwrapAgent } from "../agent/_agent.ts";
import { type GuestState, placeArgs } from "./_state.ts";

/** Addresses with their prefix lengths, by interface; or why they are not known. */
export type Addresses =
  | { readonly known: Readonly<Record<string, readonly string[]>> }
  | { readonly unknown: string };

interface AddressRow {
  readonly "ip-address"?: string;
  readonly prefix?: number | string;
}

/** An interface, as containers (`inet`) and the agent (`ip-addresses`) have it. */
interface InterfaceRow {
  readonly name: string;
  readonly inet?: string;
  readonly inet6?: string;
  readonly "ip-addresses"?: readonly AddressRow[];
}

function addressesOf(row: InterfaceRow): string[] {
  const listed = row["ip-addresses"];
  if (!listed) return [row.inet, row.inet6].filter((each) => each !== undefined);
  return listed.flatMap(({ "ip-address": address, prefix }) => {
    if (address === undefined) return [];
    return [prefix === undefined ? address : `${address}/${prefix}`];
  });
}

/** Addresses by interface, without the loopback. */
export function byInterface(rows: unknown): Record<string, string[]> {
  if (!Array.isArray(rows)) return {};
  const outside = (rows as InterfaceRow[]).filter(({ name }) => !/^lo(opback.*)?$/i.test(name));
  return Object.fromEntries(outside.map((row) => [row.name, addressesOf(row)]));
}

async function read(context: ReadContext, guest: Guest): Promise<Record<string, string[]>> {
  const args = placeArgs(guest);
  if (guest.type === "lxc") {
    const { data } = await context.request("GET /nodes/{node}/lxc/{vmid}/interfaces", args);
    return byInterface(data);
  }
  const { data } = await context.request(
    "GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces",
    args,
  );
  return byInterface(unwrapAgent(data));
}

function whyNot(error: unknown): string {
  if (error instanceof PveError && error.status === 403) {
    return `${error.message}; asking the guest agent needs VM.GuestAgent.Audit (before 9.0: VM.Monitor)`;
  }
  return errorMessage(error);
}

export async function guestAddresses(
  context: ReadContext,
  guest: Guest,
  state: GuestState,
): Promise<Addresses> {
  if (state.status !== "running") return { unknown: "it does not run" };
  if (guest.type === "qemu") {
    if (!state.agent) return { unknown: "its config has no QEMU guest agent (agent=1)" };
    if (state.qmpstatus === "paused") return { unknown: "it is paused" };
  }
  try {
    return { known: await read(context, guest) };
  } catch (error) {
    context.signal.throwIfAborted();
    return { unknown: whyNot(error) };
  }
}
