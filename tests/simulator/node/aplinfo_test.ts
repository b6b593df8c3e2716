import { assert, assertEquals } from "../../assert.ts";
import { TestClient } from "../client.ts";

type Row = Record<string, unknown>;

Deno.test("a container template is downloaded onto a storage that takes it", async () => {
  const client = new TestClient();
  const template = "debian-13-standard_13.1-2_amd64.tar.zst";
  const path = "/nodes/pve1/aplinfo";
  assertEquals(await client.task(`POST ${path}`, { storage: "local", template }), "OK");
  const volumes = await client.data<Row[]>("GET /nodes/pve1/storage/local/content", {
    content: "vztmpl",
  });
  assert(volumes.some(({ volid }) => volid === `local:vztmpl/${template}`));
  const wrong = await client.ask(`POST ${path}`, { storage: "tank", template });
  assertEquals(wrong.message, "cannot download to storage 'tank' - no vztmpl\n");
  const none = await client.ask(`POST ${path}`, { storage: "local", template: "none" });
  assertEquals(none.errors, { template: "no such template" });
});
