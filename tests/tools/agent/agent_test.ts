import { assertEquals, assertThrows } from "../../assert.ts";
import { selectAction } from "../../../src/call/select_action.ts";
import { ToolError } from "../../../src/tool/answer.ts";
import { TOOLS } from "../../../src/tools/manifest_gen.ts";
import {
  agentContent,
  agentObject,
  agentText,
  unwrapAgent,
} from "../../../src/tools/agent/_agent.ts";

Deno.test("unwrapAgent() answers the result, and throws what the agent refused under a 200", () => {
  assertEquals(unwrapAgent({ result: [1] }), [1]);
  const refused = { result: { error: { class: "CommandNotFound", desc: "not found" } } };
  const error = assertThrows(() => unwrapAgent(refused), ToolError);
  assertEquals(error.details.reason, "not found");
});

Deno.test("agentObject() answers null for an object with nothing in it", () => {
  assertEquals(agentObject({ result: {} }), null);
  assertEquals(agentObject({ result: { zone: "UTC" } }), { zone: "UTC" });
});

Deno.test("agentContent() reads UTF-8 that came as single bytes, and keeps what is not text", () => {
  assertEquals(agentContent("plain"), "plain");
  assertEquals(agentContent("gr\u00c3\u00bc\u00c3\u009fe"), "grüße");
  assertEquals(agentContent("already €"), "already €");
  assertEquals(agentContent("\u00ff\u00fe"), new Uint8Array([255, 254]));
  assertEquals(agentContent("a\0b"), new Uint8Array([97, 0, 98]));
});

Deno.test("agentText() leaves output that is no UTF-8 as it came", () => {
  assertEquals(agentText("caf\u00e9"), "café");
  assertEquals(agentText(undefined), "");
});

Deno.test("action says what an agent tool is to do as operation does", () => {
  const tools = TOOLS.map(({ tool }) => tool).filter(({ discriminator }) =>
    discriminator === "operation"
  );
  assertEquals(tools.length, 7);
  for (const tool of tools) {
    for (const name of Object.keys(tool.actions)) {
      assertEquals(selectAction(tool, { action: name, vmid: 100 }).actionName, name);
    }
  }
});
