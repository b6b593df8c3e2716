/** The list of resources follows a daemon that looks every ten seconds, a node's list does not. */
import { assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

/** Name and status that a list has of a guest. */
async function listed(client: TestClient, path: string, vmid: number): Promise<unknown[]> {
  const rows = await client.data<Record<string, unknown>[]>(`GET ${path}`);
  const row = rows.find((each) => each.vmid === vmid);
  return [row?.name, row?.status];
}

Deno.test("a new guest has no name and no state in the list of resources for ten seconds", async () => {
  const client = new TestClient();
  await client.task("POST /nodes/pve1/qemu", { vmid: 500, name: "fresh", memory: 512 });
  assertEquals(await listed(client, "/cluster/resources", 500), [undefined, "unknown"]);
  assertEquals(await listed(client, "/nodes/pve1/qemu", 500), ["fresh", "stopped"]);
  client.clock.advance(10_000);
  assertEquals(await listed(client, "/cluster/resources", 500), ["fresh", "stopped"]);
});

Deno.test("a guest that was renamed or started is as before in the list for ten seconds", async () => {
  const client = new TestClient();
  await client.task("POST /nodes/pve3/qemu/107/status/start");
  await client.data("PUT /nodes/pve3/qemu/107/config", { name: "other", tags: "new" });
  assertEquals(await listed(client, "/cluster/resources", 107), ["win11-test", "stopped"]);
  const rows = await client.data<Record<string, unknown>[]>("GET /cluster/resources");
  assertEquals(rows.find(({ vmid }) => vmid === 107)?.tags, "new", "the configuration is known");
  client.clock.advance(10_000);
  assertEquals(await listed(client, "/cluster/resources", 107), ["other", "running"]);
});

Deno.test("changes that follow each other become known every ten seconds", async () => {
  const client = new TestClient();
  const rename = (name: string): Promise<unknown> =>
    client.data("PUT /nodes/pve1/qemu/100/config", { name });
  await rename("one");
  client.clock.advance(6_000);
  await rename("two");
  assertEquals((await listed(client, "/cluster/resources", 100))[0], "web01");
  client.clock.advance(6_000);
  await rename("three");
  assertEquals((await listed(client, "/cluster/resources", 100))[0], "two");
  client.clock.advance(10_000);
  assertEquals((await listed(client, "/cluster/resources", 100))[0], "three");
});

Deno.test("a cluster may know at once", async () => {
  const client = new TestClient({ listLag: 0 });
  await client.task("POST /nodes/pve1/qemu", { vmid: 500, name: "fresh" });
  assertEquals(await listed(client, "/cluster/resources", 500), ["fresh", "stopped"]);
});
