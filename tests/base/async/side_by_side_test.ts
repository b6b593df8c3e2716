import { sideBySide } from "../../../src/base/async/side_by_side.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("sideBySide() works on so many at a time, in their order, past failures", async () => {
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const results = sideBySide([1, 2, 3, 4, 5, 6], 2, async (item) => {
    order.push(item);
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    if (item === 2) throw new Error("not this one");
    return item * 10;
  });
  const settled = await Promise.allSettled(results);
  assertEquals(
    settled.map((each) => each.status === "fulfilled" ? each.value : each.reason.message),
    [
      10,
      "not this one",
      ...[30, 40, 50, 60],
    ],
  );
  assertEquals([most, order], [2, [1, 2, 3, 4, 5, 6]]);
});
