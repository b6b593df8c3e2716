/** A client that knows nothing but the server's address finds the provider, and logs in there. */
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth";
import type { McpTransport } from "../../../../src/mcp/sdk.ts";
import { StreamableHTTPClientTransport } from "../../../../src/mcp/sdk_client.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { callTool, newClient } from "../../../harness.ts";
import { assertDone } from "../../../outcome.ts";
import { serve } from "./served.ts";

/** A client's side of the log-in, with what it was told to open in a browser. */
class LogIn implements OAuthClientProvider {
  readonly redirectUrl = "http://127.0.0.1:1/callback";
  readonly clientMetadata = { redirect_uris: [this.redirectUrl] };
  opened: URL | undefined;
  #tokens: ReturnType<OAuthClientProvider["tokens"]>;
  #verifier = "";

  clientInformation(): { client_id: string } {
    return { client_id: "an-mcp-client" };
  }
  tokens(): ReturnType<OAuthClientProvider["tokens"]> {
    return this.#tokens;
  }
  saveTokens(tokens: Parameters<OAuthClientProvider["saveTokens"]>[0]): void {
    this.#tokens = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.opened = url;
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier(): string {
    return this.#verifier;
  }
}

Deno.test("a client that is refused finds the provider by the challenge, logs in, and goes on", async () => {
  await using served = await serve();
  const { url, provider } = served;
  const logIn = new LogIn();
  const transport = (): StreamableHTTPClientTransport =>
    new StreamableHTTPClientTransport(url, { authProvider: logIn });
  const first = transport();
  await assertRejects(() => newClient({}).connect(first as McpTransport), Error, "Unauthorized");
  const { opened } = logIn;
  assert(opened, "it was told where to log in");
  assertEquals(opened.origin + opened.pathname, `${provider.issuer}/authorize`);
  assertEquals(opened.searchParams.get("resource"), url.href);
  assertEquals(opened.searchParams.get("scope"), "openid profile");
  await first.finishAuth(provider.logIn("alice", opened));
  const client = newClient({});
  await client.connect(transport() as McpTransport);
  assertDone(await callTool(client, "proxmox_guest_list"));
  assertEquals(served.people.map(({ caller }) => caller), ["alice"]);
  await client.close();
});

Deno.test("a client whose person is mapped to nothing ends with that, and does not ask for ever", async () => {
  await using served = await serve();
  const logIn = new LogIn();
  const access_token = await served.provider.tokenOf("eve");
  logIn.saveTokens({ access_token, token_type: "Bearer" });
  const transport = new StreamableHTTPClientTransport(served.url, { authProvider: logIn });
  await assertRejects(() => newClient({}).connect(transport as McpTransport));
  assertEquals(served.callers.known.size, 0);
});
