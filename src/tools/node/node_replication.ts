import { nodeOf } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import { logAnswer } from "./_log.ts";

export default defineTool({
  name: "proxmox_node_replication",
  title: "Replication job",
  description: "State or log of a replication job; run it now.",
  parameterDescriptions: { id: "100-0" },
  actions: {
    status: read("GET /nodes/{node}/replication/{id}/status", {
      successMessage: "Replication job {id}",
    }),
    log: read("GET /nodes/{node}/replication/{id}/log", {
      required: ["id"],
      run: (context, args) =>
        logAnswer(
          (page) =>
            context.request("GET /nodes/{node}/replication/{id}/log", {
              ...args,
              node: nodeOf(context),
              ...page,
            }),
          args,
          `Log of replication job ${args.id}`,
        ),
    }),
    schedule: write("POST /nodes/{node}/replication/{id}/schedule_now", {
      successMessage: "Replication job {id} runs as soon as {node} gets to it",
    }),
  },
});
