/**
 * A server that is the SDK's alone, and offers nothing: what a start is measured against.
 *
 * @module
 */
import { Server } from "@modelcontextprotocol/sdk/server";
// @ts-types="@modelcontextprotocol/sdk/server/stdio"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const server = new Server({ name: "empty", version: "1" }, { capabilities: { tools: {} } });
await server.connect(new StdioServerTransport());
