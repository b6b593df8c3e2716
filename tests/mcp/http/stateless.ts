/**
 * Clients of MCP 2026-07-28, which has no sessions: npm's, and requests by hand.
 *
 * @module
 */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { PersonsReply } from "../../../src/tool/context.ts";
import { headers, TOKEN } from "./served.ts";

/** The revision. */
export const REVISION = "2026-07-28";
/** What a client sends that can ask a person. */
export const CAN_ASK = { elicitation: {} };

/** How a client is different. */
export interface ClientOptions {
  readonly authorization?: string;
  /** How it finds out which revision to speak; without it as npm's client does by itself. */
  readonly mode?: "auto" | { readonly pin: string };
  readonly ask?: (question: string) => Extract<PersonsReply, string>;
}

/** npm's client of the second generation, connected. */
export async function connect(
  url: URL,
  { authorization = `Bearer ${TOKEN}`, mode, ask }: ClientOptions = {},
): Promise<Client> {
  const client = new Client({ name: "test", version: "2" }, {
    capabilities: ask ? CAN_ASK : {},
    ...(mode ? { versionNegotiation: { mode } } : {}),
  });
  if (ask) {
    client.setRequestHandler("elicitation/create", ({ params }) => {
      const action = ask(params.message);
      return action === "accept" ? { action, content: {} } : { action };
    });
  }
  await client.connect(
    new StreamableHTTPClientTransport(url, {
      requestInit: { headers: { Authorization: authorization } },
    }),
  );
  return client;
}

/** A request by hand. */
export interface LoneRequest {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly capabilities?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What identifies a request of this revision: its body and its headers. */
export function lone(
  { method, params = {}, capabilities = {}, headers: more = {} }: LoneRequest,
): RequestInit {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientInfo": { name: "by-hand", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": capabilities,
  };
  const name = params.name ?? params.uri;
  return {
    method: "POST",
    headers: headers({
      "MCP-Protocol-Version": REVISION,
      "Mcp-Method": method,
      ...(typeof name === "string" ? { "Mcp-Name": name } : {}),
      ...more,
    }),
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } }),
  };
}

/** An answer by hand: status, and the JSON-RPC message that it ends with. */
export interface LoneAnswer {
  readonly status: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Reads the last message of an answer, which is a stream or not. */
export async function messageOf(response: Response): Promise<LoneAnswer> {
  const text = await response.text();
  const data = text.split("\n").findLast((line) => line.startsWith("data: "))?.slice(6) ?? text;
  return { status: response.status, ...(data === "" ? {} : JSON.parse(data)) };
}

/** Sends a request by hand. */
export async function send(url: URL, request: LoneRequest): Promise<LoneAnswer> {
  return await messageOf(await fetch(url, lone(request)));
}
