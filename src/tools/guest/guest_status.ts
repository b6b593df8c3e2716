import { defineTool, read } from "../../tool/define.ts";
import type { Answer } from "../../tool/answer.ts";
import { type CallContext, guestOf } from "../../tool/context.ts";
import { guestAddresses } from "./_addresses.ts";
import { nameOf, stateOf, stateWord } from "./_state.ts";

async function status(context: CallContext): Promise<Answer> {
  const guest = guestOf(context);
  const state = await stateOf(context, guest);
  const addresses = await guestAddresses(context, guest, state);
  const kind = guest.type === "qemu" ? "VM" : "container";
  return {
    title: `${nameOf(guest)}, ${kind} on ${guest.node}: ${stateWord(state)}`,
    object: { ...state, ...("known" in addresses ? { addresses: addresses.known } : {}) },
    notes: "unknown" in addresses ? [`No addresses: ${addresses.unknown}`] : [],
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
