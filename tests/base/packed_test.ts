import { assertEquals } from "@std/assert";
import { packed, unpacked } from "../../src/base/packed.ts";

Deno.test("what was packed comes out as it was", async () => {
  const bytes = Uint8Array.of(0, 255, 31, 139, 8);
  assertEquals(await unpacked(await packed(bytes)), bytes);
  assertEquals(new TextDecoder().decode(await unpacked(await packed("é\n"))), "é\n");
});
