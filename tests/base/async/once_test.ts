import { once } from "../../../src/base/async/once.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("once() works at the first call alone, whoever else asks before it is done", async () => {
  let count = 0;
  const gate = Promise.withResolvers<void>();
  const load = once(async () => {
    count++;
    await gate.promise;
    return { count };
  });
  assertEquals(count, 0);
  const early = [load(), load()];
  gate.resolve();
  assertEquals(await Promise.all([...early, load()]), Array(3).fill({ count: 1 }));
});
