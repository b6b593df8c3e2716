import { assert, assertEquals } from "../assert.ts";
import { TestClient } from "./client.ts";

/** Many times the 0.3 s that it takes alone, and less than what grows with the square would take. */
const PATIENCE_MS = 20_000;

Deno.test("20,000 guests start at once and are listed at once", async () => {
  const before = performance.now();
  const client = new TestClient({ guests: 20_000 });
  const started = performance.now() - before;
  const asked = performance.now();
  const rows = await client.data<{ type: string }[]>("GET /cluster/resources");
  const answered = performance.now() - asked;
  assertEquals(rows.filter(({ type }) => type === "qemu" || type === "lxc").length, 20_000);
  assert(started < PATIENCE_MS, `${started} ms to start`);
  assert(answered < PATIENCE_MS, `${answered} ms to answer`);
});
