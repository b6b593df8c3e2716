/**
 * Daemons of Ceph are named after their node unless somebody says otherwise.
 *
 * @module
 */
import type { Args } from "../../pve/encode.ts";
import { nodeOf, type ReadContext } from "../../tool/context.ts";

/** The arguments with the node's name where `name` has no value. */
export function namedAfterNode(name: string): (args: Args, context: ReadContext) => Args {
  return (args, context) => ({ ...args, [name]: args[name] ?? nodeOf(context) });
}
