import { guestOf } from "../../tool/context.ts";
import { defineTool, read } from "../../tool/define.ts";
import { pendingOf } from "./_pending.ts";

export default defineTool({
  name: "proxmox_guest_config",
  title: "Guest configuration",
  description: "All configuration of a guest, and what is pending.",
  actions: {
    default: read("GET /nodes/{node}/{type}/{vmid}/config", {
      params: ["snapshot"],
      // PVE puts pending values in place of current ones unless told otherwise.
      prepare: (args) =>
        args.snapshot === undefined && args.current === undefined
          ? { ...args, current: true }
          : args,
      // MiB in a config, bytes elsewhere: as text it is not taken for bytes.
      shape: (data) => {
        const config = data as Readonly<Record<string, unknown>>;
        return config.swap === undefined ? config : { ...config, swap: String(config.swap) };
      },
      outcome: async (context, args) => {
        if (args.snapshot !== undefined) return {};
        const pending = await pendingOf(context, guestOf(context));
        if (!pending) return {};
        return {
          object: { pending },
          notes: ["The values above are in effect now; pending ones from the next start"],
        };
      },
      uses: ["GET /nodes/{node}/{type}/{vmid}/pending"],
    }),
  },
});
