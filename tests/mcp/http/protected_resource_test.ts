/** What clients are told of where to get access tokens. */
import { ProtectedResource } from "../../../src/mcp/http/protected_resource.ts";
import { assertEquals } from "../../assert.ts";
import { serve } from "./oidc/served.ts";
import { headers } from "./served.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

Deno.test("metadata name the resource and its provider, for everybody who asks a served host", async () => {
  await using served = await serve();
  const { url, provider, handler } = served;
  for (const path of [WELL_KNOWN, `${WELL_KNOWN}/mcp`]) {
    const response = await fetch(new URL(path, url));
    assertEquals(response.headers.get("content-type"), "application/json");
    assertEquals(await response.json(), {
      resource: url.href,
      authorization_servers: [provider.issuer],
      scopes_supported: ["openid", "profile"],
      bearer_methods_supported: ["header"],
      resource_name: "Proxmox VE",
    });
  }
  for (
    const [address, method, status] of [
      [`http://evil.example.com${WELL_KNOWN}`, "GET", 403],
      [`http://127.0.0.1${WELL_KNOWN}/other`, "GET", 401],
      [`http://127.0.0.1${WELL_KNOWN}`, "POST", 401],
    ] as const
  ) {
    const request = new Request(address, { method, headers: headers({ Authorization: "" }) });
    assertEquals((await handler.handle(request, "test")).status, status, address);
  }
  assertEquals(served.simulator.requests.length, 0);
});

Deno.test("behind a proxy the URL of the settings is the resource, whatever a request is for", async () => {
  const resource = new ProtectedResource({
    path: "/mcp",
    url: "https://mcp.example.com/proxmox/mcp",
    issuer: "https://id.example.com/",
    scopes: [],
  });
  const request = new Request(`http://127.0.0.1:8808${WELL_KNOWN}/proxmox/mcp`);
  assertEquals(await resource.metadata(request)?.json(), {
    resource: "https://mcp.example.com/proxmox/mcp",
    authorization_servers: ["https://id.example.com/"],
    bearer_methods_supported: ["header"],
    resource_name: "Proxmox VE",
  });
  assertEquals(
    resource.challenge(request, { status: 401, reason: "" }),
    `Bearer resource_metadata="https://mcp.example.com${WELL_KNOWN}/proxmox/mcp"`,
  );
});
