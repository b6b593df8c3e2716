import { systemClock } from "../../src/base/async/clock.ts";
import { loadConfig, readConfig } from "../../src/config/config.ts";
import { upload } from "../../src/pve/bytes.ts";
import { multipart } from "../../src/pve/transport/multipart.ts";
import {
  allClusters,
  callerServices,
  callersTransport,
  closeAll,
  clusterServices,
  lazySeals,
  type PersonalAccess,
  servicesOver,
} from "../../src/cli/services.ts";
import type { Rights } from "../../src/config/people.ts";
import type { Token } from "../../src/pve/credentials.ts";
import type { Services } from "../../src/tool/services.ts";
import { ToolCatalog } from "../../src/mcp/tool_catalog.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { createAuthority, issueCertificate } from "../../src/simulator/server/certificates.ts";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "../assert.ts";
import { startPve } from "./doctor/pve_server.ts";
import { environment } from "../environment.ts";
import { NAMES, serveHttps } from "../pve/transport/tls_server.ts";
import { TransportError } from "../../src/pve/transport/transport.ts";

const authority = await createAuthority();
const certificate = await issueCertificate({ authority, names: NAMES });
function personWith(token: Token): PersonalAccess {
  const rights = { token, grants: [], readOnly: false, elevated: true };
  return { name: token.id, rights, origin: "sent" };
}

const TOKEN = { PROXMOX_TOKEN_NAME: "mcp", PROXMOX_TOKEN_VALUE: "secret-of-the-token" };

Deno.test("clusterServices() reaches the next host over TLS when the first does not answer", async () => {
  const seen: unknown[] = [];
  await using server = await serveHttps(certificate, (incoming, response) => {
    seen.push([incoming.method, incoming.url, incoming.headers.authorization]);
    response.end('{"data":{"version":"9.2.11"}}');
  });
  const { config } = loadConfig(environment({
    ...TOKEN,
    PROXMOX_HOST: `127.0.0.1:1, 127.0.0.1:${server.port}`,
    PROXMOX_SSL_CA_CERT: "/etc/pve-root-ca.pem",
  }, { "/etc/pve-root-ca.pem": authority.certificate }));
  const { pve } = clusterServices(config);
  assertEquals((await pve.request("GET /version", {})).data, { version: "9.2.11" });
  assertEquals(seen, [
    ["GET", "/api2/json/version", "PVEAPIToken=root@pam!mcp=secret-of-the-token"],
  ]);
  pve.close();
});

Deno.test("clusterServices() sends all requests below the path of its host, also after a failover", async () => {
  await using pve = await startPve({ prefix: "/lab/pve" });
  const { id, secret } = pve.simulator.tokens.full;
  const proxy = `https://127.0.0.1:${pve.server.port}/lab/pve/`;
  for (const hosts of [proxy, `127.0.0.1:1, ${proxy}`, `https://127.0.0.1:1/other, ${proxy}`]) {
    const { config } = loadConfig(environment({
      PROXMOX_HOST: hosts,
      PROXMOX_TOKEN_NAME: id,
      PROXMOX_TOKEN_VALUE: secret,
      PROXMOX_SSL_CA_CERT: "/etc/pve-root-ca.pem",
    }, { "/etc/pve-root-ca.pem": pve.authority.certificate }));
    const client = clusterServices(config).pve;
    const { data } = await client.request("GET /version", {});
    assertEquals((data as { readonly version: string }).version.split(".")[0], "9");
    await client.request("POST /pools", { poolid: `pool${hosts.length}` });
    const bytes = new TextEncoder().encode("an image");
    const file = { name: "small.iso", size: bytes.length, stream: ReadableStream.from([bytes]) };
    const upid = await upload(
      client,
      "POST /nodes/{node}/storage/{storage}/upload",
      { node: "pve1", storage: "local" },
      multipart({ content: "iso" }, file),
      {},
    );
    assertMatch(String(upid.data), /^UPID:pve1:/);
    client.close();
  }
});

Deno.test("clusterServices() trusts no certificate that the settings do not name", async () => {
  await using server = await serveHttps(certificate, (_incoming, response) => void response.end());
  const { config } = loadConfig(
    environment({ ...TOKEN, PROXMOX_HOST: `127.0.0.1:${server.port}` }),
  );
  const { pve } = clusterServices(config);
  const error = await assertRejects(() => pve.request("GET /version", {}), TransportError);
  assertEquals(error.details.checks, ["unknown issuer"]);
  assertStringIncludes(String(error.details.hint), "/etc/pve/pve-root-ca.pem");
  pve.close();
});

Deno.test("a caller with rights of their own gets no login, commands in containers or files", async () => {
  const { config } = loadConfig(
    environment({
      PROXMOX_PASSWORD: "proxmox-demo",
      PROXMOX_SSH_ENABLED: "true",
      PROXMOX_SSH_KEY_PATH: "/dev/null",
      PROXMOX_SSH_NODE: "pve1",
      PROXMOX_FILES_DIR: "/tmp",
    }),
    { demo: true },
  );
  const simulator = createSimulator();
  const token = simulator.tokens.limited;
  const shared = servicesOver(config, simulator.transport(), { token });
  const own = servicesOver(config, simulator.transport(), { caller: personWith(token) });
  assertEquals([shared.pve.loginUser, own.pve.loginUser], ["root@pam", undefined]);
  assertEquals([shared.config.sshEnabled, own.config.sshEnabled], [true, false]);
  await assertRejects(() => own.files.open("a.iso"), Error, "a.iso");
});

Deno.test("who is lent snippets reaches no container, and who is lent commands writes no file", async () => {
  const { config } = loadConfig(
    environment({
      PROXMOX_SSH_ENABLED: "true",
      PROXMOX_SSH_KEY_PATH: "/dev/null",
      PROXMOX_SSH_NODE: "pve1",
    }),
    { demo: true },
  );
  const simulator = createSimulator();
  const { limited: token } = simulator.tokens;
  const lent = (grants: Rights["grants"]): Services => {
    const rights = { token, grants, readOnly: false, elevated: true };
    const caller = { name: "alice", rights, origin: "mapped" } as const;
    return servicesOver(config, simulator.transport(), { caller });
  };
  const { signal } = new AbortController();
  const command = { node: "pve1", vmid: 200, command: "id", timeoutSeconds: 1, signal };
  const run = async ({ containerExec }: Services): Promise<unknown> =>
    await (await containerExec()).run(command);
  const file = { node: "pve1", folder: "/tmp/x", name: "a", bytes: new Uint8Array(), signal };
  const write = async ({ nodeFiles }: Services): Promise<unknown> =>
    await (await nodeFiles()).write({ ...file, replaces: false, executable: false });
  // Whoever gets as far as the key would log in.
  const [noNode, noKey] = ["no SSH host is set", "Cannot read the SSH key"];
  await assertRejects(() => run(lent(["snippets"])), Error, noNode);
  await assertRejects(() => write(lent(["snippets"])), Error, noKey);
  await assertRejects(() => run(lent(["ssh"])), Error, noKey);
  await assertRejects(() => write(lent(["ssh"])), Error, noNode);
  for (const act of [run, write]) await assertRejects(() => act(lent([])), Error, noNode);
});

Deno.test("callers with rights of their own share a way to the cluster, and no token", async () => {
  await using pve = await startPve();
  const { config } = loadConfig(
    environment({
      PROXMOX_HOST: `127.0.0.1:${pve.server.port}`,
      PROXMOX_HTTP_AUTH: "pve",
      PROXMOX_SSL_CA_CERT: "/etc/pve-root-ca.pem",
    }, { "/etc/pve-root-ca.pem": pve.authority.certificate }),
    { overHttp: true },
  );
  const transport = callersTransport(config, false);
  const { full, limited } = pve.simulator.tokens;
  const seals = lazySeals(config, systemClock);
  const refused: string[] = [];
  const [one, other, nobody] = [full, limited, { id: full.id, secret: limited.secret }].map(
    (token) =>
      callerServices(config, transport, personWith(token), {
        onRefused: () => refused.push(token.secret),
        seals,
      }).pve,
  );
  await one!.request("GET /version", {});
  one!.close();
  await other!.request("GET /version", {});
  await assertRejects(() => nobody!.request("GET /version", {}), Error);
  assertEquals(refused, [limited.secret]);
  assertEquals(
    pve.simulator.requests.map(({ headers }) => headers.authorization),
    [full, limited, { id: full.id, secret: limited.secret }].map(({ id, secret }) =>
      `PVEAPIToken=${id}=${secret}`
    ),
  );
  transport.close();
});

Deno.test("allClusters() trusts, fails over and logs in for each cluster by its own settings", async () => {
  await using home = await startPve({});
  await using lab = await startPve({});
  const listOf = async (lab_ca: string): Promise<string> => {
    const clusters = allClusters(
      readConfig(environment({
        PROXMOX_CLUSTERS: "home,lab",
        PROXMOX_HOME_HOST: `127.0.0.1:1, 127.0.0.1:${home.server.port}`,
        PROXMOX_HOME_TOKEN_NAME: home.simulator.tokens.full.id,
        PROXMOX_HOME_TOKEN_VALUE: home.simulator.tokens.full.secret,
        PROXMOX_HOME_SSL_CA_CERT: "/etc/home.pem",
        PROXMOX_LAB_HOST: `127.0.0.1:${lab.server.port}`,
        PROXMOX_LAB_TOKEN_NAME: lab.simulator.tokens.full.id,
        PROXMOX_LAB_TOKEN_VALUE: lab.simulator.tokens.full.secret,
        PROXMOX_LAB_SSL_CA_CERT: lab_ca,
      }, {
        "/etc/home.pem": home.authority.certificate,
        "/etc/lab.pem": lab.authority.certificate,
      })),
      false,
    );
    const { signal } = new AbortController();
    const answer = await new ToolCatalog({ clusters, tools: TOOLS })
      .call("proxmox_guest_list", { group: "cluster" }, { signal });
    closeAll(clusters);
    return answer.content[0].text;
  };
  assertStringIncludes(await listOf("/etc/lab.pem"), "Guests: 30 in 2 groups, in 2 clusters");
  assertStringIncludes(await listOf("/etc/home.pem"), "lab is not shown");
});
