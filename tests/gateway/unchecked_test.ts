/** Calls of what is newer than the facts: elevated, confirmed, and kept from what is protected. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import {
  connect,
  declining,
  type Harness,
  type HarnessOptions,
  type ToolAnswer,
} from "../harness.ts";
import {
  assertDeclined,
  assertDenied,
  assertDone,
  assertFailed,
  assertUnconfirmed,
} from "../outcome.ts";

const CALL = "proxmox_api_call";
/** What this release answers in place of the embedded one. */
const NEW = "/api2/json/cluster/new-thing";

/** Requests of changes, and reads of what is new. */
interface Sent {
  readonly url: string;
  readonly body: unknown;
}

/** A cluster that has an operation which the facts do not know. */
async function newer(
  sent: Sent[],
  options: HarnessOptions = {},
): Promise<Harness> {
  return await connect({
    ...options,
    transport: (embedded) => ({
      close: () => embedded.close(),
      fetch: (url, request) => {
        const isNew = url.pathname.startsWith(NEW);
        if (isNew || request.method !== "GET") {
          sent.push({ url: url.pathname + url.search, body: request.body });
        }
        if (!isNew) return embedded.fetch(url, request);
        const data = { name: "one", password: "geheim-123" };
        return Promise.resolve(Response.json({ data }));
      },
    }),
  });
}

function unchecked(
  harness: Harness,
  operation: string,
  params: Record<string, unknown> = {},
): Promise<ToolAnswer> {
  return harness.call(CALL, { operation, params, unchecked: true });
}

const accept = (): Promise<"accept"> => Promise.resolve("accept");

Deno.test("what Proxmox VE refuses says no secret of the call again", async () => {
  const errors = { password: "too weak: geheim-123", name: "no such name" };
  await using harness = await connect({
    ask: accept,
    transport: (embedded) => ({
      close: () => embedded.close(),
      fetch: (url, request) =>
        url.pathname.startsWith(NEW)
          ? Promise.resolve(Response.json({ data: null, errors, message: "not geheim-123" }, {
            status: 400,
          }))
          : embedded.fetch(url, request),
    }),
  });
  const params = { name: "one", password: "geheim-123" };
  const refused = await unchecked(harness, "POST /cluster/new-thing", params);
  assertFailed(refused, /^Cannot do POST \/cluster\/new-thing$/, /./);
  assertMatch(refused.text, /password: too weak: \[masked\]/);
  assertMatch(refused.text, /name: no such name/);
  assert(!JSON.stringify(refused).includes("geheim-123"), refused.text);
});

Deno.test("what the facts do not know is sent when a person agrees, secrets masked", async () => {
  const sent: Sent[] = [];
  const questions: string[] = [];
  const ask = (question: string): Promise<"accept"> => {
    questions.push(question);
    return Promise.resolve("accept");
  };
  await using harness = await newer(sent, { ask });
  const params = { name: "a & b", on: true, each: ["x", 2], password: "geheim-123" };
  const done = await unchecked(harness, "POST /cluster/new-thing/é@pve", params);
  assertDone(done, /^POST \/cluster\/new-thing/);
  assert(!done.text.includes("geheim-123"), done.text);
  assertEquals(sent, [{
    url: `${NEW}/${encodeURIComponent("é@pve")}`,
    body: "name=a+%26+b&on=1&each=x&each=2&password=geheim-123",
  }]);
  assertEquals(questions.length, 1);
  assertMatch(questions[0]!, /Lost: what this takes away is not known/);
  assert(!questions[0]!.includes("geheim-123"), questions[0]);
  assertDone(await unchecked(harness, "GET /cluster/new-thing", { deep: 1 }));
  assertEquals(sent[1]?.url, `${NEW}?deep=1`);
  assertEquals(questions.length, 2);
});

Deno.test("a call that nobody checks is confirmed whatever the settings say", async () => {
  for (const confirm of ["auto", "never", "plan"]) {
    const sent: Sent[] = [];
    await using harness = await newer(sent, { settings: { CONFIRM: confirm } });
    // Some clients fill in every argument that they do not give.
    const first = await unchecked(harness, "POST /cluster/new-thing", { name: "x", confirm: "" });
    assertUnconfirmed(first, /waits to be confirmed/, /^What is not checked is confirmed/, confirm);
    assertEquals(sent, []);
    const code = /confirm=(\S+)/.exec(first.text)?.[1] ?? "";
    assertDone(await unchecked(harness, "POST /cluster/new-thing", { name: "x", confirm: code }));
    assertEquals(sent.length, 1);
    const other = { name: "y", confirm: code };
    assertUnconfirmed(await unchecked(harness, "POST /cluster/new-thing", other));
    assertEquals(sent.length, 1);
  }
  const sent: Sent[] = [];
  await using always = await newer(sent, { settings: { CONFIRM: "always" } });
  assertDenied(await unchecked(always, "GET /cluster/new-thing"));
  await using never = await newer(sent, { settings: { CONFIRM: "never" }, ask: declining([]) });
  assertDeclined(await unchecked(never, "GET /cluster/new-thing"));
  assertEquals(sent, []);
});

Deno.test("a call that nobody checks is elevated, and none of a server that only reads", async () => {
  const sent: Sent[] = [];
  for (const options of [{ elevated: false }, { settings: { READ_ONLY: "true" } }]) {
    await using harness = await newer(sent, { ...options, ask: accept });
    assertDenied(await unchecked(harness, "GET /cluster/new-thing"));
  }
  assertEquals(sent, []);
});

Deno.test("a call that nobody checks is refused where it names what is protected", async () => {
  const sent: Sent[] = [];
  const settings = { PROTECT: "101,pve2,web01,prod" };
  await using harness = await newer(sent, { settings, ask: accept });
  const named: readonly (readonly [operation: string, params: Record<string, unknown>])[] = [
    ["POST /nodes/pve1/qemu/100/new-thing", {}],
    ["POST /cluster/new-thing/101", {}],
    ["POST /cluster/new-thing/vm:101", {}],
    ["POST /cluster/new-thing", { vmid: 101 }],
    ["POST /cluster/new-thing", { vmids: ["107", "101"] }],
    ["POST /cluster/new-thing", { disk: "local-lvm:vm-101-disk-0" }],
    ["POST /cluster/new-thing", { guest: "WEB01" }],
    ["POST /cluster/new-thing", { range: "99-104,300-400" }],
    ["POST /cluster/new-thing", { range: "100-105" }],
    ["POST /nodes/pve2/new-thing", {}],
    ["GET /cluster/new-thing", { pool: "prod" }],
  ];
  for (const [operation, params] of named) {
    const label = `${operation} ${JSON.stringify(params)}`;
    assertDenied(await unchecked(harness, operation, params), /is protected$/, undefined, label);
  }
  assertEquals(sent, []);
  assertDone(await unchecked(harness, "POST /cluster/new-thing", { vmid: 107 }));
});

Deno.test("a path that leads elsewhere, a control character and a mask are refused", async () => {
  const sent: Sent[] = [];
  await using harness = await newer(sent, { ask: accept });
  const paths = [
    "/cluster/../access/users",
    "/cluster/./new-thing",
    "/cluster//new-thing",
    "/cluster/new-thing/%2e%2e/x",
    "/cluster/new thing",
    "/cluster/new-thing#x",
    "/cluster/new\\thing",
    "/cluster/new-thing\u0000",
    "/cluster/{name}",
  ];
  for (const path of paths) {
    const answer = await unchecked(harness, `POST ${path}`);
    assertFailed(answer, /^Cannot make this request$/, /Nothing was sent/, path);
  }
  const values = [
    { a: "x\u0007" },
    { a: "../../etc/passwd" },
    { a: "local:../x" },
    { a: "[masked]" },
    { a: { b: 1 } },
    { "a&b": "1" },
    { a: "x".repeat(100_001) },
  ];
  for (const params of values) {
    const answer = await unchecked(harness, "POST /cluster/new-thing", params);
    assertFailed(answer, /^Cannot make this request$/, /Nothing was sent/);
  }
  assertFailed(await unchecked(harness, "POST /cluster/new-thing?x=1"));
  assertFailed(await unchecked(harness, "PATCH /cluster/new-thing"));
  assertEquals(sent, []);
});

Deno.test("what the facts know is called checked, unknown parameters excepted", async () => {
  const sent: Sent[] = [];
  const questions: string[] = [];
  await using harness = await newer(sent, {
    ask: (question) => {
      questions.push(question);
      return Promise.resolve("accept");
    },
  });
  const known = await unchecked(harness, "PUT /nodes/pve3/qemu/105/config", { cores: 1 });
  assertFailed(known, /is known, with all of these parameters/, /Leave out unchecked/);
  const wrong = { cores: "many", "brand-new": 1 };
  assertFailed(await unchecked(harness, "PUT /nodes/pve3/qemu/105/config", wrong));
  assertEquals([sent, questions], [[], []]);
  const params = { delete: "net0", "brand-new": 1 };
  const answer = await unchecked(harness, "PUT /nodes/pve3/qemu/105/config", params);
  // The embedded release does not know it either.
  assertFailed(answer, /^Cannot do PUT/);
  assertMatch(answer.text, /brand-new: property is not defined in schema/);
  assertMatch(questions[0] ?? "", /105[^]*not known/);
  assertEquals(sent.map(({ body }) => body), ["delete=net0&brand-new=1"]);
});

Deno.test("an operation that nobody has is told where unchecked leads, and what came back", async () => {
  const sent: Sent[] = [];
  await using harness = await newer(sent, { ask: accept });
  const unknown = await harness.call(CALL, { operation: "POST /cluster/brand-new" });
  assertMatch(unknown.text, /unchecked=true/);
  const answer = await unchecked(harness, "POST /cluster/brand-new");
  assertFailed(answer, /^Cannot do POST \/cluster\/brand-new$/, /not implemented/);
  assertMatch(answer.text, /Proxmox VE answered 501/);
});

Deno.test("a dry run of what nobody checks sends nothing, and its code does it", async () => {
  const sent: Sent[] = [];
  await using harness = await newer(sent);
  const params = { name: "one", dry_run: true };
  const planned = await unchecked(harness, "POST /cluster/new-thing", params);
  assertDone(planned, /^Dry run of proxmox_api_call unchecked POST \/cluster\/new-thing/);
  assertEquals(sent, []);
  const odd = await unchecked(harness, "POST /cluster/new-thing", {
    ...params,
    dry_run: "perhaps",
  });
  assertFailed(odd);
  assertEquals(sent, []);
  const [, confirm] = /confirm=([\w.-]+)/.exec(planned.text) ?? [];
  assertDone(await unchecked(harness, "POST /cluster/new-thing", { name: "one", confirm }));
  assertEquals(sent.map(({ body }) => body), ["name=one"]);
  await using basic = await newer(sent, { elevated: false });
  const told = await unchecked(basic, "POST /cluster/new-thing", params);
  assertDone(told);
  assert(!told.text.includes("confirm="), told.text);
  assertEquals(sent.length, 1);
});
