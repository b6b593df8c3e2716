/** What the log says of a client that has connected. */
import { setUpLogging } from "../../src/base/process/log.ts";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import { oneCluster } from "../../src/tool/clusters.ts";
import { OpenCalls } from "../../src/mcp/open_calls.ts";
import { InMemoryTransport } from "../../src/mcp/sdk_client.ts";
import { createServer } from "../../src/mcp/server.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { connect, embed, type HarnessOptions } from "../harness.ts";
import { type ClusterOptions, connectSeveral } from "../several.ts";
import { serve } from "./http/served.ts";
import { connect as connectStateless } from "./http/stateless.ts";

/** The log's lines while something is done. */
async function logged(work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  setUpLogging("info", "text", (line) => void lines.push(line));
  try {
    await work();
  } finally {
    setUpLogging("error");
  }
  return lines;
}

function ofClient(options: HarnessOptions): Promise<string[]> {
  return logged(async () => {
    await using _harness = await connect(options);
  });
}

Deno.test("the log names the client, its protocol, and whether it can ask a person", async () => {
  assertEquals(await ofClient({}), [
    "INFO mcp: Client test 1 speaks MCP 2025-11-25 and cannot ask a person: what loses something " +
    "is done at once, without a question (PROXMOX_CONFIRM=auto)",
  ]);
  assertEquals(await ofClient({ ask: () => Promise.resolve("accept") }), [
    "INFO mcp: Client test 1 speaks MCP 2025-11-25 and can ask a person: what loses something is " +
    "asked first (PROXMOX_CONFIRM=auto)",
  ]);
  assertEquals(await ofClient({ elevated: false }), [
    "INFO mcp: Client test 1 speaks MCP 2025-11-25 and cannot ask a person: nothing can be lost: " +
    "only reading is allowed",
  ]);
});

Deno.test("the log says of several clusters once what holds for more than one of them", async () => {
  const ofSeveral = (reading: ClusterOptions[string]): Promise<string[]> =>
    logged(async () => {
      await using _several = await connectSeveral({ home: reading, lab: {}, far: reading });
    });
  const losing = "what loses something is done at once, without a question (PROXMOX_CONFIRM=auto)";
  const start = "INFO mcp: Client test 1 speaks MCP 2025-11-25 and cannot ask a person:";
  assertEquals(await ofSeveral({}), [`${start} ${losing}`]);
  assertEquals(await ofSeveral({ elevated: false }), [
    `${start} home, far: nothing can be lost: only reading is allowed; lab: ${losing}`,
  ]);
});

Deno.test("without sessions the log says so when a client asks what the server can", async () => {
  for (const [ask, words] of [[undefined, "cannot"], [() => "accept" as const, "can"]] as const) {
    const lines = await logged(async () => {
      await using served = serve();
      const client = await connectStateless(served.url, { mode: "auto", ...(ask ? { ask } : {}) });
      await client.listTools();
      await client.close();
    });
    assertEquals(lines.length, 1, lines.join());
    assertMatch(
      lines[0]!,
      new RegExp(`Client test 2 speaks MCP 2026-07-28 and ${words} ask a person`),
    );
  }
});

/** What is logged of a client that says this of itself. */
function greeted(protocolVersion: string, name: string): Promise<string[]> {
  return logged(async () => {
    const { services, clock } = embed({ settings: { CONFIRM: "always" } });
    const catalog = new ToolCatalog({ clusters: oneCluster(services), tools: TOOLS });
    const server = createServer({ catalog, demo: true, calls: new OpenCalls(clock) });
    const [near, far] = InMemoryTransport.createLinkedPair();
    await server.connect(far);
    const answered = new Promise<void>((resolve) => near.onmessage = () => resolve());
    await near.start();
    const params = { protocolVersion, capabilities: {}, clientInfo: { name, version: "2" } };
    await near.send({ jsonrpc: "2.0", id: 0, method: "initialize", params });
    await answered;
    await server.close();
  });
}

Deno.test("the log says which protocol was agreed to, whatever the client wanted", async () => {
  const rest =
    "and cannot ask a person: what loses something is refused, and no code takes a person's place (PROXMOX_CONFIRM=always)";
  assertEquals(await greeted("2024-11-05", "old"), [
    `INFO mcp: Client old 2 speaks MCP 2024-11-05 ${rest}`,
  ]);
  assertEquals(await greeted("2099-01-01", "new"), [
    `INFO mcp: Client new 2 speaks MCP 2025-11-25 ${rest}`,
  ]);
});

Deno.test("a client's name cannot write lines of the log, nor long ones", async () => {
  const [line = "", ...more] = await greeted(
    "2025-11-25",
    `evil\nERROR audit: fake${"x".repeat(500)}`,
  );
  assertEquals(more, []);
  assertEquals(line.startsWith("INFO mcp: Client evil ⏎ ERROR audit: fakexxx"), true, line);
  assertEquals(line.length < 300, true, line);
});
