/** Requests whose parameters are not what MCP says. */
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import { OpenCalls } from "../../src/mcp/open_calls.ts";
import { InMemoryTransport } from "../../src/mcp/sdk_client.ts";
import type { McpMessage } from "../../src/mcp/sdk.ts";
import { createServer } from "../../src/mcp/server.ts";
import { oneCluster } from "../../src/tool/clusters.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { embed } from "../harness.ts";

interface Reply {
  readonly id?: number;
  readonly result?: { readonly isError?: boolean };
  readonly error?: { readonly code: number; readonly message: string };
}

/** What a server answers to a request as it was written. */
async function replyTo(method: string, params: unknown): Promise<Reply> {
  const { services, clock } = embed({});
  const catalog = new ToolCatalog({ clusters: oneCluster(services), tools: TOOLS });
  const server = createServer({ catalog, demo: true, calls: new OpenCalls(clock) });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  const replied = new Promise<Reply>((resolve) => {
    near.onmessage = (message) => resolve(message as Reply);
  });
  await near.start();
  await near.send({ jsonrpc: "2.0", id: 7, method, params } as McpMessage);
  const reply = await replied;
  await server.close();
  return reply;
}

for (const wrong of [[], [100], "vmid=100", 100, true]) {
  Deno.test(`arguments that are ${JSON.stringify(wrong)} are refused with what is expected`, async () => {
    const params = { name: "proxmox_guest_list", arguments: wrong };
    const { id, error } = await replyTo("tools/call", params);
    assertEquals([id, error?.code], [7, -32602]);
    assertEquals(
      error?.message,
      'Invalid parameters of tools/call: arguments: expected an object such as {"node": "pve1"}',
    );
  });
}

Deno.test("other wrong parameters are named as well", async () => {
  for (
    const [method, params, name] of [
      ["tools/call", { arguments: {} }, /name: /],
      ["tools/call", "x", /params: /],
      ["tools/call", undefined, /params: /],
      ["prompts/get", { name: "health_report", arguments: [] }, /arguments: expected an object/],
      ["resources/read", { uri: 7 }, /uri: /],
      ["completion/complete", { ref: 1 }, /ref/],
    ] as const
  ) {
    const { error } = await replyTo(method, params);
    assertEquals(error?.code, -32602, JSON.stringify(params));
    assertMatch(error?.message ?? "", name);
  }
});

Deno.test("no arguments, in either way to say so, are none", async () => {
  for (const none of [undefined, null, {}]) {
    const params = { name: "proxmox_guest_list", arguments: none };
    const { result } = await replyTo("tools/call", params);
    assertEquals(result?.isError, undefined);
  }
});
