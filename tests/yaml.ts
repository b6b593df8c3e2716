/**
 * YAML of the Deno standard library, from the same code on npm, which has no types there.
 *
 * @module
 */
// @ts-types="./yaml_types.d.ts"
export { parse, parseAll } from "@std/yaml";
