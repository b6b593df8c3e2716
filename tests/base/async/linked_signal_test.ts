import { LinkedController } from "../../../src/base/async/linked_signal.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("LinkedController is aborted with the signal that it follows, and for its reason", () => {
  const outer = new AbortController();
  using inner = new LinkedController(outer.signal);
  assertEquals(inner.signal.aborted, false);
  outer.abort("enough");
  assertEquals([inner.signal.aborted, inner.signal.reason], [true, "enough"]);
  using late = new LinkedController(outer.signal);
  assertEquals([late.signal.aborted, late.signal.reason], [true, "enough"]);
});

Deno.test("LinkedController can be aborted alone, and lets go when it is disposed of", () => {
  const outer = new AbortController();
  const alone = new LinkedController(outer.signal);
  {
    using gone = alone;
    void gone;
  }
  outer.abort("too late");
  assertEquals(alone.signal.aborted, false);
  using inner = new LinkedController(undefined);
  inner.abort("mine");
  assertEquals([inner.signal.reason, outer.signal.reason], ["mine", "too late"]);
});
