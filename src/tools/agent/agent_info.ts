import { defineTool, read } from "../../tool/define.ts";
import { byInterface } from "../guest/_addresses.ts";
import { agentObject, unwrapAgent } from "./_agent.ts";

interface Interface {
  readonly name: string;
  readonly "hardware-address"?: string;
}

/** Interfaces with their addresses in line; counters only when asked for. */
function interfaceRows(data: unknown): unknown {
  const rows = unwrapAgent(data) as Interface[];
  return rows.map((row) => ({ ...row, addresses: byInterface([row])[row.name] ?? [] }));
}

/** The guest's clock: the agent tells nanoseconds since 1970. */
function clock(data: unknown): unknown {
  const nanoseconds = Number(unwrapAgent(data));
  return { time: new Date(nanoseconds / 1e6).toISOString(), nanoseconds };
}

export default defineTool({
  name: "proxmox_agent_info",
  title: "Guest agent information",
  description: "A VM's system, by its agent.",
  discriminator: "operation",
  actions: {
    ping: read("POST /nodes/{node}/qemu/{vmid}/agent/ping", {
      successMessage: "The agent of {guest} answers",
      shape: agentObject,
    }),
    osinfo: read("GET /nodes/{node}/qemu/{vmid}/agent/get-osinfo", { shape: agentObject }),
    fsinfo: read("GET /nodes/{node}/qemu/{vmid}/agent/get-fsinfo", {
      columns: ["mountpoint", "name", "type", "total-bytes", "used-bytes"],
      shape: unwrapAgent,
    }),
    network_interfaces: read("GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces", {
      columns: ["name", "hardware-address", "addresses"],
      shape: interfaceRows,
    }),
    time: read("GET /nodes/{node}/qemu/{vmid}/agent/get-time", { shape: clock }),
    timezone: read("GET /nodes/{node}/qemu/{vmid}/agent/get-timezone", { shape: agentObject }),
    info: read("GET /nodes/{node}/qemu/{vmid}/agent/info", { shape: agentObject }),
  },
});
