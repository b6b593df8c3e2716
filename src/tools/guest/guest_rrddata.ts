import { guestOperation } from "../../pve/api.ts";
import { nameOf } from "../../pve/guests.ts";
import { guestOf } from "../../tool/context.ts";
import { defineTool, read } from "../../tool/define.ts";
import { CHART_PARAMS, seriesAnswer, withoutChart } from "../../answer/chart/series.ts";
import { placeArgs } from "./_state.ts";

export default defineTool({
  name: "proxmox_guest_rrddata",
  title: "Guest load over time",
  description: "Load of a guest over time.",
  actions: {
    default: read("GET /nodes/{node}/{type}/{vmid}/rrddata", {
      params: ["timeframe"],
      extraParams: CHART_PARAMS,
      defaults: { timeframe: "hour" },
      run: async (context, args) => {
        const guest = guestOf(context);
        const operation = guestOperation("GET /nodes/{node}/{type}/{vmid}/rrddata", guest.type);
        const { data } = await context.request(operation, {
          ...withoutChart(args),
          ...placeArgs(guest),
        });
        return seriesAnswer(data, args, context.options, `Load of ${nameOf(guest)}`);
      },
    }),
  },
});
