import type { Args } from "../../pve/encode.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type ActionSpec, defineTool, write } from "../../tool/define.ts";
import type { Guest } from "../../pve/guests.ts";
import { changedNic, newNic, NIC_PARAMS } from "./_nic.ts";
import { CONFIG_READS, configOutcome } from "./_pending.ts";
import { checkFree, checkTaken, configOf, freeSlot, type GuestConfig } from "./_volumes.ts";

/** What to send for a card, given the config as it is. */
type Change = (guest: Guest, key: string, config: GuestConfig, args: Args) => Args;

/** Sends the change with the digest of what it was made from, so that nothing is overwritten. */
function preparedBy(change: Change): NonNullable<ActionSpec<string>["prepare"]> {
  return async (args: Args, context: ReadContext): Promise<Args> => {
    const guest = guestOf(context);
    const config = await configOf(context, guest);
    const key = String(args.net ?? freeSlot(config, "net"));
    const digest = args.digest ?? config.digest;
    const others = Object.entries(args).filter(([name]) => !Object.hasOwn(NIC_PARAMS, name));
    return { ...Object.fromEntries(others), net: key, ...change(guest, key, config, args), digest };
  };
}

const add: Change = ({ type }, key, config, args) => {
  checkFree(config, key);
  return { [key]: newNic(type, key, args) };
};

const update: Change = ({ type }, key, config, args) => {
  checkTaken(config, key, /^net\d+$/);
  return { [key]: changedNic(type, key, String(config[key]), args) };
};

const remove: Change = (_guest, key, config) => {
  checkTaken(config, key, /^net\d+$/);
  return { delete: key };
};

const shared = {
  extraParams: NIC_PARAMS,
  outcome: configOutcome,
  uses: CONFIG_READS,
} as const;

export default defineTool({
  name: "proxmox_guest_network",
  title: "Guest network cards",
  description: "Network cards of a guest; update keeps what it does not name.",
  actions: {
    add: write("PUT /nodes/{node}/{type}/{vmid}/config", {
      ...shared,
      extraParams: { ...NIC_PARAMS, net: { ...NIC_PARAMS.net!, required: false } },
      required: ["bridge"],
      successMessage: "Added {net} to {guest}",
      prepare: preparedBy(add),
    }),
    update: write("PUT /nodes/{node}/{type}/{vmid}/config", {
      ...shared,
      successMessage: "Changed {net} of {guest}",
      prepare: preparedBy(update),
    }),
    remove: write("PUT /nodes/{node}/{type}/{vmid}/config", {
      ...shared,
      extraParams: { net: NIC_PARAMS.net! },
      successMessage: "Removed {net} from {guest}",
      prepare: preparedBy(remove),
    }),
  },
});
