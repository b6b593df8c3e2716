import { assertEquals, assertThrows } from "../assert.ts";
import { acceptArguments } from "../../src/tool/accept.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { defineTool, write } from "../../src/tool/define.ts";

const tool = defineTool({
  name: "proxmox_sample",
  title: "Sample",
  description: "A sample.",
  actions: {
    create: write("POST /storage", { gone: { type: { glusterfs: "is gone: use dir" } } }),
    update: write("PUT /cluster/notifications/endpoints/smtp/{name}"),
  },
});

Deno.test("acceptArguments() says what to do instead of a value that PVE has no longer", () => {
  const call = { action: "create", storage: "gfs", type: "glusterfs" };
  const error = assertThrows(() => acceptArguments(tool, call), ToolError);
  assertEquals(error.details.parameters, { type: "is gone: use dir" });
});

Deno.test("acceptArguments() clears with an array of keys where PVE takes an array", () => {
  const call = { action: "update", name: "mail", comment: "", username: null };
  assertEquals(acceptArguments(tool, call).args.delete, ["comment", "username"]);
});
