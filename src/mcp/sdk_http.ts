/**
 * The parts of the MCP SDK that serving over HTTP takes, with their types (see sdk.ts); not loaded
 * for stdio.
 *
 * @module
 */
// @ts-types="@modelcontextprotocol/sdk/server/webStandardStreamableHttp"
export { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
