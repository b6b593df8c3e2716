import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("package lists are refreshed by a task, and repositories switched", async () => {
  const client = new TestClient();
  const upid = await client.data<string>("POST /nodes/pve1/apt/update");
  assertEquals(await client.finish(upid), "OK");
  assertStringIncludes((await client.log(upid)).join("\n"), "Reading package lists...");
  const updates = await client.data<Row[]>("GET /nodes/pve1/apt/update");
  assert(updates.some(({ Package }) => Package === "pve-manager"));
  const handle = "no-subscription";
  const enabled = async (): Promise<unknown> =>
    (await client.data<{ "standard-repos": Row[] }>("GET /nodes/pve1/apt/repositories"))[
      "standard-repos"
    ].find((row) => row.handle === handle)?.status;
  assertEquals(await enabled(), undefined);
  await client.data("PUT /nodes/pve1/apt/repositories", { handle });
  assertEquals(await enabled(), 1);
  await client.data("POST /nodes/pve1/apt/repositories", {
    path: "/etc/apt/sources.list.d/proxmox.sources",
    index: 0,
    enabled: 0,
  });
  assertEquals(await enabled(), 0);
});
