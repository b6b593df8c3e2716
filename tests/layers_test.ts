/** Which room of the program may know which, and that no files import each other in a circle. */
import { assert, assertEquals } from "./assert.ts";
import { importsOf, loadedBy, SRC } from "./imports.ts";

/**
 * What the modules of each room may import beside the room's own; type imports count. What puts the
 * program together (`cli`) may know all of it.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  pve: ["base"],
  config: ["base", "pve"],
  ssh: ["base", "pve", "config"],
  simulator: ["base", "pve"],
  tool: ["base", "pve", "config", "ssh"],
  answer: ["base", "pve", "ssh", "tool"],
  guard: ["base", "pve", "config", "tool", "answer"],
  call: ["base", "pve", "ssh", "tool", "answer", "guard"],
  tools: ["base", "pve", "ssh", "tool", "answer"],
  gateway: ["base", "pve", "tool", "answer", "call"],
  mcp: ["base", "pve", "config", "tool", "answer", "guard", "call", "gateway"],
  // It runs in a browser, and knows the server by its answers.
  apps: [],
};
const UNBOUND = ["cli"];

/** What is loaded before `initialize` is answered; each module more makes every start longer. */
const GREETS = [
  "answer/bound.ts",
  "answer/machine_values.ts",
  "answer/render.ts",
  "base/async/clock.ts",
  "base/async/linked_signal.ts",
  "base/async/once.ts",
  "base/byte_units.ts",
  "base/defined.ts",
  "base/interpreted_schemas.ts",
  "base/lookup.ts",
  "base/mapped.ts",
  "base/process/console.ts",
  "base/process/log.ts",
  "base/process/observe.ts",
  "base/process/shutdown.ts",
  "base/process/version.ts",
  "base/text/boolean.ts",
  "base/text/error_message.ts",
  "base/text/host.ts",
  "base/text/nearest.ts",
  "base/text/sanitize.ts",
  "base/text/units.ts",
  "cli/commands/command.ts",
  "cli/commands/serve.ts",
  "cli/commands/settings.ts",
  "cli/served.ts",
  "cli/telemetry/open_telemetry.ts",
  "cli/telemetry/telemetry.ts",
  "config/advice.ts",
  "config/checks.ts",
  "config/cluster_names.ts",
  "config/config.ts",
  "config/config_error.ts",
  "config/http_settings.ts",
  "config/json_problem.ts",
  "config/mistakes.ts",
  "config/names.ts",
  "config/other_names.ts",
  "config/secrets.ts",
  "config/setting.ts",
  "config/settings.ts",
  "config/settings_file.ts",
  "config/source.ts",
  "config/values.ts",
  "config/warnings.ts",
  "guard/confirmation_text.ts",
  "mcp/client_log.ts",
  "mcp/errors.ts",
  "mcp/form_validator.ts",
  "mcp/held_requests.ts",
  "mcp/instructions.ts",
  "mcp/open_calls.ts",
  "mcp/request_params.ts",
  "mcp/sdk.ts",
  "mcp/server.ts",
  "mcp/stdio.ts",
  "mcp/stdio_transport.ts",
  "pve/identity_forms.ts",
  "pve/ip.ts",
  "pve/size.ts",
  "pve/transport/fingerprint.ts",
  "pve/transport/pem.ts",
  "simulator/access/demo_token.ts",
  "tool/categories.ts",
  "tool/clusters.ts",
  "tool/compatibility_table.ts",
  "tool/gateway_names.ts",
  "tool/registry.ts",
  "tool/toolset.ts",
  "tools/outlines_gen.ts",
];

type ImportGraph = ReadonlyMap<string, readonly string[]>;

async function modules(folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (
    const { name, isDirectory } of Deno.readDir(new URL(folder, SRC))
  ) {
    if (isDirectory) paths.push(...await modules(`${folder}${name}/`));
    else if (name.endsWith(".ts")) paths.push(folder + name);
  }
  return paths;
}

async function readGraph(): Promise<ImportGraph> {
  const graph = new Map<string, readonly string[]>();
  for (const path of await modules()) {
    graph.set(
      path,
      importsOf(path, await Deno.readTextFile(new URL(path, SRC))),
    );
  }
  return graph;
}

function roomOf(path: string): string {
  return path.split("/")[0] ?? "";
}

/** A path of imports from a module back to itself, or undefined. */
function circleFrom(
  start: string,
  graph: ImportGraph,
): readonly string[] | undefined {
  const via = new Map<string, string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const target of graph.get(path) ?? []) {
      if (target === start) {
        const circle = [start];
        for (let back = path; back !== start; back = via.get(back) ?? start) {
          circle.unshift(back);
        }
        return [start, ...circle];
      }
      if (via.has(target)) continue;
      via.set(target, path);
      open.push(target);
    }
  }
  return undefined;
}

const graph = await readGraph();

Deno.test("every module stands in a room that has a place in the order of rooms", () => {
  const strange = [...graph.keys()].filter((path) =>
    !path.includes("/") ||
    !(roomOf(path) in MAY_IMPORT || UNBOUND.includes(roomOf(path)))
  );
  assertEquals(strange, []);
});

Deno.test("every module imports only from rooms below its own", () => {
  const wrong: string[] = [];
  for (const [path, targets] of graph) {
    const room = roomOf(path);
    const allowed = MAY_IMPORT[room];
    if (!allowed) continue;
    for (const target of targets) {
      const other = roomOf(target);
      if (other !== room && !allowed.includes(other)) {
        wrong.push(`${path} imports ${target}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("rooms are ordered: none may import one that may import it", () => {
  for (const [room, below] of Object.entries(MAY_IMPORT)) {
    for (const other of below) {
      assertEquals(MAY_IMPORT[other]?.includes(room), false, room);
    }
  }
});

Deno.test("what carries requests knows none of the API", () => {
  const inside = [...graph].filter(([path]) => path.startsWith("pve/transport/"));
  assert(inside.some(([path]) => path === "pve/transport/https_transport.ts"));
  const beyond = inside.flatMap(([, targets]) =>
    targets.filter((target) => roomOf(target) === "pve" && !target.startsWith("pve/transport/"))
  );
  assertEquals([...new Set(beyond)], ["pve/ip.ts"]);
});

Deno.test("only the manifest imports tools", () => {
  const wrong = [...graph].flatMap(([path, targets]) =>
    targets
      .filter((target) => target.startsWith("tools/") && !target.endsWith("_gen.ts"))
      .filter(() => !path.startsWith("tools/"))
      .map((target) => `${path} imports ${target}`)
  );
  assertEquals(wrong, []);
});

Deno.test("no files import each other in a circle, type imports counted", () => {
  const circles = [...graph.keys()].flatMap((path) => {
    const circle = circleFrom(path, graph);
    return circle ? [circle.join(" → ")] : [];
  });
  assertEquals(circles, []);
});

Deno.test("a circle is found through several files, and its path is told", () => {
  const imports = new Map([["a", ["b", "x"]], ["b", ["c"]], ["c", ["a"]], [
    "x",
    [],
  ]]);
  assertEquals(circleFrom("a", imports), ["a", "b", "c", "a"]);
  assertEquals(circleFrom("x", imports), undefined);
});

Deno.test("over stdio nothing is loaded of what serves MCP over HTTP, nor the SDK of its second era", async () => {
  const started = await loadedBy("cli/commands/serve.ts");
  assert(started.has("mcp/stdio.ts"));
  const importing = [];
  for (const path of started) {
    const text = await Deno.readTextFile(new URL(path, SRC));
    if (
      path.startsWith("mcp/http/") ||
      /^(?:import|export)\b(?! type)[^;]*?\bfrom "@modelcontextprotocol\/server/m.test(text)
    ) {
      importing.push(path);
    }
  }
  assertEquals(importing, []);
  assert((await loadedBy("mcp/http/serve.ts")).has("mcp/http/stateless.ts"));
});

Deno.test("before it greets its client, a server over stdio has loaded what greets, and nothing else", async () => {
  assertEquals([...await loadedBy("cli/commands/serve.ts")].sort(), GREETS);
});

Deno.test("calls start without the table of effects, reports, dry runs, the search and views: what asks for them loads them", async () => {
  const table = "pve/effects/effects.ts";
  const started = await loadedBy("cli/catalog.ts");
  assert(started.has("mcp/tool_catalog.ts") && started.has("call/run.ts"));
  for (
    const later of [
      table,
      "tools/report/_health.ts",
      "call/dry_run.ts",
      "gateway/synonyms.ts",
      "mcp/apps/apps.ts",
      "mcp/apps/page_gen.ts",
    ]
  ) assertEquals(started.has(later), false, later);
  assertEquals((await loadedBy("mcp/apps/apps.ts")).has("mcp/apps/page_gen.ts"), false);
  assert((await loadedBy("tool/schema.ts")).has(table));
});
