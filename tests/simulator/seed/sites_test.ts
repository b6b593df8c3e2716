import { operationFact, operationNames, pathParams } from "../../../src/pve/api.ts";
import { DEMO_SITES } from "../../../src/simulator/access/demo_token.ts";
import { addressOf } from "../../../src/simulator/node/addresses.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import type { SiteName } from "../../../src/simulator/seed/sites.ts";
import { assertEquals, assertNotEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";
import { returnDifferences } from "../returns.ts";

type Row = Readonly<Record<string, unknown>>;

/** Reads that need nothing but a node. */
const READS = operationNames().filter((operation) =>
  operation.startsWith("GET ") && pathParams(operation).every((name) => name === "node")
);

/** What another release or a single node answers otherwise. */
const OTHERWISE: Readonly<Record<string, number>> = {
  "branch GET /cluster/config/join": 424,
  "lab GET /cluster/ha/groups": 200,
};

Deno.test("each site answers the reads that the company's cluster answers", async () => {
  const company = new TestClient();
  for (const site of ["lab", "branch", "twin"] as const) {
    const client = new TestClient({ site });
    const [node = ""] = client.simulator.cluster.nodeNames();
    const answered: Record<string, number> = {};
    const expected: Record<string, number> = {};
    for (const operation of READS) {
      const { status, data } = await client.ask(operation.replace("{node}", node));
      const isUnknown = site === "lab" && operationFact(operation).since !== undefined;
      answered[operation] = status;
      expected[operation] = OTHERWISE[`${site} ${operation}`] ??
        (isUnknown ? 501 : (await company.ask(operation.replace("{node}", "pve1"))).status);
      if (status === 200 && data !== null && site !== "lab") {
        assertEquals(returnDifferences(operation, data), [], `${site}: ${operation}`);
      }
    }
    assertEquals(answered, expected, site);
  }
});

Deno.test("sites differ in release, and a single node has no cluster", async () => {
  const seen: Record<string, unknown> = {};
  for (const site of ["company", "lab", "branch"] as const) {
    const client = new TestClient({ site });
    const { release } = await client.data("GET /version");
    const status = await client.data<Row[]>("GET /cluster/status");
    seen[site] = [release, ...status.map(({ type, name }) => `${type} ${name}`)];
  }
  assertEquals(seen, {
    company: ["9.2", "cluster example", "node pve1", "node pve2", "node pve3"],
    lab: ["8.4", "cluster lab", "node lab1", "node lab2"],
    branch: ["9.2", "node pve1"],
  });
});

Deno.test("a single node founds a cluster once", async () => {
  const client = new TestClient({ site: "branch" });
  client.authorization = undefined;
  const { ticket, CSRFPreventionToken } = await client.data("POST /access/ticket", {
    username: "root@pam",
    password: client.simulator.password,
  });
  client.headers = {
    Cookie: `PVEAuthCookie=${encodeURIComponent(String(ticket))}`,
    CSRFPreventionToken: String(CSRFPreventionToken),
  };
  const join = await client.ask("GET /cluster/config/join");
  assertEquals([join.status, join.message], [
    424,
    "node is not in a cluster, no join info available!\n",
  ]);
  assertEquals(await client.task("POST /cluster/config", { clustername: "new" }), "OK");
  assertEquals((await client.data<Row[]>("GET /cluster/status"))[0]?.name, "new");
  const again = await client.ask("POST /cluster/config", { clustername: "other" });
  assertEquals(
    again.message,
    "cluster config '/etc/pve/corosync.conf' already exists, cluster is 'new'\n",
  );
});

Deno.test("sites share names and numbers, and neither state nor tokens nor certificates", async () => {
  const ask = async (site: SiteName): Promise<TestClient> => {
    const client = new TestClient({ site });
    assertEquals((await client.ask("GET /cluster/resources")).status, 200);
    return client;
  };
  const [company, twin, branch] = [await ask("company"), await ask("twin"), await ask("branch")];
  const names = async (client: TestClient): Promise<string[]> =>
    (await client.data<Row[]>("GET /cluster/resources", { type: "vm" }))
      .map(({ vmid, name }) => `${vmid} ${name}`);
  assertEquals(await names(company), await names(twin));

  assertEquals(await company.task("DELETE /nodes/pve2/lxc/204"), "OK");
  assertEquals((await names(company)).includes("204 proxy01"), false);
  assertEquals((await names(twin)).includes("204 proxy01"), true);

  const fingerprint = async (client: TestClient): Promise<unknown> =>
    (await client.data<Row[]>("GET /nodes/pve1/certificates/info"))[1]?.fingerprint;
  assertNotEquals(await fingerprint(company), await fingerprint(twin));
  assertNotEquals(await fingerprint(company), await fingerprint(branch));

  for (const token of ["full", "limited"] as const) {
    company.use(token);
    twin.authorization = company.authorization;
    const { status } = await twin.ask("GET /version");
    assertEquals(status, 401, `the company's ${token} token at its twin`);
  }
  twin.authorization = undefined;
  const { password } = company.simulator;
  const login = await twin.ask("POST /access/ticket", { username: "root@pam", password });
  assertEquals(login.status, 401);
});

Deno.test("the sites that are shown as several clusters are where, and have the secret, that is said", () => {
  for (const [name, { site, address, secret }] of Object.entries(DEMO_SITES)) {
    const { cluster, tokens } = createSimulator({ site });
    const [node = ""] = cluster.nodeNames();
    assertEquals([addressOf(cluster, node), tokens.full.secret], [address, secret], name);
  }
});
