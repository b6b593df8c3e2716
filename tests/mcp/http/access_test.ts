import { Access, isLoopback, servedHosts } from "../../../src/mcp/http/access.ts";
import { SharedCaller } from "../../../src/mcp/http/caller.ts";
import { ToolCatalog } from "../../../src/mcp/tool_catalog.ts";
import { oneCluster } from "../../../src/tool/clusters.ts";
import { embed } from "../../harness.ts";
import { parseAddress, tokenFor } from "../../../src/mcp/http/listen.ts";
import { ConfigError } from "../../../src/config/config_error.ts";
import { parseHost } from "../../../src/config/values.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../../assert.ts";

const LOCAL = { hostname: "127.0.0.1", port: 8808 };
const PUBLIC = { hostname: "192.0.2.10", port: 8808 };
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

Deno.test("parseAddress() takes host and port, or a port alone", () => {
  const cases: [string, string, number][] = [
    ["127.0.0.1:8808", "127.0.0.1", 8808],
    ["8808", "127.0.0.1", 8808],
    ["[::1]:0", "[::1]", 0],
    ["MCP.Example.com:443", "mcp.example.com", 443],
    ["0.0.0.0:80", "0.0.0.0", 80],
  ];
  for (const [text, hostname, port] of cases) {
    assertEquals(parseAddress(text), { hostname, port }, text);
  }
  for (const text of ["", "localhost", "::1:8808", "a:99999", "http://a:80", "a b:80", "a:80/x"]) {
    assertEquals(parseAddress(text), undefined, text);
  }
});

Deno.test("isLoopback() knows what no other machine reaches", () => {
  for (const hostname of ["127.0.0.1", "127.1.2.3", "localhost", "[::1]"]) {
    assertEquals(isLoopback({ hostname, port: 1 }), true, hostname);
  }
  for (const hostname of ["0.0.0.0", "[::]", "192.0.2.1", "localhost.example.com"]) {
    assertEquals(isLoopback({ hostname, port: 1 }), false, hostname);
  }
});

Deno.test("servedHosts() are the address, this machine's own names, and those of the settings", () => {
  assertEquals(servedHosts(LOCAL).sort(), LOOPBACK.toSorted());
  assertEquals(servedHosts(PUBLIC, [parseHost("https://MCP.example.com:8808/")]), [
    "192.0.2.10",
    "mcp.example.com",
  ]);
  assertEquals(
    servedHosts({ hostname: "0.0.0.0", port: 1 }).sort(),
    ["0.0.0.0", ...LOOPBACK].sort(),
  );
});

Deno.test("tokenFor() demands a token, long enough, except where only this machine reaches", () => {
  const token = "0123456789abcdef";
  const httpAuth = "token";
  assertEquals(tokenFor(PUBLIC, { httpAuth, httpToken: token }, false), token);
  assertEquals(tokenFor(LOCAL, { httpAuth, httpToken: undefined }, true), undefined);
  const cases: [typeof LOCAL, string | undefined, boolean, string][] = [
    [LOCAL, undefined, false, "or give --without-token"],
    [PUBLIC, undefined, false, "PROXMOX_HTTP_TOKEN: not set"],
    [PUBLIC, undefined, true, "--without-token: not allowed on 192.0.2.10"],
    [LOCAL, token, true, "leave one of them out"],
    [LOCAL, "short", false, "expected 16 characters or more"],
    [LOCAL, "a token that has spaces", false, "without spaces"],
  ];
  for (const [address, given, open, problem] of cases) {
    const error = assertThrows(
      () => tokenFor(address, { httpAuth, httpToken: given }, open),
      ConfigError,
    );
    assertStringIncludes(error.problems.join(), problem);
  }
});

Deno.test("tokenFor() wants no token for all where each caller has one of their own", () => {
  const httpAuth = "pve";
  assertEquals(tokenFor(PUBLIC, { httpAuth, httpToken: undefined }, false), undefined);
  const error = assertThrows(
    () => tokenFor(LOCAL, { httpAuth, httpToken: "0123456789abcdef" }, true),
    ConfigError,
  );
  assertEquals(error.problems.map((problem) => problem.split(":")[0]), [
    "PROXMOX_HTTP_TOKEN",
    "--without-token",
  ]);
});

async function statusOf(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const catalog = new ToolCatalog({ clusters: oneCluster(embed({}).services), tools: [] });
  const hosts = ["127.0.0.1", "localhost", "mcp.example.com"];
  const claim = await new Access(hosts, new SharedCaller(catalog, "right"))
    .claimOf(new Request(url, { headers }));
  return "reason" in claim ? claim.status : undefined;
}

Deno.test("Access refuses hosts that are not served, pages of other origins, and wrong tokens", async () => {
  const Authorization = "Bearer right";
  const cases: [string, Record<string, string>, number | undefined][] = [
    ["http://127.0.0.1:8808/mcp", { Authorization }, undefined],
    ["http://localhost/mcp", { Authorization: "bearer  right" }, undefined],
    ["http://evil.example.com/mcp", { Authorization }, 403],
    ["http://127.0.0.1.evil.example.com/mcp", { Authorization }, 403],
    ["http://127.0.0.1:8808/mcp", { Authorization, Origin: "http://127.0.0.1:8808" }, undefined],
    ["http://127.0.0.1:8808/mcp", { Authorization, Origin: "http://127.0.0.1:3000" }, 403],
    ["http://127.0.0.1:8808/mcp", { Authorization, Origin: "http://localhost:3000" }, 403],
    ["http://127.0.0.1:8808/mcp", { Authorization, Origin: "https://evil.example.com" }, 403],
    ["http://127.0.0.1:8808/mcp", { Authorization, Origin: "null" }, 403],
    ["http://127.0.0.1:8808/mcp", { Authorization, Origin: "https://mcp.example.com" }, undefined],
    ["http://localhost/mcp", {}, 401],
    ["http://localhost/mcp", { Authorization: "Bearer wrong" }, 401],
    ["http://localhost/mcp", { Authorization: "Bearer right2" }, 401],
    ["http://localhost/mcp", { Authorization: "Basic right" }, 401],
    ["http://localhost/mcp", { Authorization: "right" }, 401],
  ];
  for (const [url, headers, status] of cases) {
    assertEquals(await statusOf(url, headers), status, `${url} ${JSON.stringify(headers)}`);
  }
});
