/** The program as a team shares it, over HTTP. */
import { systemClock } from "../../src/base/async/clock.ts";
import type { McpTransport } from "../../src/mcp/sdk.ts";
import { type Client, StreamableHTTPClientTransport } from "../../src/mcp/sdk_client.ts";
import { createAuthority, issueCertificate } from "../../src/simulator/server/certificates.ts";
import { DEMO_SITES, DEMO_TOKEN } from "../../src/simulator/access/demo_token.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "../assert.ts";
import { callTool, newClient } from "../harness.ts";
import { AUDIENCE, IdentityProvider } from "../mcp/http/oidc/identity_provider.ts";
import { runLines, start } from "./process.ts";
import { CAN_ASK, type LoneAnswer, send } from "../mcp/http/stateless.ts";
import { INITIALIZE, post } from "../mcp/http/served.ts";
import { type Running, serveProgram } from "./served.ts";
import { assertDone, assertFailed, MARKS } from "../outcome.ts";

const TOKEN = "a-token-that-nobody-guesses";
/** A call that takes some seconds and tells how far it is. */
const BACKUP = { action: "create", vmid: "web01" };
const HTTP = ["serve", "--demo", "--http"];

function serve(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  read?: string,
): Promise<Running> {
  return serveProgram([...HTTP, "127.0.0.1:0", ...args], env, read);
}

/** What `health` says of a server. */
async function health(
  { host }: URL,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly [code: number, said: string]> {
  const { code, stdout, stderr } = await runLines(
    start(["health", host], env, { net: "127.0.0.1" }),
    [],
  );
  return [code, stdout + stderr];
}

async function connect(
  url: URL,
  http?: Deno.HttpClient,
  token = TOKEN,
  more: Readonly<Record<string, string>> = {},
): Promise<Client> {
  const client = newClient({});
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { Authorization: `Bearer ${token}`, ...more } },
    fetch: (to, init) => fetch(to, { ...init, ...(http ? { client: http } : {}) }),
  });
  await client.connect(transport as McpTransport);
  return client;
}

Deno.test("over TLS with a token, HTTP/1.1 and HTTP/2 answer alike; SIGTERM lets a call end", async () => {
  const folder = await Deno.makeTempDir();
  const authority = await createAuthority();
  const certificate = await issueCertificate({ authority, names: ["127.0.0.1"] });
  await Deno.writeTextFile(`${folder}/cert.pem`, certificate.certificate);
  await Deno.writeTextFile(`${folder}/key.pem`, certificate.privateKey);
  await Deno.writeTextFile(`${folder}/token`, `${TOKEN}\n`);
  await using server = await serve(
    {
      PROXMOX_ALLOW_ELEVATED: "true",
      PROXMOX_HTTP_TOKEN_FILE: `${folder}/token`,
      PROXMOX_HTTP_TLS_CERT: `${folder}/cert.pem`,
      PROXMOX_HTTP_TLS_KEY: `${folder}/key.pem`,
    },
    [],
    folder,
  );
  assertEquals(server.url.protocol, "https:");
  const tls = { PROXMOX_HTTP_TLS_CERT: `${folder}/cert.pem` };
  assertEquals(await health(server.url, tls), [0, `The server at ${server.url.host} is alive\n`]);
  const caCerts = [authority.certificate];
  for (const http2 of [false, true]) {
    using http = Deno.createHttpClient({ caCerts, http1: !http2, http2 });
    const refused = await fetch(server.url, { method: "POST", body: "{}", client: http });
    assertEquals([refused.status, await refused.text()], [401, ""]);
    const client = await connect(server.url, http);
    assertEquals((await client.listPrompts()).prompts.length, 6);
    if (!http2) {
      await client.close();
      continue;
    }
    const started = Promise.withResolvers<void>();
    const request = { name: "proxmox_backup", arguments: BACKUP };
    const call = client.callTool(request, undefined, { onprogress: () => started.resolve() });
    await started.promise;
    const code = server.end("SIGTERM");
    assertStringIncludes(
      JSON.stringify((await call).content),
      `${MARKS.done}Backed up web01 (100)`,
    );
    await client.close();
    assertEquals(await code, 0);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("SIGTERM and SIGINT cancel a call, whose answer names the task that goes on", async () => {
  const env = { PROXMOX_ALLOW_ELEVATED: "true", PROXMOX_HTTP_TOKEN: TOKEN };
  await using server = await serve(env);
  const client = await connect(server.url);
  const started = Promise.withResolvers<void>();
  const request = { name: "proxmox_backup", arguments: BACKUP };
  const call = client.callTool(request, undefined, { onprogress: () => started.resolve() });
  await started.promise;
  const code = server.end("SIGTERM", "SIGINT");
  assertMatch(JSON.stringify((await call).content), /has started and goes on.*upid=UPID:pve1:/);
  await client.close();
  assertEquals(await code, 0);
});

Deno.test("two programs with one key take the answer to each other's question, in MCP without sessions", async () => {
  const folder = await Deno.makeTempDir();
  const key = `${folder}/state-key`;
  await Deno.writeTextFile(key, `${crypto.randomUUID()}\n`, { mode: 0o600 });
  const env = {
    PROXMOX_ALLOW_ELEVATED: "true",
    PROXMOX_HTTP_TOKEN: TOKEN,
    PROXMOX_HTTP_STATE_KEY_FILE: key,
  };
  await using one = await serve(env, [], folder);
  await using other = await serve(env, [], folder);
  const call = (url: URL, more: object): Promise<LoneAnswer> => {
    const params = { name: "proxmox_guest_delete", arguments: { vmid: 107 }, ...more };
    return send(url, { method: "tools/call", params, capabilities: CAN_ASK });
  };
  const asked = await call(one.url, {});
  assertEquals(asked.result?.resultType, "input_required");
  const { requestState } = asked.result ?? {};
  const inputResponses = { confirmation: { action: "accept", content: {} } };
  const done = await call(other.url, { requestState, inputResponses });
  assertMatch(JSON.stringify(done.result?.content), /Deleted|deleted/);
  const again = await call(other.url, { requestState, inputResponses });
  assertEquals(again.result?.isError, true);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("SIGTERM ends the program though its client reads nothing", async () => {
  await using server = await serve({}, ["--without-token"]);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(server.url.port) });
  const lines = [
    "POST /mcp HTTP/1.1",
    `Host: ${server.url.host}`,
    "Content-Type: application/json",
    "Accept: */*",
  ];
  const send = async (message: unknown, ...more: readonly string[]): Promise<void> => {
    const body = JSON.stringify(message);
    const head = [...lines, ...more, `Content-Length: ${body.length}`, "", body];
    await connection.write(new TextEncoder().encode(head.join("\r\n")));
  };
  const chunk = new Uint8Array(65_536);
  const receive = async (): Promise<string> =>
    new TextDecoder().decode(chunk.subarray(0, await connection.read(chunk) ?? 0));
  const client = { name: "test", version: "1" };
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: client };
  await send({ jsonrpc: "2.0", id: 0, method: "initialize", params });
  let answer = "";
  while (!answer.endsWith("\r\n0\r\n\r\n")) answer += await receive();
  const session = /^mcp-session-id: .*$/im.exec(answer)?.[0] ?? "";
  // One answer that is more than a connection holds.
  const lists = Array.from(
    { length: 100 },
    (_, id) => ({ jsonrpc: "2.0", id, method: "tools/list" }),
  );
  await send(lists, session);
  assertMatch(await receive(), /^HTTP\/1\.1 200 /);
  assertEquals(await server.end("SIGTERM"), 0);
});

Deno.test("without a token it serves this machine alone, and only when told to", async () => {
  await using server = await serve({}, ["--without-token"]);
  assertEquals((await fetch(new URL("/healthz", server.url))).status, 200);
  const client = await connect(server.url);
  assertDone(await callTool(client, "proxmox_guest_list"), /^Guests: /);
  await client.close();
  const port = server.url.port;
  const second = await runLines(
    start([...HTTP, port, "--without-token"], {}, { net: "127.0.0.1" }),
    [],
  );
  assertEquals([second.code, second.stdout], [1, ""]);
  assertStringIncludes(second.stderr, `127.0.0.1:${port} is in use by another program`);
  assertEquals(await server.end("SIGTERM"), 0);
});

Deno.test("with PROXMOX_HTTP_AUTH=pve each caller has the rights of a token of their own", async () => {
  const { full, limited } = createSimulator().tokens;
  const env = {
    PROXMOX_HTTP_AUTH: "pve",
    PROXMOX_ALLOW_ELEVATED: "true",
  };
  await using server = await serve(env);
  const change = { vmid: "dns01", description: "changed" };
  for (
    const [{ id, secret }, assertOutcome] of [[limited, assertFailed], [full, assertDone]] as const
  ) {
    const client = await connect(server.url, undefined, btoa(`${id}=${secret}`));
    assertDone(await callTool(client, "proxmox_guest_list"), /^Guests: /);
    assertOutcome(await callTool(client, "proxmox_guest_config_update", change));
    await client.close();
  }
  await assertRejects(() => connect(server.url, undefined, `${full.id}=${limited.secret}`));
  assertEquals(await server.end("SIGTERM"), 0);
});

Deno.test("with PROXMOX_HTTP_AUTH=oidc an identity provider names each, and a file says who they are", async () => {
  await using provider = await IdentityProvider.start(systemClock);
  const folder = await Deno.makeTempDir();
  const { full, limited } = createSimulator().tokens;
  await Deno.writeTextFile(`${folder}/bob`, limited.secret, { mode: 0o600 });
  const people = {
    person_claim: "preferred_username",
    people: [
      { person: "alice", token: { id: full.id, secret_env: "PROXMOX_ALICES_SECRET" } },
      { person: "bob", token: { id: limited.id, secret_file: "bob" } },
    ],
  };
  await Deno.writeTextFile(`${folder}/people.json`, JSON.stringify(people));
  const env = {
    PROXMOX_HTTP_AUTH: "oidc",
    PROXMOX_HTTP_OIDC_ISSUER: provider.issuer,
    PROXMOX_HTTP_OIDC_AUDIENCE: AUDIENCE,
    PROXMOX_HTTP_PEOPLE_FILE: `${folder}/people.json`,
    PROXMOX_ALICES_SECRET: full.secret,
    PROXMOX_ALLOW_ELEVATED: "true",
  };
  await using server = await serve(env, [], folder);
  const change = { vmid: "dns01", description: "changed" };
  for (const [name, assertOutcome] of [["bob", assertFailed], ["alice", assertDone]] as const) {
    const client = await connect(server.url, undefined, await provider.tokenOf(name));
    assertOutcome(await callTool(client, "proxmox_guest_config_update", change));
    await client.close();
  }
  const wrong = { claims: { aud: "https://elsewhere.example.com" } };
  const token = await provider.tokenOf("alice", wrong);
  await assertRejects(() => connect(server.url, undefined, token));
  const metadata = new URL("/.well-known/oauth-protected-resource/mcp", server.url);
  assertEquals((await (await fetch(metadata)).json()).resource, server.url.href);
  assertEquals(await server.end("SIGTERM"), 0);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("with PROXMOX_HTTP_AUTH=oidc people are let in to the clusters that they are mapped to", async () => {
  await using provider = await IdentityProvider.start(systemClock);
  const folder = await Deno.makeTempDir();
  const path = `${folder}/people.json`;
  const { id } = DEMO_TOKEN;
  const [home, lab] = [DEMO_SITES.home, DEMO_SITES.lab].map(({ secret }) => ({ id, secret }));
  const write = (tokens: object): Promise<void> =>
    Deno.writeTextFile(
      path,
      JSON.stringify({
        person_claim: "preferred_username",
        people: [{ person: "alice", tokens: { home, lab } }, { person: "bob", tokens }],
      }),
      { mode: 0o600 },
    );
  const env = {
    PROXMOX_HTTP_AUTH: "oidc",
    PROXMOX_HTTP_OIDC_ISSUER: provider.issuer,
    PROXMOX_HTTP_OIDC_AUDIENCE: AUDIENCE,
    PROXMOX_HTTP_PEOPLE_FILE: path,
  };
  await write({ away: home });
  const refused = await runLines(
    start([...HTTP, "127.0.0.1:0", "--clusters"], env, { net: "127.0.0.1", read: folder }),
    [],
  );
  assertEquals(refused.code, 2);
  assertStringIncludes(
    refused.stderr,
    "people[1].tokens.away: expected one of the clusters home, lab, branch",
  );
  await write({ home });
  await using server = await serve(env, ["--clusters"], folder);
  const nodes = new Set<string>();
  for (const [name, cluster] of [["alice", "home"], ["alice", "lab"], ["bob", "home"]] as const) {
    const header = { "X-Proxmox-Cluster": cluster };
    const token = await provider.tokenOf(name);
    const client = await connect(server.url, undefined, token, header);
    const answer = await callTool(client, "proxmox_node", { action: "list" });
    assertDone(answer);
    nodes.add(answer.text);
    await client.close();
  }
  assertEquals(nodes.size, 2, "each cluster has nodes of its own");
  const refusals = [["bob", "lab", 403], ["alice", "branch", 403], ["alice", "away", 400]] as const;
  for (const [name, cluster, status] of refusals) {
    const Authorization = `Bearer ${await provider.tokenOf(name)}`;
    const header = { Authorization, "X-Proxmox-Cluster": cluster };
    const response = await post(server.url, INITIALIZE, header);
    assertEquals([name, cluster, response.status], [name, cluster, status]);
    await response.body?.cancel();
  }
  assertEquals(await server.end("SIGTERM"), 0);
  await Deno.remove(folder, { recursive: true });
});

for (
  const [args, env, code, words] of [
    [["127.0.0.1:0"], {}, 2, "PROXMOX_HTTP_TOKEN: not set"],
    [
      ["127.0.0.1:0"],
      { PROXMOX_HTTP_AUTH: "pve", PROXMOX_HTTP_TOKEN: TOKEN },
      2,
      "PROXMOX_HTTP_AUTH=pve asks each caller for one of their own",
    ],
    [["127.0.0.1:0"], { PROXMOX_HTTP_AUTH: "oauth" }, 2, "expected token, pve, oidc"],
    [["127.0.0.1:0"], { PROXMOX_HTTP_AUTH: "oidc" }, 2, "PROXMOX_HTTP_OIDC_AUDIENCE: not set"],
    [
      ["127.0.0.1:0"],
      { PROXMOX_HTTP_AUTH: "oidc", PROXMOX_HTTP_OIDC_ISSUER: "http://id.example.com" },
      2,
      "PROXMOX_HTTP_OIDC_ISSUER: expected https",
    ],
    [["127.0.0.1:0"], { PROXMOX_HTTP_TOKEN: "short" }, 2, "expected 16 characters or more"],
    [["0.0.0.0:0", "--without-token"], {}, 2, "--without-token: not allowed on 0.0.0.0"],
    [["somewhere"], {}, 2, "Expected an address such as 127.0.0.1:8808"],
    [["127.0.0.2:8808", "--without-token"], {}, 1, "Deno may not listen on 127.0.0.2:8808"],
  ] as const
) {
  Deno.test(`serve --http ${args.join(" ")} ${JSON.stringify(env)} does not start, and says why`, async () => {
    const ended = await runLines(start([...HTTP, ...args], env, { net: "127.0.0.1" }), []);
    assertEquals([ended.code, ended.stdout], [code, ""]);
    assertStringIncludes(ended.stderr, words);
  });
}

Deno.test("health tells a server that is alive from one that has ended, and from none", async () => {
  await using server = await serve({}, ["--without-token"]);
  const { host } = server.url;
  assertEquals(await health(server.url), [0, `The server at ${host} is alive\n`]);
  await server.end("SIGTERM");
  const [code, said] = await health(server.url);
  assertEquals(code, 1);
  assertStringIncludes(said, `The server at ${host} does not answer: `);
});
