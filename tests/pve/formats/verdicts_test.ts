/**
 * Our checks of values against the verdicts of a real Proxmox VE: what it takes we take, and what it
 * refuses we refuse, whether a caller's argument is checked or a request at the embedded cluster.
 *
 * @module
 */
import { readValue } from "../../../src/call/read_value.ts";
import { type Operation, operationFact, type ParamFact, paramFact } from "../../../src/pve/api.ts";
import { type CheckErrors, checkValue } from "../../../src/pve/formats/formats.ts";
import { ROOT } from "../../../scripts/project.ts";
import { assert, assertEquals } from "../../assert.ts";
import { depth } from "../../depth.ts";
import { Random, seedOf } from "../../fuzz/random.ts";
import { SEED } from "../../fuzz/settings.ts";

/** What `facts/pve-accepts.json` holds. */
interface Verdicts {
  readonly values: readonly string[];
  /** Indexes of the values that each schema takes. */
  readonly accepts: Readonly<Record<string, readonly number[]>>;
  /** The schema of each operation's parameters. */
  readonly params: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A parameter of each distinct schema. */
interface Schema {
  readonly name: string;
  readonly fact: ParamFact;
  readonly accepted: ReadonlySet<string>;
}

/** Values on which we differ from Proxmox VE by intent, with how many schemas are concerned. */
const DIFFERENCES: Readonly<Record<string, { readonly schemas: number; readonly reason: string }>> =
  {
    "a\n": {
      schemas: 33,
      reason: "Perl's $ lets a line break at the end pass; in a name it is a slip",
    },
    "custom-foo": {
      schemas: 1,
      reason: "whether there is such a CPU model, the cluster alone knows: its handlers ask",
    },
  };
/** Values tried of each schema: a sample, or all. */
const VALUES = depth(30, Infinity);

const verdicts = JSON.parse(
  await Deno.readTextFile(`${ROOT}facts/pve-accepts.json`),
) as Verdicts;

function schemas(): Schema[] {
  const found = new Map<string, Schema>();
  for (const [operation, params] of Object.entries(verdicts.params)) {
    const operationFacts = operationFact(operation as Operation);
    for (const [name, id] of Object.entries(params)) {
      const declared = paramFact(operationFacts, name);
      assert(declared, `${operation} has ${name}`);
      if (found.has(id)) continue;
      const accepted = new Set(verdicts.accepts[id]?.map((index) => verdicts.values[index] ?? ""));
      found.set(id, {
        name: `${name} of ${operation}`,
        fact: declared.oneOf?.[0] ?? declared,
        accepted,
      });
    }
  }
  return [...found.values()];
}

/** The values to try of a schema; those of the differences always. */
function* tried(schema: Schema): Generator<string> {
  const random = new Random(seedOf(schema.name, SEED));
  const share = VALUES / verdicts.values.length;
  for (const value of verdicts.values) {
    if (random.chance(share) || value in DIFFERENCES) yield value;
  }
}

function isTaken(fact: ParamFact, value: unknown): boolean {
  const errors: CheckErrors = new Map();
  checkValue(fact, value, "value", errors);
  return errors.size === 0;
}

/** How a value that was read goes to Proxmox VE. */
function sent(value: unknown): unknown {
  return typeof value === "boolean" ? Number(value) : value;
}

/** Of names of guests, the formats in which a caller may give one in place of a number. */
const NAMES_OF_GUESTS = /^pve-vmid-list$|^pve-ha-resource/;

Deno.test("values are checked as Proxmox VE checks them, but for the listed ones", () => {
  const all = schemas();
  assertEquals(all.length, Object.keys(verdicts.accepts).length);
  const differing = new Map<string, number>(Object.keys(DIFFERENCES).map((value) => [value, 0]));
  const wrong: string[] = [];
  let count = 0;
  for (const schema of all) {
    for (const value of tried(schema)) {
      count += 1;
      const accepted = schema.accepted.has(value);
      if (isTaken(schema.fact, value) === accepted) continue;
      const known = differing.get(value);
      if (known !== undefined) differing.set(value, known + 1);
      else wrong.push(`${schema.name} ${accepted ? "takes" : "refuses"} ${JSON.stringify(value)}`);
    }
  }
  assertEquals(wrong, [], `FUZZ_SEED=${SEED}`);
  for (const [value, { schemas, reason }] of Object.entries(DIFFERENCES)) {
    assertEquals(differing.get(value), schemas, `${JSON.stringify(value)}: ${reason}`);
  }
  const differences = [...differing.values()].reduce((sum, each) => sum + each, 0);
  const agreement = 1 - differences / (all.length * verdicts.values.length);
  assertEquals((100 * agreement).toFixed(2), "99.97");
  assert(count >= all.length * 20, `only ${count} values were tried`);
});

Deno.test("an argument that Proxmox VE takes is read, and what is read it takes", () => {
  const wrong: string[] = [];
  for (const { name, fact, accepted } of schemas()) {
    const mayBeName = NAMES_OF_GUESTS.test(fact.format ?? "");
    for (const value of [...tried({ name, fact, accepted })]) {
      const problems: Record<string, string> = {};
      const read = readValue(fact, "value", value, problems);
      const isRead = Object.keys(problems).length === 0;
      if (accepted.has(value) && !isRead && !(value in DIFFERENCES)) {
        wrong.push(`${name} refuses ${JSON.stringify(value)}: ${problems.value}`);
      }
      if (isRead && !mayBeName && !isTaken(fact, sent(read))) {
        wrong.push(`${name} makes ${JSON.stringify(read)} of ${JSON.stringify(value)}`);
      }
    }
  }
  assertEquals(wrong, [], `FUZZ_SEED=${SEED}`);
});

Deno.test("letters beyond ASCII are letters, as they are for Perl", () => {
  const alias = paramFact(operationFact("POST /cluster/sdn/vnets"), "alias");
  assert(alias);
  assertEquals(isTaken(alias, "Büro"), true);
  assertEquals(isTaken(alias, "Büro!"), false);
});
