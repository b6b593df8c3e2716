import { assert, assertEquals } from "../assert.ts";
import { TestClient } from "./client.ts";

Deno.test("20,000 guests start at once and are listed at once", async () => {
  const before = performance.now();
  const client = new TestClient({ guests: 20_000 });
  const started = performance.now() - before;
  const asked = performance.now();
  const rows = await client.data<{ type: string }[]>("GET /cluster/resources");
  const answered = performance.now() - asked;
  assertEquals(rows.filter(({ type }) => type === "qemu" || type === "lxc").length, 20_000);
  // Many times what it takes alone, 0.3 s and 0.1 s: other tests run at the same time.
  assert(started < 5_000, `${started} ms to start`);
  assert(answered < 2_000, `${answered} ms to answer`);
});
