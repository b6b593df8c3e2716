/**
 * What is judged on a reading that has a digest is sent for that state alone: a rule that is put in
 * before it meanwhile, or another change, is never what is deleted or written over.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { connect, type Harness, type HarnessOptions } from "../harness.ts";
import { assertDone, assertFailed } from "../outcome.ts";

/** Places of rules: what calls of the API name, and the base of the path. */
const PLACES = [
  "/cluster/firewall/rules",
  "/cluster/firewall/groups/web",
  "/cluster/sdn/vnets/office/firewall/rules",
  "/nodes/pve1/firewall/rules",
  "/nodes/pve1/qemu/100/firewall/rules",
  "/nodes/pve1/lxc/200/firewall/rules",
];
const RULE = { action: "ACCEPT", proto: "tcp", dport: "22", source: "192.0.2.9", enable: 1 };
const DROP = { type: "in", action: "DROP", enable: 1, comment: "put in meanwhile" };

function apiCall(operation: string, params: object = {}): [string, Record<string, unknown>] {
  return ["proxmox_api_call", { operation, params }];
}

function sent({ simulator }: Harness): string[] {
  return simulator.requests.filter(({ method }) => method !== "GET")
    .map(({ method, path, query, body }) => `${method} ${path} ${query}${body}`);
}

/** A client, and what happens right before Proxmox VE gets a change that matches. */
async function raced(
  match: RegExp,
  meanwhile: (harness: Harness) => void | Promise<unknown>,
  options: HarnessOptions = {},
): Promise<Harness> {
  let raced = false;
  const harness: Harness = await connect({
    ...options,
    transport: (inner) => ({
      fetch: async (url, request) => {
        if (!raced && match.test(`${request.method} ${url.pathname}`)) {
          raced = true;
          await meanwhile(harness);
        }
        return await inner.fetch(url, request);
      },
      close: () => inner.close(),
    }),
  });
  return harness;
}

/** Puts the first rule of a place in. */
function withRule(harness: Harness, place: string): void {
  const { cluster } = harness.simulator;
  if (place.includes("/groups/")) cluster.table("firewall.groups").set("web", {});
  const type = place.includes("/vnets/") ? "forward" : "in";
  cluster.table("firewall.rules").set(scopeOf(place), { rules: [{ ...RULE, type }] });
}

/** Puts a rule in before all others, as somebody else would. */
function putIn(harness: Harness, place: string): void {
  const { cluster } = harness.simulator;
  const scope = scopeOf(place);
  const rules = cluster.table("firewall.rules").get(scope)?.rules ?? [];
  cluster.table("firewall.rules").set(scope, { rules: [DROP, ...rules] });
}

function scopeOf(place: string): string {
  const [, kind = "", name = ""] =
    /(groups|vnets|nodes(?=\/\w+\/firewall)|qemu|lxc)\/(\w+)/.exec(place) ?? [];
  const kinds: Readonly<Record<string, string>> = {
    groups: "group",
    vnets: "vnet",
    nodes: "node",
    qemu: "guest",
    lxc: "guest",
  };
  return kind === "" ? "cluster" : `${kinds[kind]}/${name}`;
}

function rulesOf(harness: Harness, place: string): readonly unknown[] {
  return harness.simulator.cluster.table("firewall.rules").get(scopeOf(place))?.rules ?? [];
}

const CHANGES = [["DELETE", {}], ["PUT", { dport: "2222" }], ["PUT", { enable: 0 }]] as const;

Deno.test("a question shows the rule as it reads, and the request has the digest of that", async () => {
  for (const place of PLACES) {
    const questions: string[] = [];
    await using harness = await connect({
      settings: { CONFIRM: "always" },
      ask: (question) => {
        questions.push(question);
        return Promise.resolve("accept");
      },
    });
    withRule(harness, place);
    for (const [method, params] of CHANGES.toReversed()) {
      assertDone(await harness.call(...apiCall(`${method} ${place}/0`, params)));
      assertMatch(
        questions.at(-1) ?? "",
        /(?:IN|FORWARD) ACCEPT source 192\.0\.2\.9 proto tcp dport 22/,
      );
      assertMatch(sent(harness).at(-1) ?? "", /\bdigest=[0-9a-f]{40}$/);
    }
  }
});

Deno.test("a rule that is put in while a person is asked is not the one that is deleted", async () => {
  for (const place of PLACES) {
    for (const [method, params] of CHANGES) {
      await using harness: Harness = await connect({
        settings: { CONFIRM: "always" },
        ask: () => {
          putIn(harness, place);
          return Promise.resolve("accept");
        },
      });
      withRule(harness, place);
      const rules = [DROP, ...rulesOf(harness, place)];
      const answer = await harness.call(...apiCall(`${method} ${place}/0`, params));
      assertFailed(answer, /was not done/, /It changed after it was confirmed/);
      assertEquals(rulesOf(harness, place), rules);
    }
  }
});

Deno.test("a rule that is put in at the last moment is not the one that is deleted or changed", async () => {
  for (const place of PLACES) {
    for (const [method, params] of CHANGES) {
      await using harness = await raced(/^(?:PUT|DELETE) .*\/0$/, (it) => putIn(it, place));
      withRule(harness, place);
      const rules = [DROP, ...rulesOf(harness, place)];
      const answer = await harness.call(...apiCall(`${method} ${place}/0`, params));
      assertFailed(answer, /was not done/, /changed after it was looked at.*digest/);
      assertStringIncludes(answer.text, "Nothing was done; the same call asks again");
      assertEquals(rulesOf(harness, place), rules);
    }
  }
});

Deno.test("the tools of rules send the digest as calls of the API do", async () => {
  const tools = [
    ["proxmox_cluster_firewall_rule", {}],
    ["proxmox_guest_firewall_rule", { vmid: 100 }],
  ] as const;
  for (const [tool, args] of tools) {
    await using harness = await raced(/^DELETE /, (it) => {
      putIn(it, PLACES[tool.includes("guest") ? 4 : 0] ?? "");
    });
    const answer = await harness.call(tool, { action: "delete", pos: 0, ...args });
    assertFailed(answer, /was not done/, /digest/);
  }
});

Deno.test("a card, an option and a storage are sent for the state that was judged", async () => {
  const calls: readonly (readonly [string, object])[] = [
    ["PUT /nodes/pve3/qemu/105/config", { delete: "net0" }],
    ["POST /nodes/pve3/qemu/105/config", { net0: "virtio,bridge=vmbr0" }],
    ["PUT /nodes/pve1/lxc/200/config", { delete: "net0" }],
    ["PUT /cluster/firewall/options", { enable: 0 }],
    ["PUT /storage/nas", { disable: 1 }],
    ["PUT /cluster/ha/resources/vm:100", { state: "ignored" }],
  ];
  await using harness = await connect();
  for (const [operation, params] of calls) {
    assertDone(await harness.call(...apiCall(operation, params)));
    assertMatch(sent(harness).at(-1) ?? "", /\bdigest=[0-9a-f]{40}/, operation);
  }
});

Deno.test("a guest that is changed at the last moment is not changed on top of that", async () => {
  const guests = [["/nodes/pve3/qemu/105/config", 105], [
    "/nodes/pve1/lxc/200/config",
    200,
  ]] as const;
  for (const [path, vmid] of guests) {
    await using harness = await raced(/^PUT /, ({ simulator }) => {
      simulator.cluster.guests.get(vmid)!.config.onboot = 0;
    });
    const answer = await harness.call(...apiCall(`PUT ${path}`, { delete: "net0" }));
    assertFailed(answer, /was not done/, /digest/);
    assert("net0" in harness.simulator.cluster.guests.get(vmid)!.config);
  }
});

Deno.test("a digest of the caller's is sent as it is, and its mismatch is said as one", async () => {
  await using harness = await connect();
  const params = { digest: "0".repeat(40) };
  const answer = await harness.call(...apiCall("DELETE /cluster/firewall/rules/0", params));
  assert(answer.isError);
  assertStringIncludes(answer.text, "read it again and send the new digest");
});

Deno.test("what nothing was read for is sent without a digest", async () => {
  await using harness = await connect();
  assertDone(
    await harness.call("proxmox_guest_config_update", { vmid: 105, config: { cores: 2 } }),
  );
  assert(!sent(harness).join().includes("digest"));
});
