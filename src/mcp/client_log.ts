/**
 * Logs which client has connected, which version of MCP it speaks, and whether it can ask a person;
 * takes what clients send in place of no arguments, and refuses parameters that are wrong.
 *
 * @module
 */
import type { ClusterConfigs } from "../tool/clusters.ts";
import { log } from "../base/process/log.ts";
import { confirmationText } from "../guard/confirmation_text.ts";
import { wrongParams } from "./request_params.ts";
import { type McpMessage, type McpTransport, Server } from "./sdk.ts";

/** Characters of a client's name and version. */
const MAX_CLIENT_CHARACTERS = 100;

/** True when the client can put a question to a person. */
export function canAsk(server: Server): boolean {
  return server.getClientCapabilities()?.elicitation?.form !== undefined;
}

/** The version of MCP in the answer to `initialize`; undefined in all other messages. */
function negotiatedProtocol(message: McpMessage): string | undefined {
  if (!("result" in message) || !("serverInfo" in message.result)) return undefined;
  return String(message.result.protocolVersion);
}

/** The message, with no arguments where its client says so by null, which the SDK refuses. */
function withArguments<T extends McpMessage>(message: T): T {
  if (!("method" in message) || message.params?.arguments !== null) return message;
  return { ...message, params: { ...message.params, arguments: {} } };
}

/** Logs who has connected, which revision they speak, and what that means for confirmations. */
export function logClient(
  clusters: ClusterConfigs,
  { name = "without a name", version = "" }: { readonly name?: string; readonly version?: string } =
    {},
  protocol: string,
  asksPerson: boolean,
): void {
  const client = `${name} ${version}`.trim().slice(0, MAX_CLIENT_CHARACTERS);
  const sayers = Map.groupBy(
    clusters,
    ([, { config }]) => confirmationText(config, asksPerson),
  );
  const texts = [...sayers].map(([text, each]) =>
    sayers.size === 1 ? text : `${each.map(([name]) => name).join(", ")}: ${text}`
  );
  log("mcp").info(
    `Client ${client} speaks MCP ${protocol} and ${asksPerson ? "can" : "cannot"} ask a person: ${
      texts.join("; ")
    }`,
  );
}

/** An MCP server that logs who has connected. */
export class ClientLogServer extends Server {
  constructor(
    private readonly clusters: ClusterConfigs,
    ...args: ConstructorParameters<typeof Server>
  ) {
    super(...args);
  }

  override async connect(transport: McpTransport): Promise<void> {
    const send = transport.send.bind(transport);
    // The SDK keeps to itself which version it has agreed to.
    transport.send = async (message, options) => {
      await send(message, options);
      const protocol = negotiatedProtocol(message);
      if (protocol !== undefined) this.#logClient(protocol);
    };
    await super.connect(transport);
    const receive = transport.onmessage;
    transport.onmessage = (given, extra) => {
      const message = withArguments(given);
      const wrong = wrongParams(message);
      if (wrong) transport.send(wrong).catch(() => undefined); // The client is gone.
      else receive?.(message, extra);
    };
  }

  #logClient(protocol: string): void {
    logClient(this.clusters, this.getClientVersion(), protocol, canAsk(this));
  }
}
