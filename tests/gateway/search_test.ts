/** The search finds what users mean, and tells enough of it to call it. */
import { assert, assertEquals } from "../assert.ts";
import { connect } from "../harness.ts";
import { ApiIndex, type Found } from "../../src/gateway/search.ts";
import { ASKED_FOR, FILLERS, SYNONYMS } from "../../src/gateway/synonyms.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { tokens } from "../mcp/tool_lists.ts";
import { REQUESTS } from "./requests.ts";

const index = new ApiIndex(TOOLS);

function name({ operation, registered }: Found): string {
  return operation ?? registered.tool.name;
}

function calls(query: string, most = 8): string[] {
  return index.search(query, most).map(name);
}

for (const [tool, requests] of Object.entries(REQUESTS)) {
  Deno.test(`the search finds ${tool} first for ${requests.join("; ")}`, () => {
    for (const request of requests) {
      assertEquals(
        calls(request)[0],
        `proxmox_${tool}`,
        `${request}: ${calls(request).join(", ")}`,
      );
    }
  });
}

Deno.test("the search finds operations that no tool is for, and all by a path", () => {
  assert(calls("wipe disk").includes("PUT /nodes/{node}/disks/wipedisk"));
  assert(calls("custom cpu model")[0]?.includes("/cluster/qemu/custom-cpu-models"));
  assert(calls("rollback snapshot").some((call) => call.endsWith("/rollback")));
  assertEquals(calls("/nodes/pve1/disks/zfs")[0], "GET /nodes/{node}/disks/zfs");
  assertEquals(calls("zzzzqqq"), []);
  assertEquals(calls(" - "), []);
});

Deno.test("among what the search finds are the operations that do what is asked", () => {
  const asked: readonly [query: string, operation: string][] = [
    ["set cores of a container", "PUT /nodes/{node}/lxc/{vmid}/config"],
    ["delete snapshot of vm", "DELETE /nodes/{node}/qemu/{vmid}/snapshot/{snapname}"],
    ["add a firewall rule to a vm", "POST /nodes/{node}/qemu/{vmid}/firewall/rules"],
    ["create user token", "POST /access/users/{userid}/token/{tokenid}"],
  ];
  for (const [query, operation] of asked) {
    assert(calls(query).includes(operation), `${query}: ${calls(query).join(", ")}`);
  }
});

Deno.test("synonyms are of tools that there are, and of words that are looked for", () => {
  const names: string[] = TOOLS.map(({ tool }) => tool.name);
  assertEquals(Object.keys(ASKED_FOR).filter((each) => !names.includes(each)), []);
  assertEquals(Object.keys(SYNONYMS).filter((each) => FILLERS.has(each)), []);
});

/** Tokens of an answer to words, whatever they find. */
const BUDGET = 600;

Deno.test("an answer of the search is within its budget, and its first row enough to call", async () => {
  await using harness = await connect({ settings: { TOOLSETS: "compact" } });
  const titles = TOOLS.map(({ tool }) => tool.title);
  for (const query of [...Object.values(REQUESTS).flat(), ...titles]) {
    const { text, structured } = await harness.call("proxmox_api_search", { query });
    assert(tokens(text) <= BUDGET, `${query}: ${tokens(text)} tokens`);
    assert(tokens(structured) <= BUDGET * 1.1, `${query}: ${tokens(structured)} tokens as data`);
    const [first = []] = structured.rows as readonly (readonly string[])[];
    const [, , , takes = ""] = first;
    assert(/^(?:arguments|action=|operation=|params|\w+=)/.test(takes), `${query}: ${first}`);
  }
});
