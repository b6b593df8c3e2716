/**
 * The SDK's own client over stdio. The program itself starts its demo's server without it, since it
 * imports Node's process and streams.
 *
 * @module
 */
// @ts-types="@modelcontextprotocol/sdk/client/stdio"
export { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
