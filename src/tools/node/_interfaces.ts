/**
 * Network interfaces of a node: what PVE's update would lose, and what its API cannot say.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { splitList } from "../../pve/split_list.ts";
import { ToolError } from "../../tool/answer.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";

/** The settings of an interface, as `GET /nodes/{node}/network/{iface}` answers them. */
type Settings = Readonly<Record<string, string | number | undefined>>;

/** Methods that PVE derives by itself: an address makes an interface static. */
function checkMethod(args: Args): void {
  const { method } = args;
  const hasAddress = args.cidr !== undefined || args.address !== undefined;
  if (method === undefined || method === (hasAddress ? "static" : "manual")) return;
  const wanted = method === "static"
    ? 'static needs an address: give "cidr"'
    : method === "manual"
    ? "manual has no address: leave out cidr and address"
    : `Proxmox VE's API knows static and manual only, got "${method}"`;
  throw new ToolError("Cannot set this method", {
    reason: "Nothing was sent to Proxmox VE",
    parameters: { method: wanted },
  });
}

/** Checks a new interface. */
export function newInterface(args: Args): Args {
  checkMethod(args);
  return args;
}

/** True when the caller sets or clears the addresses of a family (`""` or `6`). */
function touchesAddress(args: Args, family: "" | "6"): boolean {
  const names = [`cidr${family}`, `address${family}`, `netmask${family}`];
  const gone = splitList(args.delete);
  return names.some((name) => args[name] !== undefined || gone.includes(name));
}

/** Refuses to turn an interface that gets its address by itself into one without any. */
function checkAutomatic(args: Args, current: Settings, family: "" | "6"): void {
  const method = current[`method${family}`];
  const isAutomatic = method === "dhcp" || method === "auto";
  if (!isAutomatic || touchesAddress(args, family) || args.method === "manual") return;
  throw new ToolError(`Cannot change ${args.iface} and keep its ${method} configuration`, {
    reason:
      "Proxmox VE's API knows static and manual only: any change would leave the interface without an address",
    notes: [
      `Nothing was changed. Give cidr${family} for a static address, or method=manual for none; or edit /etc/network/interfaces in a shell of the node`,
    ],
  });
}

/**
 * Adds to a change what PVE would drop without it: it demands the type, and takes an interface
 * without an address in the request for one that shall have none.
 */
export async function keepInterface(args: Args, context: ReadContext): Promise<Args> {
  const { data } = await context.request("GET /nodes/{node}/network/{iface}", {
    node: nodeOf(context),
    iface: args.iface,
  });
  const current = data as Settings;
  const kept: Record<string, string | number | undefined> = { type: current.type };
  for (const family of ["", "6"] as const) {
    checkAutomatic(args, current, family);
    const name = `cidr${family}`;
    if (!touchesAddress(args, family) && args.method !== "manual") kept[name] = current[name];
  }
  const result = { ...kept, ...args };
  checkMethod(result);
  return result;
}
