/** Why a file cannot be written, and what helps. */
import { DiskFullError, fileTrouble } from "../../../src/base/process/file_trouble.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("fileTrouble() tells that a disk is full, whoever found it", () => {
  const coded = (code: string): Error => Object.assign(new Error(`${code} (os error 1)`), { code });
  for (const error of [new DiskFullError(), coded("ENOSPC"), coded("EDQUOT")]) {
    assertEquals(fileTrouble("/log", error), {
      reason: "its disk is full",
      hint: "Make room on that disk",
    });
  }
  assertEquals(
    fileTrouble("/log", coded("EISDIR")).hint,
    "Name a file that this user can make, read and write",
  );
});
