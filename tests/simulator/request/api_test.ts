import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { TestClient } from "../client.ts";

Deno.test("a request without or with a wrong token is a 401 with an empty body", async () => {
  const client = new TestClient();
  client.authorization = undefined;
  const none = await client.ask("GET /nodes");
  assertEquals([none.status, none.reason, none.text], [401, "No ticket", ""]);
  client.authorization = "PVEAPIToken=root@pam!mcp=00000000-0000-0000-0000-000000000000";
  const wrong = await client.ask("GET /nodes");
  assertEquals([wrong.status, wrong.reason, wrong.text], [401, "Authentication failed!", ""]);
  client.authorization = "PVEAPIToken=alice@pve!expired=d3b07384-d113-4ec4-9f1e-5a3c1d9e0006";
  assertEquals((await client.ask("GET /version")).reason, "Authentication failed!");
});

Deno.test("parameters are verified in PVE's words", async () => {
  const client = new TestClient();
  const answer = await client.ask("POST /nodes/pve1/qemu", {
    vmid: 99,
    foo: "bar",
    memory: "abc",
    net0: "badmodel",
  });
  assertEquals([answer.status, answer.reason], [400, "Parameter verification failed."]);
  assertEquals(answer.message, "Parameter verification failed.\n");
  const { net0, ...errors } = answer.errors ?? {};
  assertEquals(errors, {
    memory:
      "invalid format - format error\nmemory.current: type check ('integer') failed - got 'abc'\n",
    foo: "property is not defined in schema and the schema does not allow additional properties",
    vmid: "invalid format - value does not look like a valid VM ID\n",
  });
  assertStringIncludes(
    net0 ?? "",
    "net0.model: value 'badmodel' does not have a value in the enumeration 'e1000, ",
  );
});

Deno.test("a boolean must be 0 or 1 in a form and may be true in JSON", async () => {
  const client = new TestClient();
  const form = await client.ask("PUT /nodes/pve1/qemu/100/config", { onboot: "true" });
  assertEquals(form.errors, { onboot: "type check ('boolean') failed - got 'true'" });
  const json = await client.ask("PUT /nodes/pve1/qemu/100/config", {}, {
    body: JSON.stringify({ onboot: false }),
    type: "application/json",
  });
  assertEquals([json.status, json.data], [200, null]);
  assertEquals((await client.data("GET /nodes/pve1/qemu/100/config")).onboot, 0);
});

Deno.test("missing, repeated and contradicting parameters are named", async () => {
  const client = new TestClient();
  const missing = await client.ask("GET /nodes/pve1/rrddata");
  assertEquals(missing.errors, { timeframe: "property is missing and it is not optional" });
  const repeated = await client.ask("PUT /nodes/pve1/qemu/100/config", {}, {
    body: "name=a&name=b",
  });
  assertEquals(repeated.errors, { name: "type check ('string') failed - got ARRAY" });
  const other = await client.ask("PUT /nodes/pve1/qemu/100/config", { vmid: 101 });
  assertEquals(other.errors, {
    vmid: "duplicate parameter (already defined in URI) with conflicting values!",
  });
});

Deno.test("an unknown path or method is a 501 that names it", async () => {
  const client = new TestClient();
  const path = await client.ask("GET /nonsense/path");
  assertEquals([path.status, path.message], [501, "Method 'GET /nonsense/path' not implemented"]);
  const method = await client.ask("POST /nodes", {});
  assertEquals(method.reason, "Method 'POST /nodes' not implemented");
  const patch = await client.ask("PATCH /nodes/pve1/qemu/100/config");
  assertEquals([patch.status, patch.reason, patch.text], [
    501,
    "method 'PATCH' not available",
    "",
  ]);
});

Deno.test("the HTTP layer refuses what PVE's does", async () => {
  const client = new TestClient();
  const body = await client.ask("DELETE /nodes/pve1/qemu/100", {}, { body: "purge=1" });
  assertEquals([body.status, body.text], [501, "Unexpected content for method 'DELETE'"]);
  const large = await client.ask("PUT /nodes/pve1/qemu/100/config", {}, {
    body: `description=${"x".repeat(600_000)}`,
  });
  assertEquals([large.status, large.text], [501, "for data too large"]);
  const type = await client.ask("POST /nodes/pve1/qemu", {}, { body: "x", type: "text/plain" });
  assertEquals(type.status, 506);
  const json = await client.ask("POST /nodes/pve1/qemu", {}, {
    body: "{nope",
    type: "application/json",
  });
  assertEquals([json.status, json.data], [500, undefined]);
});

Deno.test("a slash that was escaped leaves its slot, as in PVE", async () => {
  const client = new TestClient();
  const answer = await client.data<unknown[]>("GET /nodes/pve1%2Fqemu");
  assert(answer.length > 1 && "vmid" in (answer[0] as object));
});

Deno.test("permissions are checked before parameters, and a token of root is not root", async () => {
  const client = new TestClient();
  const root = await client.ask("POST /nodes/pve1/execute", { commands: "[]" });
  assertEquals([root.status, root.message], [
    403,
    "Permission check failed (user != root@pam)\n",
  ]);
  const token = await client.ask("PUT /access/password", {
    userid: "root@pam",
    password: "abcdefgh1",
  });
  assertEquals([token.status, token.reason], [
    403,
    "Permission check failed (URI '/access/password' not available with API token, need proper " +
    "ticket.",
  ]);
  const args = await client.ask("PUT /nodes/pve1/qemu/100/config", { args: "-nographic" });
  assertEquals([args.status, args.message], [500, "only root can set 'args' config\n"]);
  client.use("limited");
  const start = await client.ask("POST /nodes/pve1/qemu/100/status/start", { nonsense: 1 });
  assertEquals([start.status, start.message], [
    403,
    "Permission check failed (/vms/100, VM.PowerMgmt)\n",
  ]);
  const listed = await client.data<unknown[]>("GET /nodes/pve1/qemu");
  assert(listed.length > 0);
});

Deno.test("a call goes to the node that it names, or says why it cannot", async () => {
  const client = new TestClient();
  const unknown = await client.ask("GET /nodes/nosuch/status");
  assertEquals([unknown.status, unknown.reason], [
    500,
    "hostname lookup 'nosuch' failed - failed to get address info for: nosuch: " +
    "Temporary failure in name resolution",
  ]);
  client.simulator.faults.add({ kind: "node-offline", node: "pve2" });
  const down = await client.ask("GET /nodes/pve2/status");
  assertEquals([down.status, down.reason, down.text], [595, "No route to host", ""]);
  client.simulator.faults.clear();
  client.simulator.faults.add({ kind: "node-silent", node: "pve2" });
  const before = client.clock.now();
  const silent = await client.ask("GET /nodes/pve2/status");
  assertEquals([silent.status, silent.reason], [596, "Connection timed out"]);
  assertEquals(client.clock.now() - before, 30_000);
});

Deno.test("requests are remembered", async () => {
  const client = new TestClient();
  await client.ask("PUT /nodes/pve1/qemu/100/config", { description: "x y" });
  const seen = client.simulator.requests.at(-1);
  assertEquals(
    [seen?.method, seen?.path, seen?.body],
    ["PUT", "/api2/json/nodes/pve1/qemu/100/config", "description=x+y"],
  );
});
