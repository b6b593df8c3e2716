/** Times of the API are given as people say them. */
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { readTime } from "../../src/call/moments.ts";
import { connect, type ToolAnswer } from "../harness.ts";
import { assertDone, assertFailed } from "../outcome.ts";

const NOW = Date.UTC(2026, 0, 15, 12, 0, 30);
const SECONDS = { type: "integer" } as const;
const AT = (text: string): number => Date.parse(text) / 1000;

Deno.test("a span of time lies ahead where something is to end, and behind elsewhere", () => {
  const read = (name: string, value: unknown): unknown =>
    readTime(name, SECONDS, value, NOW)?.value;
  assertEquals(read("expire", "2h"), AT("2026-01-15T14:00Z"));
  assertEquals(read("expire", "1 d ago"), AT("2026-01-14T12:00Z"));
  assertEquals(read("since", "2h"), AT("2026-01-15T10:00:30Z"));
  assertEquals(read("until", "in 1h"), AT("2026-01-15T13:00:30Z"));
  assertEquals(read("expire", "2026-02-01T10:00+02:00"), AT("2026-02-01T08:00Z"));
  assertEquals(read("expire", "2026-02-01"), AT("2026-02-01T00:00Z"));
});

Deno.test("seconds, and what is no time of the API, are read as they stand", () => {
  for (const value of [0, "0", "1900000000", -1, true, null]) {
    assertEquals(readTime("expire", SECONDS, value, NOW), undefined, String(value));
  }
  assertEquals(readTime("timeout", SECONDS, "2h", NOW), undefined);
  assertEquals(readTime("since", { type: "string" }, "2h", NOW), undefined);
});

Deno.test("days have names, and a small number is hours where a time is past", () => {
  const read = (name: string, value: unknown): unknown => readTime(name, SECONDS, value, NOW);
  const utc = (name: string): string => `"${name}" names no time zone: taken for UTC`;
  assertEquals(read("since", "yesterday"), { value: AT("2026-01-14T00:00Z"), note: utc("since") });
  assertEquals(read("since", "Today"), { value: AT("2026-01-15T00:00Z"), note: utc("since") });
  assertEquals(read("expire", "tomorrow"), { value: AT("2026-01-16T00:00Z"), note: utc("expire") });
  assertEquals(read("until", "now"), { value: AT("2026-01-15T12:00:30Z") });
  const note = '"since" is taken for 24 hours ago; 24d and 24min are days and minutes';
  assertEquals(read("since", 24), { value: AT("2026-01-14T12:00:30Z"), note });
  assertEquals(read("since", "24"), { value: AT("2026-01-14T12:00:30Z"), note });
  assertEquals(read("expire", 24), undefined, "as Proxmox VE has it");
  assertEquals(read("since", 1_768_000_000), undefined);
});

Deno.test("what is to end in the past is done, and said to have ended", async () => {
  await using harness = await connect();
  const token = { action: "create", userid: "bob@pve" };
  const past = [["a1", "2020-01-01"], ["b2", 1_577_836_800], ["c3", "1 d ago"]] as const;
  for (const [tokenid, expire] of past) {
    const made = await harness.call("proxmox_user_token", { ...token, tokenid, expire });
    assertDone(made);
    assertStringIncludes(made.text, "which is past: it has ended already");
  }
  for (const [tokenid, expire] of [["d4", 0], ["e5", "1d"]] as const) {
    const made = await harness.call("proxmox_user_token", { ...token, tokenid, expire });
    assertEquals(made.text.includes("is past"), false, made.text);
  }
});

Deno.test("users and tokens end, and lists begin, when a person says so", async () => {
  await using harness = await connect();
  const token = { userid: "bob@pve", tokenid: "short" };
  const made = await harness.call("proxmox_user_token", {
    ...{ action: "create", ...token, expire: "2031-05-01" },
  });
  assertDone(made);
  assertStringIncludes(made.text, '"expire" names no time zone: taken for UTC');
  const { expire } = harness.simulator.cluster.table("access.tokens").get("bob@pve!short") ?? {};
  assertEquals(expire, AT("2031-05-01T00:00Z"));

  assertDone(
    await harness.call("proxmox_user", { action: "update", userid: "bob@pve", expire: "30d" }),
  );
  const user = harness.simulator.cluster.table("access.users").get("bob@pve");
  const now = Math.floor(harness.clock.now() / 1000);
  assertEquals(user?.expire, now - now % 60 + 30 * 86_400);

  const operation = "GET /nodes/pve1/tasks";
  assertDone(await harness.call("proxmox_api_call", { operation, params: { since: "1h" } }));
  const asked = harness.simulator.requests.findLast(({ path }) => path.endsWith("/tasks"));
  assertStringIncludes(asked?.query ?? "", "since=");

  const wrong = await harness.call("proxmox_user_token", {
    action: "update",
    ...token,
    expire: "soon",
  });
  assertFailed(wrong);
  assertStringIncludes(wrong.text, 'expire: expected "2h"');
});

Deno.test("a time in which nothing can have happened is said to be one", async () => {
  await using harness = await connect();
  const list = (args: Readonly<Record<string, string>>): Promise<ToolAnswer> =>
    harness.call("proxmox_node_task", { action: "list", ...args });
  const tomorrow = await list({ since: "tomorrow" });
  assertStringIncludes(
    tomorrow.text,
    '"since" is 2026-01-16 00:00:00Z, which is to come: nothing can have happened since',
  );
  assertStringIncludes(tomorrow.text, 'There is none with since="2026-01-16 00:00:00Z"');
  const turned = await list({ since: "2h", until: "3h" });
  assertStringIncludes(
    turned.text,
    '"since" (2026-01-15 07:30:00Z) is after "until" (2026-01-15 06',
  );
  const usual = await list({ since: "2d", until: "tomorrow" });
  assertEquals(/to come|is after/.test(usual.text), false, usual.text);
});
