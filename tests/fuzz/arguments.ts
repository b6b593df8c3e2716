/**
 * Arguments for a call of a tool: nearly right ones more often than nonsense, with secrets planted
 * wherever a name says that its value is one.
 *
 * @module
 */
import { acceptedNames, listedFact } from "../../src/tool/parameter_names.ts";
import { isSingle, type ToolDefinition } from "../../src/tool/define.ts";
import { requiredNames } from "../../src/tool/required.ts";
import type { Random } from "./random.ts";
import { HOSTILE, hostileValue, STRANGE_NAMES, valueFor } from "./values.ts";

/** Stands in every planted secret. */
export const PLANTED = "Pl4nt3d";
const SECRET_NAME =
  /password|passwd|secret|passphrase|private|keyring|api-?key|bindpw|^key$|^token$/i;

function concrete(random: Random, name: string): string {
  return name.replace("[n]", String(random.below(4)));
}

function secret(random: Random): string {
  const tail = random.pick(["", "%2F", "&x=1", " two", "'\"", ",a=b", "\\", "ö", "\n", ";"]);
  return `${PLANTED}-${random.below(1_000_000)}${tail}`;
}

function put(into: Record<string, unknown>, name: string, value: unknown): void {
  // As JSON.parse does it: also `__proto__` is a name like others.
  Object.defineProperty(into, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** A call's arguments. */
export function argumentsFor(random: Random, tool: ToolDefinition): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  const names = Object.keys(tool.actions);
  const actionName = random.pick(names) ?? "default";
  const action = tool.actions[actionName];
  if (!action) return args;
  if (!isSingle(tool)) {
    const given = random.chance(0.95) ? actionName : hostileValue(random);
    put(args, tool.discriminator ?? "action", given);
  }
  const accepted = acceptedNames(tool, action);
  const wanted = new Set([
    ...random.some(requiredNames(tool, action), 0.95),
    ...random.some(accepted, Math.min(0.3, 3 / accepted.length)),
  ]);
  for (const each of wanted) {
    const name = concrete(random, each);
    const planted = SECRET_NAME.test(name) && random.chance(0.7);
    put(args, name, planted ? secret(random) : valueFor(random, name, listedFact(action, name)));
  }
  if (random.chance(0.1)) put(args, random.pick(STRANGE_NAMES), hostileValue(random));
  if (random.chance(0.02)) put(args, random.pick(HOSTILE).slice(0, 500), random.pick(HOSTILE));
  return args;
}
