/**
 * A server that is the SDK's alone, and answers each call with the body that Proxmox VE answers, as
 * it is: what a call takes at the least.
 *
 * @module
 */
import { Agent, request } from "node:https";
import { Server } from "@modelcontextprotocol/sdk/server";
// @ts-types="@modelcontextprotocol/sdk/server/stdio"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const PATHS: Readonly<Record<string, string>> = {
  proxmox_get_next_vmid: "/api2/json/cluster/nextid",
  proxmox_guest_list: "/api2/json/cluster/resources",
};

const [host = "", authority = ""] = Deno.args;
const agent = new Agent({ ca: Deno.readTextFileSync(authority), keepAlive: true });

function bodyOf(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`https://${host}${path}`, { agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => text += chunk);
      response.once("end", () => resolve(text));
    }).once("error", reject).end();
  });
}

const server = new Server({ name: "relay", version: "1" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => ({
  content: [{ type: "text", text: await bodyOf(PATHS[params.name] ?? "") }],
}));
await server.connect(new StdioServerTransport());
