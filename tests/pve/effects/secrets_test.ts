/**
 * What is lost is said without secrets, since questions are not searched for them: neither what a
 * request sets nor what was there, of any operation that has a field for one.
 */
import { assert } from "../../assert.ts";
import { isOperation, type Operation, operationFact } from "../../../src/pve/api.ts";
import { EFFECTS } from "../../../src/pve/effects/effects.ts";
import { isSecretName } from "../../../src/pve/secret_names.ts";
import { Company } from "./judged.ts";

const SECRET = "Zx9-secret-4711";
const BEFORE = "Zx9-before-4711";
const PLACES: Readonly<Record<string, string | number>> = {
  node: "pve1",
  vmid: 100,
  storage: "nas",
  userid: "bob@pve",
  realm: "corp",
};

function secretNames(operation: Operation): string[] {
  const { params, path } = operationFact(operation);
  return Object.keys(params).filter((name) =>
    isSecretName(name, [operation]) && !path.includes(`{${name}}`)
  );
}

Deno.test("no loss holds a secret, set, cleared, reverted or read", async () => {
  let judged = 0;
  for (const operation of Object.keys(EFFECTS) as Operation[]) {
    const names = secretNames(operation);
    if (names.length === 0) continue;
    const { params, path } = operationFact(operation);
    const company = new Company(EFFECTS);
    const held = Object.fromEntries(names.map((name) => [name, BEFORE]));
    const read = `GET ${path}`;
    if (isOperation(read)) company.answer(read, { ...held, type: "x", id: "x", name: "x" });
    const places = Object.fromEntries(
      Object.keys(params).filter((name) => path.includes(`{${name}}`))
        .map((name) => [name, PLACES[name] ?? "x"]),
    );
    const set = Object.fromEntries(names.map((name) => [name, SECRET]));
    const list = names.join(",");
    for (const args of [set, { delete: list }, { revert: list }, { ...set, disable: 1 }]) {
      judged++;
      const text = (await company.lost(operation, { ...places, ...args })).join("\n");
      assert(!text.includes(SECRET) && !text.includes(BEFORE), `${operation}: ${text}`);
    }
  }
  assert(judged > 100, String(judged));
});
