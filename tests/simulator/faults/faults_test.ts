import { VirtualClock } from "../../virtual_clock.ts";
import { TransportError } from "../../../src/pve/transport/transport.ts";
import { faultForms, parseFaults } from "../../../src/simulator/faults/flags.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "../../assert.ts";
import { TestClient } from "../client.ts";

Deno.test("connections are refused and reset, before the request is handled or after", async () => {
  const client = new TestClient();
  const { faults } = client.simulator;
  const start = "POST /nodes/pve3/qemu/107/status/start";
  faults.add({ kind: "refused", times: 1 });
  const refused = await assertRejects(() => client.ask(start), TransportError);
  assertEquals([refused.failure, refused.details.maybeSent], ["refused", false]);
  faults.add({ kind: "reset", times: 1 });
  const reset = await assertRejects(() => client.ask(start), TransportError);
  assertEquals([reset.failure, reset.details.maybeSent], ["reset", true]);
  assertEquals(client.simulator.cluster.tasks.running, 0);
  faults.add({ kind: "reset", handled: true, times: 1 });
  await assertRejects(() => client.ask(start), TransportError);
  assertEquals(client.simulator.cluster.tasks.running, 1);
});

Deno.test("a node that is down cannot be asked, others can", async () => {
  const client = new TestClient();
  client.simulator.faults.add({ kind: "node-offline", node: "pve1" });
  for (const host of ["pve1", "pve1.example.com", "192.0.2.11"]) {
    const error = await assertRejects(
      () => client.ask("GET /version", {}, { host }),
      TransportError,
    );
    assertEquals([error.failure, error.details.maybeSent], ["unreachable", false]);
  }
  assertEquals((await client.ask("GET /version", {}, { host: "pve2" })).status, 200);
  assertEquals((await client.ask("GET /version", {}, { host: "127.0.0.1" })).status, 200);
});

Deno.test("a fault is for the requests that it fits, and as often as it says", async () => {
  const client = new TestClient();
  const remove = client.simulator.faults.add({
    kind: "status",
    status: 503,
    match: { method: "GET", path: "/nodes/pve1" },
    times: 2,
  });
  assertEquals((await client.ask("GET /version")).status, 200);
  assertEquals((await client.ask("GET /nodes/pve1/status")).status, 503);
  assertEquals((await client.ask("GET /nodes/pve1/status")).status, 503);
  assertEquals((await client.ask("GET /nodes/pve1/status")).status, 200);
  remove();
  client.simulator.faults.add({ kind: "status", status: 500, match: { path: /pve2$/ } });
  client.simulator.faults.clear();
  assertEquals((await client.ask("GET /nodes/pve2")).status, 200);
});

Deno.test("answers are spoiled: a web page, half a body, no JSON", async () => {
  const client = new TestClient();
  const { faults } = client.simulator;
  faults.add({ kind: "html", times: 1 });
  const page = await client.ask("GET /version");
  assertEquals([page.status, page.reason, page.data], [502, "Bad Gateway", undefined]);
  assertStringIncludes(page.text, "<title>502 Bad Gateway</title>");
  faults.add({ kind: "bad-json", times: 1 });
  const json = await client.ask("GET /version");
  assertEquals([json.status, json.data], [200, undefined]);
  faults.add({ kind: "half-body", times: 1 });
  await assertRejects(() => client.ask("GET /version"), TransportError);
});

Deno.test("time can pass before an answer, and be wrong inside the cluster", async () => {
  const client = new TestClient();
  client.simulator.faults.add({ kind: "latency", ms: 45_000, times: 1 });
  const before = client.clock.now();
  await client.ask("GET /version");
  assertEquals(client.clock.now() - before, 45_000);
  client.simulator.faults.add({ kind: "clock-skew", seconds: 7_200 });
  assertEquals(client.simulator.cluster.now(), Math.floor(client.clock.now() / 1000) + 7_200);
});

Deno.test("a token expires on demand", async () => {
  const client = new TestClient();
  client.simulator.faults.add({ kind: "token-expired" });
  const answer = await client.ask("GET /version");
  assertEquals([answer.status, answer.reason], [401, "token 'demo' access expired"]);
});

Deno.test("a guest that moved is listed where it was for a while", async () => {
  const client = new TestClient();
  const listed = async (): Promise<unknown> =>
    (await client.data<Record<string, unknown>[]>("GET /cluster/resources", { type: "vm" }))
      .find((row) => row.vmid === 100)?.node;
  client.simulator.faults.add({ kind: "guest-moved", vmid: 100, to: "pve2" });
  assertEquals(await listed(), "pve1");
  assertEquals(
    (await client.ask("GET /nodes/pve1/qemu/100/config")).reason,
    "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist",
  );
  assertEquals((await client.ask("GET /nodes/pve2/qemu/100/config")).status, 200);
  client.clock.advance(11_000);
  assertEquals(await listed(), "pve2");
});

Deno.test("a node that is down takes its guests' figures and, in the end, the quorum", async () => {
  const client = new TestClient();
  client.simulator.faults.add({ kind: "node-offline", node: "pve2" });
  const rows = await client.data<Record<string, unknown>[]>("GET /cluster/resources");
  assertEquals(rows.find((row) => row.id === "node/pve2")?.status, "offline");
  const guest = rows.find((row) => row.vmid === 101);
  assertEquals([guest?.status, guest?.cpu, guest?.name], ["unknown", undefined, undefined]);
  const quorate = async (): Promise<unknown> =>
    (await client.data<Record<string, unknown>[]>("GET /cluster/status"))[0]?.quorate;
  assertEquals(await quorate(), 1);
  client.simulator.faults.add({ kind: "node-offline", node: "pve3" });
  assertEquals(await quorate(), 0);
  const write = await client.ask("PUT /nodes/pve1/qemu/100/config", { description: "x" });
  assertEquals([write.status, write.reason], [500, "cluster not ready - no quorum?"]);
});

Deno.test("an aborted request ends with the signal's reason", async () => {
  const simulator = createSimulator({ clock: new VirtualClock() });
  const reason = new Error("no longer wanted");
  await assertRejects(
    () =>
      simulator.transport().fetch(new URL("https://pve1:8006/api2/json/version"), {
        method: "GET",
        headers: {},
        signal: AbortSignal.abort(reason),
      }),
    Error,
    "no longer wanted",
  );
});

Deno.test("faults are written as flags", () => {
  assertEquals(parseFaults("node-offline=pve3,latency=500,refused"), [
    { kind: "node-offline", node: "pve3" },
    { kind: "latency", ms: 500 },
    { kind: "refused" },
  ]);
  for (const form of faultForms()) {
    const name = form.split("=")[0] ?? "";
    assertEquals(parseFaults(name)[0]?.kind, name);
  }
  const error = assertThrows(() => parseFaults("smoke"), TypeError);
  assertStringIncludes(error.message, 'Cannot simulate "smoke": expected one of bad-json, ');
});

Deno.test("a hostile cluster answers by chance, and the same for the same seed", async () => {
  const told = async (seed: number): Promise<string[]> => {
    const client = new TestClient();
    client.simulator.faults.add({ kind: "hostile", seed });
    const answers: string[] = [];
    for (let time = 0; time < 30; time++) {
      const answer = await client.ask("GET /version").catch((error: Error) => error.message);
      answers.push(typeof answer === "string" ? answer : `${answer.status} ${answer.text}`);
    }
    return answers;
  };
  const [first, again, other] = [await told(1), await told(1), await told(2)];
  assertEquals(first, again);
  assertEquals(first.join() === other.join(), false);
  assertEquals(new Set(first).size > 5, true);
});
