/** Optional fields. */
import { assertEquals } from "../assert.ts";
import { defined } from "../../src/base/defined.ts";

interface Options {
  readonly hint?: string;
  readonly limit?: number;
  readonly notes?: readonly string[];
}

/** With `exactOptionalPropertyTypes`, its type fits only when undefined is taken out of it. */
function options(hint: string | undefined, limit: number | undefined): Options {
  return { notes: [], ...defined({ hint, limit }) };
}

Deno.test("defined() leaves out fields that are undefined, in the order of the others", () => {
  assertEquals(Object.entries(options(undefined, 3)), [["notes", []], ["limit", 3]]);
  assertEquals(Object.keys(options("wait", undefined)), ["notes", "hint"]);
});

Deno.test("defined() keeps null, false, 0 and an empty text", () => {
  assertEquals(defined({ a: null, b: false, c: 0, d: "", e: undefined }), {
    a: null,
    b: false,
    c: 0,
    d: "",
  });
});
