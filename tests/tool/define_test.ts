/** What the types of a tool's table refuse: none of this compiles without its comment. */
import { defineTool, read, write } from "../../src/tool/define.ts";
import { multipart } from "../../src/pve/transport/multipart.ts";
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

Deno.test("what only looks cannot change anything, by type", () => {
  const stop = "POST /nodes/{node}/{type}/{vmid}/status/stop";
  const upload = "POST /nodes/{node}/storage/{storage}/upload";
  const place = { node: "pve1", vmid: 100 };
  const body = multipart({}, { name: "x", size: 0, stream: ReadableStream.from([]) });
  const actions = [
    write(SNAPSHOT, {
      prepare: async (args, context) => {
        await context.request("GET /nodes/{node}/qemu/{vmid}/config", place);
        // @ts-expect-error: it changes something.
        await context.request("POST /nodes/{node}/qemu/{vmid}/status/stop", place);
        // @ts-expect-error: it would send a file.
        await context.upload({ operation: upload, args: place }, {}, body);
        // @ts-expect-error: the client itself sends anything.
        await context.pve.request("POST /nodes/{node}/qemu/{vmid}/status/stop", place);
        // @ts-expect-error: commands change things as well.
        await context.containerExec();
        // @ts-expect-error: it would write a file.
        await context.files.save("x", new ReadableStream());
        return args;
      },
    }),
    write(SNAPSHOT, {
      outcome: async (context) => {
        // @ts-expect-error: it changes something.
        await context.request("DELETE /nodes/{node}/qemu/{vmid}", place);
        return {};
      },
      before: async (context) => {
        // @ts-expect-error: it names what is sent, and sends nothing itself.
        await context.request("DELETE /nodes/{node}/qemu/{vmid}", place);
        return [{ operation: "POST /nodes/{node}/qemu/{vmid}/status/stop", args: place }];
      },
    }),
    read("GET /nodes", {
      run: async (context) => {
        // @ts-expect-error: a read changes nothing.
        await context.request("DELETE /nodes/{node}/qemu/{vmid}", place);
        return { title: "Nothing" };
      },
    }),
    // @ts-expect-error: one that changes something tells its requests before.
    write(stop, { run: () => Promise.resolve({ title: "Nothing" }) }),
    write(stop, { run: () => Promise.resolve({ title: "Nothing" }), requests: () => [] }),
    write(stop, {
      run: () => Promise.resolve({ title: "Nothing" }),
      requests: () => [],
      // @ts-expect-error: a function sends all by itself.
      before: () => [],
    }),
  ];
  assertEquals(actions.length, 6);
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
