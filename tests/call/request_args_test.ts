import { assertEquals, assertThrows } from "../assert.ts";
import { WEB01 } from "../guest.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { defineTool, write } from "../../src/tool/define.ts";
import { requestArgs } from "../../src/call/request_args.ts";
import { requiredNames } from "../../src/tool/required.ts";

const tool = defineTool({
  name: "proxmox_sample",
  title: "Sample",
  description: "A sample.",
  actions: {
    back_up: write("POST /nodes/{node}/vzdump", {
      target: "guest",
      extraParams: { note: { type: "any" } },
    }),
    make: write({
      param: "target_type",
      operations: {
        gotify: "POST /cluster/notifications/endpoints/gotify",
        sendmail: "POST /cluster/notifications/endpoints/sendmail",
      },
    }, { extraParams: { target_type: { type: "string" } } }),
    remove: write("DELETE /cluster/sdn/vnets/{vnet}/subnets/{subnet}", {
      suppliedByPrepare: ["vnet"],
    }),
  },
});

Deno.test("requestArgs() sends the guest's number where it is not in the path, and nothing of the tool's own", () => {
  const sent = requestArgs(
    tool,
    tool.actions.back_up!,
    "POST /nodes/{node}/vzdump",
    { storage: "local", note: "x" },
    { guest: WEB01, node: "pve1", notes: [] },
  );
  assertEquals(sent, { storage: "local", node: "pve1", vmid: 100 });
});

Deno.test("requestArgs() names what the chosen operation demands, and what it does not have", () => {
  const found = { notes: [] };
  const post = "POST /cluster/notifications/endpoints/gotify";
  const args = { target_type: "gotify", name: "g", server: "https://g.example" };
  const missing = assertThrows(
    () => requestArgs(tool, tool.actions.make!, post, args, found),
    ToolError,
  );
  assertEquals(missing.details.parameters, { token: "is missing" });
  const strange = assertThrows(
    () => requestArgs(tool, tool.actions.make!, post, { ...args, author: "me" }, found),
    ToolError,
  );
  assertEquals(Object.keys(strange.details.parameters ?? {}), ["author"]);
});

Deno.test("requiredNames() demands what every operation demands and the server does not fill in", () => {
  assertEquals(requiredNames(tool, tool.actions.make!), ["name"]);
  assertEquals(requiredNames(tool, tool.actions.remove!), ["subnet"]);
  assertEquals(requiredNames(tool, tool.actions.back_up!), ["vmid"]);
});
