/** What the types of a tool's table refuse: none of this compiles without its comment. */
import { defineTool, read, write } from "../../src/tool/define.ts";
import { assertEquals } from "../assert.ts";

const SNAPSHOT = "POST /nodes/{node}/{type}/{vmid}/snapshot";

Deno.test("an operation or a parameter that Proxmox VE does not have does not compile", () => {
  const actions = [
    // @ts-expect-error: PVE has no such path.
    read("GET /nodes/{node}/qemus"),
    // @ts-expect-error: PVE has the path, not the method.
    write("PUT /nodes"),
    // @ts-expect-error: only VMs have it.
    read("GET /nodes/{node}/{type}/{vmid}/agent/info"),
    // @ts-expect-error: misspelt.
    write(SNAPSHOT, { params: ["snapnam"] }),
    // @ts-expect-error: indexed parameters have an index.
    write("PUT /nodes/{node}/qemu/{vmid}/config", { params: ["net"] }),
    // @ts-expect-error: no name of PVE.
    write("DELETE /pools", { fixed: { pool: "x" } }),
    // @ts-expect-error: no name of PVE.
    read("GET /nodes/{node}/qemu", { defaults: { ful: true } }),
    // @ts-expect-error: an operation that is used must exist as well.
    read("GET /nodes", { uses: ["GET /node"] }),
  ];
  assertEquals(actions.length, 8);
});

Deno.test("what Proxmox VE has compiles", () => {
  const tool = defineTool({
    name: "proxmox_example",
    title: "Example",
    description: "Nothing.",
    actions: {
      create: write(SNAPSHOT, { params: ["snapname", "vmstate"] }),
      update: write("PUT /nodes/{node}/qemu/{vmid}/config", { params: ["net0", "scsi1"] }),
    },
  });
  assertEquals(Object.keys(tool.actions), ["create", "update"]);
});
