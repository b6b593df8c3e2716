/** Why the keys of an identity provider cannot be had, in words that lead on. */
import { fetchKeys, ProviderError } from "../../../../src/mcp/http/oidc/provider_keys.ts";
import { assertMatch, assertRejects } from "../../../assert.ts";

/** An address of this machine that nobody listens on. */
function closedAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}/realms/home`;
}

Deno.test("a provider that cannot be reached is told with what the connection failed of", async () => {
  const { message } = await assertRejects(
    () => fetchKeys({ issuer: closedAddress() }),
    ProviderError,
  );
  assertMatch(message, /^Cannot read \S+\/openid-configuration: .*Connection refused/);
});
