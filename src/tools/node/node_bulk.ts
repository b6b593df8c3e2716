import { defineTool, destroy, write } from "../../tool/define.ts";

export default defineTool({
  name: "proxmox_node_bulk",
  title: "Guests of a node at once",
  description: "Start, stop or migrate all guests of a node, or those in vms.",
  words: { force: "also those without onboot", timeout: "seconds per guest" },
  actions: {
    start_all: write("POST /nodes/{node}/startall", {
      params: ["vms", "force"],
      done: "The guests of {node} are started",
    }),
    stop_all: destroy("POST /nodes/{node}/stopall", {
      params: ["timeout"],
      done: "The guests of {node} are stopped",
    }),
    migrate_all: write("POST /nodes/{node}/migrateall", {
      params: ["maxworkers", "with-local-disks"],
      done: "The guests of {node} are on {target}",
    }),
  },
});
