/**
 * Assertions of the Deno standard library, from the same code on npm, which has no types there.
 *
 * @module
 */
// @ts-types="./assert_types.d.ts"
export {
  assert,
  assertEquals,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
} from "@std/assert";
