/**
 * Traces and metrics of the program after a scripted session over HTTP, with an embedded Proxmox VE
 * behind a real TLS port, compared with what was called; and that nothing private is in them.
 *
 * @module
 */
import type { McpTransport } from "../../src/mcp/sdk.ts";
import { StreamableHTTPClientTransport } from "../../src/mcp/sdk_client.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { startPve } from "../cli/doctor/pve_server.ts";
import { callTool, newClient } from "../harness.ts";
import { receiveOtlp } from "./otlp_receiver.ts";
import { serveProgram } from "./served.ts";

/** Names, values, addresses and words of the session that nobody but its client may learn. */
const PRIVATE = [
  /web01|nosuch|before-upgrade|what-for/,
  /pve\d/,
  /api2|\/mcp|\/cluster\/resources\?/,
  /127\.0\.0\.1|localhost/,
  /11111111-2222|root@pam/,
  /exception\.(message|stacktrace)/,
  /url\.(full|path|query)/,
];

Deno.test("a span of each call holds its requests, metrics count them, and neither tells what is private", async () => {
  await using receiver = receiveOtlp();
  await using pve = await startPve();
  const { id, secret } = pve.simulator.tokens.full;
  await using server = await serveProgram(
    ["serve", "--http", "127.0.0.1:0", "--without-token"],
    {
      PROXMOX_HOST: `localhost:${pve.server.port}`,
      PROXMOX_TOKEN_NAME: id,
      PROXMOX_TOKEN_VALUE: secret,
      PROXMOX_SSL_MODE: "verify",
      PROXMOX_SSL_FINGERPRINT: pve.certificate.fingerprint,
      PROXMOX_ALLOW_ELEVATED: "true",
      PROXMOX_METRICS_ADDRESS: "127.0.0.1:0",
      PROXMOX_LOG_LEVEL: "debug",
      OTEL_DENO: "true",
      OTEL_SERVICE_NAME: "proxmox-mcp",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    },
    undefined,
    "127.0.0.1,localhost",
  );
  const client = newClient({});
  await client.connect(new StreamableHTTPClientTransport(server.url) as McpTransport);
  const before = pve.simulator.requests.length;
  await callTool(client, "proxmox_guest_list");
  await callTool(client, "proxmox_guest_snapshot", {
    action: "create",
    vmid: "web01",
    snapname: "before-upgrade",
    description: "what-for",
  });
  await callTool(client, "proxmox_guest_start", { vmid: "nosuch" });
  pve.simulator.faults.add({ kind: "reset", match: { path: "/version" } });
  await callTool(client, "proxmox_api_call", { operation: "GET /version" });
  pve.simulator.faults.clear();
  const sent = pve.simulator.requests.slice(before);

  const metrics = /^Serving metrics at (\S+)$/m.exec(server.stderr)?.[1];
  const text = await (await fetch(metrics!)).text();
  assertMatch(text, /^proxmox_mcp_sessions 1$/m);
  assertMatch(text, /^proxmox_mcp_pve_connections [1-9]/m);
  assertMatch(
    text,
    /^proxmox_mcp_calls_total\{.*guest_snapshot",action="create",outcome="ok"\} 1$/m,
  );
  await client.close();
  assertEquals(await server.end("SIGTERM"), 0);

  const spans = receiver.spans();
  const own = spans.filter(({ scope }) => scope === "proxmox-mcp");
  const calls = own.filter(({ attributes }) => "mcp.tool" in attributes);
  assertEquals(
    calls.map(({ attributes, failed }) => [
      attributes["mcp.tool"],
      attributes["mcp.action"],
      attributes["mcp.outcome"],
      failed,
    ]),
    [
      ["proxmox_guest_list", "default", "ok", false],
      ["proxmox_guest_snapshot", "create", "ok", false],
      ["proxmox_guest_start", "default", "failed", true],
      ["proxmox_api_call", "GET /version", "failed", true],
    ],
  );
  const requests = own.filter(({ attributes }) => "http.request.method" in attributes);
  const answered = requests.filter(({ failed }) => !failed);
  assertEquals(answered.length, sent.filter(({ path }) => !path.endsWith("/version")).length);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  for (const request of requests) {
    let parent = byId.get(request.parentSpanId);
    while (parent && !calls.includes(parent)) parent = byId.get(parent.parentSpanId);
    assert(parent, `${request.name} is in no call`);
    assertEquals(parent.traceId, request.traceId);
  }
  const posted = requests.find(({ attributes }) => attributes["http.request.method"] === "POST");
  assertEquals(posted?.name, "POST /nodes/{node}/qemu/{vmid}/snapshot");
  assertEquals(posted?.attributes["http.response.status_code"], "200");
  assert(own.some(({ name }) => name === "task qmsnapshot"));
  assert(spans.some(({ scope }) => scope === "deno"), "Deno's own spans are held to the same");

  for (const { path, text } of receiver.received) {
    for (const pattern of PRIVATE) assertEquals(pattern.exec(text)?.[0], undefined, path);
    assert(path !== "/v1/logs", text);
  }
});
