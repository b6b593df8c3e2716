/**
 * Nothing of one cluster is ever sent to another: two clusters with the same names and numbers
 * everywhere, each with hosts, tokens and passwords of its own, recorded at the door of each.
 */
import { servicesOver } from "../../../src/cli/services.ts";
import { readConfig } from "../../../src/config/config.ts";
import { ToolCatalog } from "../../../src/mcp/tool_catalog.ts";
import type { Transport } from "../../../src/pve/transport/transport.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import type { Services } from "../../../src/tool/services.ts";
import { TOOLS } from "../../../src/tools/manifest_gen.ts";
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { CALLS } from "../../contract/calls/all.ts";
import { casesOf } from "../../contract/calls/line.ts";
import { withAction } from "../../contract/calls/make.ts";
import { depth } from "../../depth.ts";
import { environment } from "../../environment.ts";
import { argumentsFor } from "../../fuzz/arguments.ts";
import { Random, seedOf } from "../../fuzz/random.ts";
import { HOSTILE } from "../../fuzz/values.ts";
import { embed } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { connectSeveral } from "../../several.ts";
import { VirtualClock } from "../../virtual_clock.ts";

const NAMES = ["home", "lab"] as const;
type Name = (typeof NAMES)[number];

/** What only one cluster may hear. */
interface Own {
  readonly host: string;
  readonly secrets: readonly string[];
}

/** One cluster, and what came to its door. */
interface Door {
  readonly simulator: Simulator;
  readonly services: Services;
  /** Requests that came, a line each. */
  readonly lines: string[];
  /** Those that came to another host, or hold what is another cluster's. */
  readonly strange: string[];
}

interface World {
  readonly doors: Readonly<Record<Name, Door>>;
  readonly catalog: ToolCatalog;
}

/** A transport that keeps what passes, and what of it is not this cluster's. */
function recorder(
  transport: Transport,
  own: Own,
  others: readonly Own[],
  { lines, strange }: Pick<Door, "lines" | "strange">,
): Transport {
  return {
    fetch: (url, request) => {
      const body = typeof request.body === "string" ? request.body : "";
      const whole = `${request.method} ${url} ${JSON.stringify(request.headers)} ${body}`;
      lines.push(`${request.method} ${url.pathname}`);
      const foreign = others.flatMap(({ host, secrets }) => [host, ...secrets]);
      const spellings = foreign.flatMap((each) => [each, encodeURIComponent(each)]);
      if (url.hostname !== own.host || spellings.some((each) => whole.includes(each))) {
        strange.push(whole);
      }
      return transport.fetch(url, request);
    },
    close: () => transport.close(),
  };
}

/** A token of the cluster's own. */
async function newToken(
  name: Name,
  clock: VirtualClock,
): Promise<{ simulator: Simulator; id: string; secret: string }> {
  // Of another seed, so that no secret is by chance that of the other cluster.
  const { simulator, services } = embed(
    { simulator: { seed: NAMES.indexOf(name) + 1, listLag: 0 } },
    clock,
  );
  const { data } = await services.pve.request("POST /access/users/{userid}/token/{tokenid}", {
    userid: "root@pam",
    tokenid: `own-${name}`,
    privsep: false,
  });
  const { value } = data as { readonly value: string };
  return { simulator, id: `root@pam!own-${name}`, secret: value };
}

async function world(): Promise<World> {
  const clock = new VirtualClock();
  const tokens = { home: await newToken("home", clock), lab: await newToken("lab", clock) };
  const own = (name: Name): Own => ({
    host: `${name}.invalid`,
    secrets: [tokens[name].secret, tokens[name].id, `password-of-${name}`],
  });
  const { clusters: configs } = readConfig(environment({
    PROXMOX_CLUSTERS: NAMES.join(),
    PROXMOX_ALLOW_ELEVATED: "true",
    PROXMOX_CONFIRM: "never",
    ...Object.fromEntries(NAMES.flatMap((name) => [
      [`PROXMOX_${name.toUpperCase()}_HOST`, `${name}.invalid`],
      [`PROXMOX_${name.toUpperCase()}_TOKEN_NAME`, tokens[name].id],
      [`PROXMOX_${name.toUpperCase()}_TOKEN_VALUE`, tokens[name].secret],
      [`PROXMOX_${name.toUpperCase()}_PASSWORD`, `password-of-${name}`],
    ])),
  }));
  const door = (name: Name): Door => {
    const { simulator, id, secret } = tokens[name];
    const seen = { lines: [], strange: [] };
    const others = NAMES.filter((each) => each !== name).map(own);
    const transport = recorder(simulator.transport(), own(name), others, seen);
    const services = servicesOver(configs.get(name)!, transport, { token: { id, secret } }, clock);
    return { simulator, ...seen, services };
  };
  const doors = { home: door("home"), lab: door("lab") };
  const clusters = new Map(NAMES.map((name) => [name, doors[name].services]));
  return { doors, catalog: new ToolCatalog({ clusters, tools: TOOLS }) };
}

/** Calls a tool, whatever comes of it, and answers the text. */
async function call(
  { catalog }: World,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Promise<string> {
  const signal = AbortSignal.timeout(60_000);
  const ask = (): Promise<"accept"> => Promise.resolve("accept");
  return (await catalog.call(tool, args, { signal, ask })).content[0].text;
}

/** Changes among what came to a door, to which nothing came that is another's. */
function changes({ lines, strange }: Door): string[] {
  assertEquals(strange, []);
  // A login is none: it goes to where the call does.
  return lines.filter((line) => !line.startsWith("GET ") && !line.endsWith("/access/ticket"));
}

/** The calls of every action of every tool, as an administrator would make them. */
function* everyCall(): Generator<readonly [tool: string, args: Readonly<Record<string, unknown>>]> {
  for (const { tool } of TOOLS) {
    for (const [action, line] of Object.entries(CALLS[tool.name] ?? {})) {
      for (const [, [given]] of casesOf(line)) {
        if (typeof given !== "function") yield [tool.name, withAction(tool, action, given)];
      }
    }
  }
}

Deno.test("every action of every tool, named for one cluster, reaches that one alone", async () => {
  const one = await world();
  for (const [tool, args] of everyCall()) {
    await call(one, tool, { ...args, wait: 0, cluster: "home" });
  }
  const { home, lab } = one.doors;
  assert(changes(home).length > 100);
  assertEquals(lab.lines, []);
  assert(home.lines.some((line) => line.endsWith("/access/ticket")));
});

Deno.test("a call by names and numbers that both have changes nothing in either", async () => {
  const both = await world();
  for (const [tool, args] of everyCall()) await call(both, tool, args);
  for (const name of NAMES) {
    assert(both.doors[name].lines.length > 100);
    assertEquals(changes(both.doors[name]), [], name);
  }
});

Deno.test("hostile arguments for one cluster reach no other, whatever they hold", async () => {
  const one = await world();
  const random = new Random(seedOf("clusters", 1));
  for (const { tool } of TOOLS) {
    for (let index = 0; index < depth(6, 60); index++) {
      const args = argumentsFor(random, tool);
      await call(one, tool.name, { ...args, cluster: "home" });
    }
  }
  assert(changes(one.doors.home).length > 10);
  assertEquals(one.doors.lab.lines, []);
});

Deno.test("no spelling of an address leads to a cluster that it does not name", async () => {
  const one = await world();
  const twisted = [
    ...[
      "lab/../home/100",
      "home/../lab/100",
      "home/lab/100",
      "../lab/100",
      "home//100",
      "/lab/100",
    ],
    ...["home%2F100", "lab\\100", "lab:100", "lab.100", "home/100;lab/100", "home/100 lab/100"],
    ...["home/\u200b100", "hоme/100", "home/100\n", "home/100#lab", "qemu/lab/100", "node/lab", ""],
    ...["home/@lab.invalid", "home/100?cluster=lab", "home/100&cluster=lab", "*", "all/100"],
    ...HOSTILE.map((each) => `home/${each}`),
  ];
  for (const word of twisted) {
    for (
      const [tool, args] of [
        ["proxmox_guest_stop", { vmid: word }],
        ["proxmox_guest_delete", { vmid: word, cluster: "home" }],
        ["proxmox_node_power", { action: "reboot", node: word, cluster: "home" }],
        ["proxmox_node_bulk", { action: "stop_all", node: "home/pve1", vms: word }],
        ["proxmox_api_call", { operation: "DELETE /nodes/pve1/qemu/100", params: { node: word } }],
        ["proxmox_api_call", { operation: `DELETE /nodes/${word}/qemu/100`, cluster: "home" }],
      ] as const
    ) {
      await call(one, tool, args);
    }
    assertEquals(changes(one.doors.lab), [], word);
  }
  for (const cluster of [["lab", "home"], { name: "lab" }, 1, true, "home,lab", " lab x", "hom"]) {
    const text = await call(one, "proxmox_guest_stop", { vmid: 107, cluster });
    assertStringIncludes(text, "there is no cluster", JSON.stringify(cluster));
  }
  assertEquals(changes(one.doors.lab), []);
});

Deno.test("changes to guests of the same number wait for each other in one cluster, not in two", async () => {
  const held = Promise.withResolvers<void>();
  await using several = await connectSeveral({
    home: {
      transport: (transport) =>
        hooked(transport, {
          arrives: (line) => line.endsWith("/107/status/start") ? held.promise : undefined,
        }),
    },
    lab: {},
  });
  const first = several.call("proxmox_guest_start", { vmid: "home/107" });
  const second = await several.call("proxmox_guest_start", { vmid: "lab/107" });
  assertStringIncludes(second.text, "✅ lab:");
  held.resolve();
  assertStringIncludes((await first).text, "✅ home:");
});

Deno.test("what is learned of guests in one cluster is not believed of another", async () => {
  const { doors, catalog } = await world();
  const both: World = { doors, catalog };
  const list = async (cluster: Name): Promise<string> =>
    await call(both, "proxmox_guest_status", { vmid: 107, cluster });
  for (const name of NAMES) assertStringIncludes(await list(name), "stopped");
  const started = await call(both, "proxmox_guest_start", { vmid: 107, cluster: "lab" });
  assertStringIncludes(started, "✅ lab:");
  assertStringIncludes(await list("lab"), "running");
  assertStringIncludes(await list("home"), "stopped");
});

Deno.test("clusters of different releases are each asked what theirs has", async () => {
  await using several = await connectSeveral({ new: {}, old: { simulator: { release: "8.4" } } });
  const rules = { action: "list", cluster: "new" };
  assertStringIncludes((await several.call("proxmox_ha_rule", rules)).text, "✅ new:");
  const old = await several.call("proxmox_ha_rule", { ...rules, cluster: "old" });
  assertStringIncludes(old.text, "❌ Error: old:");
  const groups = await several.call("proxmox_ha_group", { action: "list", cluster: "old" });
  assertStringIncludes(groups.text, "✅ old:");
  const all = await several.call("proxmox_ha_rule", { action: "list" });
  assertStringIncludes(all.text, "old is not shown: ");
});
