import { assertEquals, assertStringIncludes } from "../../assert.ts";
import { TestClient } from "../client.ts";

Deno.test("resolver, time zone and hosts of a node are set", async () => {
  const client = new TestClient();
  await client.data("PUT /nodes/pve1/dns", { search: "corp.example", dns1: "192.0.2.1" });
  assertEquals(await client.data("GET /nodes/pve1/dns"), {
    search: "corp.example",
    dns1: "192.0.2.1",
  });
  await client.data("PUT /nodes/pve1/time", { timezone: "Europe/Vienna" });
  const time = await client.data<Record<string, number>>("GET /nodes/pve1/time");
  assertEquals((time.localtime ?? 0) - (time.time ?? 0), 3600);
  const wrong = await client.ask("PUT /nodes/pve1/time", { timezone: "Nowhere/None" });
  assertEquals(wrong.errors, { timezone: "No such timezone" });

  const hosts = await client.data("GET /nodes/pve1/hosts");
  assertStringIncludes(String(hosts.data), "192.0.2.12 pve2.example.com pve2");
  await client.data("POST /nodes/pve1/hosts", {
    data: "127.0.0.1 localhost\n",
    digest: String(hosts.digest),
  });
  const stale = await client.ask("POST /nodes/pve1/hosts", {
    data: "x",
    digest: String(hosts.digest),
  });
  assertEquals(
    stale.message,
    "detected modified configuration - file changed by other user? Try again.\n",
  );
});

Deno.test("options of a node are set, unset and guarded by a digest", async () => {
  const client = new TestClient();
  const before = await client.data("GET /nodes/pve2/config");
  assertEquals(before, {});
  await client.data("PUT /nodes/pve2/config", {
    description: "Rack 2",
    wakeonlan: "BC:24:11:00:00:02",
  });
  const after = await client.data("GET /nodes/pve2/config");
  assertEquals(after.description, "Rack 2");
  const stale = await client.ask("PUT /nodes/pve2/config", {
    description: "x",
    digest: "0".repeat(40),
  });
  assertEquals(stale.status, 500);
  assertEquals(await client.data<string>("POST /nodes/pve2/wakeonlan"), "BC:24:11:00:00:02");
  await client.data("PUT /nodes/pve2/config", { delete: "wakeonlan" });
  const none = await client.ask("POST /nodes/pve2/wakeonlan");
  assertEquals(none.message, "No wake on LAN MAC address defined for 'pve2'!\n");
});

Deno.test("a subscription is set, read and removed", async () => {
  const client = new TestClient();
  const path = "/nodes/pve3/subscription";
  assertEquals((await client.data(`GET ${path}`)).status, "notfound");
  await client.data(`PUT ${path}`, { key: "pve4s-abcdef0123" });
  const known = await client.data(`GET ${path}`);
  assertEquals([known.status, known.level, known.sockets, known.productname], [
    "active",
    "s",
    4,
    "Proxmox VE Standard Subscription 4 CPU/year",
  ]);
  await client.data(`DELETE ${path}`);
  assertEquals((await client.data(`GET ${path}`)).status, "notfound");
});
