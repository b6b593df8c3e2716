import { nodeOf } from "../../tool/context.ts";
import { defineTool, read } from "../../tool/define.ts";
import { CHART_PARAMS, seriesAnswer, withoutChart } from "../../answer/chart/series.ts";

export default defineTool({
  name: "proxmox_node_info",
  title: "Node information",
  description:
    "Container templates to download, traffic per guest card, load over time, support report.",
  actions: {
    aplinfo: read("GET /nodes/{node}/aplinfo", {
      columns: ["template", "section", "os", "version", "headline"],
      successMessage: "Container templates that {node} can download",
    }),
    netstat: read("GET /nodes/{node}/netstat", {
      columns: ["vmid", "dev", "in", "out"],
      successMessage: "Bytes through the guests' NICs on {node}",
    }),
    rrddata: read("GET /nodes/{node}/rrddata", {
      params: ["timeframe"],
      extraParams: CHART_PARAMS,
      defaults: { timeframe: "hour" },
      run: async (context, args) => {
        const node = nodeOf(context);
        const { data } = await context.request("GET /nodes/{node}/rrddata", {
          ...withoutChart(args),
          node,
        });
        return seriesAnswer(data, args, context.options, `Load of ${node}`);
      },
    }),
    storage_rrddata: read("GET /nodes/{node}/storage/{storage}/rrddata", {
      params: ["storage", "timeframe"],
      required: ["storage"],
      extraParams: CHART_PARAMS,
      defaults: { timeframe: "hour" },
      run: async (context, args) => {
        const node = nodeOf(context);
        const { data } = await context.request("GET /nodes/{node}/storage/{storage}/rrddata", {
          ...withoutChart(args),
          node,
        });
        return seriesAnswer(data, args, context.options, `Use of ${args.storage} on ${node}`);
      },
    }),
    report: read("GET /nodes/{node}/report", { successMessage: "Report of {node}", slow: true }),
  },
});
