/**
 * Subnets live under their VNet: finds the VNet of a subnet, and lists the subnets of all VNets.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { type Answer, type Row, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { effectiveRow } from "./_pending.ts";
import { listAnswer } from "../../answer/list.ts";

async function rowsOf(context: ReadContext, vnet: string, args: Args): Promise<Row[]> {
  const answer = await context.request("GET /cluster/sdn/vnets/{vnet}/subnets", {
    pending: true,
    ...args,
    vnet,
  });
  return (answer.data as Row[]).map((row) => ({ vnet, ...row }));
}

/** The subnets of one VNet, or of all, as Proxmox VE tells them. */
export async function subnetRows(
  context: ReadContext,
  { vnet, ...args }: Args = {},
): Promise<Row[]> {
  if (vnet !== undefined) return await rowsOf(context, String(vnet), args);
  const answer = await context.request("GET /cluster/sdn/vnets", { pending: true });
  // A VNet that is going has no subnets to ask for any more.
  const vnets = (answer.data as Row[]).filter((row) => row.state !== "deleted");
  const rows = vnets.map((row) => rowsOf(context, String(row.vnet), args));
  return (await Promise.all(rows)).flat();
}

/** The subnets of one VNet, or of all, as after applying. */
async function allRows(context: ReadContext, args: Args): Promise<Row[]> {
  return (await subnetRows(context, args)).map(effectiveRow);
}

/** Columns of a list of subnets. */
export const COLUMNS = ["subnet", "cidr", "vnet", "gateway", "snat", "dhcp-range", "state"];

/** Lists the subnets of one VNet, or of all. */
export async function listSubnets(context: ReadContext, args: Args): Promise<Answer> {
  const rows = await allRows(context, args);
  return listAnswer(rows, { columns: COLUMNS }, context.options, "SDN subnets");
}

/** `z1-10.9.0.0-24` as `10.9.0.0/24`; a CIDR stays as it is. */
export function cidrOf(subnet: string): string {
  return subnet.includes("/") ? subnet : subnet.replace(/^[^-]*-(.+)-(\d+)$/, "$1/$2");
}

/**
 * Fills in the VNet and the id of a subnet that was named by its id or its CIDR.
 *
 * @throws {ToolError} When there is no such subnet, or it is not clear which.
 */
export async function findSubnet(args: Args, context: ReadContext): Promise<Args> {
  const wanted = String(args.subnet);
  if (args.vnet !== undefined && !wanted.includes("/")) return args;
  const rows = await allRows(context, defined({ vnet: args.vnet }));
  const found = rows.filter((row) => row.subnet === wanted || row.cidr === cidrOf(wanted));
  const exact = found.filter((row) => row.subnet === wanted);
  const [row, other] = exact.length > 0 ? exact : found;
  const ids = rows.map((each) => String(each.subnet)).sort();
  if (!row) {
    throw new ToolError(`There is no subnet "${wanted}"`, {
      reason: `Subnets: ${ids.join(", ") || "none"}.${didYouMean(wanted, ids)}`,
    });
  }
  if (other) {
    throw new ToolError(`"${wanted}" is the CIDR of ${found.length} subnets`, {
      reason: `Name one: ${found.map((each) => String(each.subnet)).join(", ")}`,
    });
  }
  return { ...args, subnet: String(row.subnet), vnet: String(row.vnet) };
}
