import { defined } from "../../base/defined.ts";
import { type Guest, kindOf, nameOf } from "../../pve/guests.ts";
import { defineTool, read } from "../../tool/define.ts";
import type { Answer } from "../../tool/answer.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { guestAddresses } from "./_addresses.ts";
import { stateLoadNotes } from "./_rates.ts";
import { type GuestState, lockNotes, stateOf, stateWord } from "./_state.ts";

/** PVE reports 0 for the disk usage of every VM: `status/current` reads it of containers alone. */
function diskNotes(guest: Guest, state: GuestState, asksAgent: boolean): string[] {
  if (guest.type !== "qemu" || state.disk !== 0) return [];
  const agent = asksAgent ? "; proxmox_agent_info operation=fsinfo asks the guest" : "";
  return [`Proxmox VE does not look into its disks${agent}`];
}

async function status(context: ReadContext): Promise<Answer> {
  const guest = guestOf(context);
  const state = await stateOf(context, guest);
  const addresses = await guestAddresses(context, guest, state);
  return {
    title: `${nameOf(guest)}, ${kindOf(guest)} on ${guest.node}: ${stateWord(state)}`,
    object: {
      ...state,
      ...defined({ addresses: "known" in addresses ? addresses.known : undefined }),
    },
    notes: [
      ...("unknown" in addresses ? [`No addresses: ${addresses.unknown}`] : []),
      ...lockNotes(state),
      ...stateLoadNotes(state),
      ...diskNotes(guest, state, "known" in addresses),
    ],
  };
}

export default defineTool({
  name: "proxmox_guest_status",
  title: "Guest status",
  description: "State, load and IP addresses of a guest.",
  actions: {
    default: read("GET /nodes/{node}/{type}/{vmid}/status/current", {
      run: status,
      uses: [
        "GET /nodes/{node}/lxc/{vmid}/interfaces",
        "GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces",
      ],
    }),
  },
});
