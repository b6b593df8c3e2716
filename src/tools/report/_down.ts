/**
 * What a report says of a node that is down already, in place of what would be if it failed.
 *
 * @module
 */
import { counted } from "../../base/text/units.ts";
import type { Fate } from "./_recovery.ts";
import { shareText } from "./_report.ts";

/** `pve2 is offline: 4 of 5 guests there stay down until it is back` */
export function downTitle(
  node: string,
  fates: readonly Fate[],
  seesGuests: boolean,
  quorum: string,
): string {
  const down = fates.filter((fate) => fate.back === undefined && !fate.unknown).length;
  const all = `${counted(fates.length, "guest")} there${seesGuests ? "" : " that can be seen"}`;
  const share = shareText(fates.length, fates.filter((fate) => fate.unknown).length, {
    known: `${down} of ${all} ${down === 1 ? "stays" : "stay"} down until it is back`,
    none: "what becomes",
  });
  return `${node} is offline: ${quorum}${share}`;
}

/** What helps those that stay down with the node. */
export function downSteps(node: string, [first]: readonly Fate[]): string[] {
  const wake = `proxmox_node_power action=wakeonlan node=${node} — wakes it, where that is set up`;
  if (first === undefined) return [wake];
  const { type, vmid } = first.guest;
  const folder = type === "lxc" ? "lxc" : "qemu-server";
  return [
    wake,
    `where it stays away, and is surely off, root moves a guest whose disks are on shared storage: ` +
    `mv /etc/pve/nodes/${node}/${folder}/${vmid}.conf /etc/pve/nodes/NODE/${folder}/ on NODE, ` +
    `then proxmox_guest_start vmid=${vmid}`,
  ];
}
