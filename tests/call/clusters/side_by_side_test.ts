/** No cluster waits for another: all are asked at the same time, and each at its own rate. */
import type { Transport } from "../../../src/pve/transport/transport.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import type { ToolAnswer } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { assertDone } from "../../outcome.ts";
import { connectSeveral, type Several } from "../../several.ts";

const NAMES = ["home", "lab", "far"];

/** A way on which requests wait before they arrive. */
function holding(arrives: () => Promise<void>): (transport: Transport) => Transport {
  return (transport) => hooked(transport, { arrives });
}

/**
 * Three clusters, none of which answers before each has been asked: who asks one after another waits
 * forever. Only `far` has more than 15 guests.
 */
async function answeringTogether(work: (several: Several) => Promise<void>): Promise<void> {
  const unasked = new Set(NAMES);
  const all = Promise.withResolvers<void>();
  const options = NAMES.map((name) => {
    const arrives = async (): Promise<void> => {
      unasked.delete(name);
      if (unasked.size === 0) all.resolve();
      await all.promise;
    };
    const guests = name === "far" ? 18 : 15;
    return [name, { simulator: { guests }, transport: holding(arrives) }] as const;
  });
  await using several = await connectSeveral(Object.fromEntries(options));
  await work(several);
  assertEquals([...unasked], []);
}

/** What asks all clusters: lists, reports, the gateway, and what looks where something is. */
const CALLS: readonly (readonly [tool: string, args: Record<string, unknown>, title: RegExp])[] = [
  ["proxmox_guest_list", {}, /^Guests: 48, in 3 clusters$/],
  ["proxmox_report", { action: "capacity" }, /^home, lab, far: /],
  ["proxmox_api_call", { operation: "GET /version" }, /^home, lab, far: GET \/version$/],
  ["proxmox_guest_status", { vmid: 1000 }, /\(1000\)/],
  ["proxmox_guest_config_update", { vmid: 1000, description: "x" }, /\(1000\)/],
];

for (const [tool, args, title] of CALLS) {
  Deno.test(`clusters are asked side by side by ${tool}`, () =>
    answeringTogether(async (several) => {
      assertDone(await several.call(tool, args), title);
    }));
}

Deno.test("clusters are asked side by side for what a word may be completed to", () =>
  answeringTogether(async ({ client }) => {
    const { completion } = await client.complete({
      ref: { type: "ref/prompt", name: "diagnose_guest" },
      argument: { name: "guest", value: "1002" },
    });
    assertEquals(completion.values, ["far/1002"]);
  }));

Deno.test("the rate limit of one cluster makes no call to another wait", async () => {
  const settings = { RATE_LIMIT: "1" };
  const homeAnswered = Promise.withResolvers<void>();
  await using several = await connectSeveral({
    home: { settings },
    lab: { settings, transport: holding(() => homeAnswered.promise) },
  });
  // Each asks for something else, as what several ask for is read once.
  const permissions = (cluster: string, vmid = 100): Promise<ToolAnswer> =>
    several.call("proxmox_api_call", {
      ...{ operation: "GET /access/permissions", params: { path: `/vms/${vmid}` }, cluster },
    });
  // More than may run at once, so that some wait for their rate and others for their turn.
  const ofLab = Array.from({ length: 30 }, (_, index) => permissions("lab", 100 + index));
  const ofHome = await permissions("home");
  assertDone(ofHome, /^GET \/access\/permissions$/);
  assert(!ofHome.text.includes("RATE_LIMIT"), ofHome.text);
  homeAnswered.resolve();
  for (const { text } of (await Promise.all(ofLab)).slice(1)) {
    assertMatch(text, /PROXMOX_RATE_LIMIT delayed this call by/);
  }
});
