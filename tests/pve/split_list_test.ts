import { splitList } from "../../src/pve/split_list.ts";
import { assertEquals } from "../assert.ts";

Deno.test("splitList() splits at commas, semicolons and white space, or at NUL alone", () => {
  assertEquals(splitList(" a,b; c\td\n,"), ["a", "b", "c", "d"]);
  assertEquals(splitList("a,b\0c d"), ["a,b", "c d"]);
  assertEquals(splitList(7), ["7"]);
  for (const nothing of [undefined, null, "", " ,;"]) assertEquals(splitList(nothing), []);
});
