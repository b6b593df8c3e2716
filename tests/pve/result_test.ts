/**
 * What shows the result of a change is derived from the paths of the API: here it is held against
 * what its schemas say that these reads answer.
 */
import { operationFact, operationNames } from "../../src/pve/api.ts";
import { resultOf, resultPlace } from "../../src/pve/result.ts";
import { assert, assertEquals } from "../assert.ts";
import { RETURNS } from "./api_returns_gen.ts";

interface Returned {
  readonly type?: string;
  readonly items?: { readonly properties?: Readonly<Record<string, unknown>> };
}

const CHANGES = operationNames().filter((each) => operationFact(each).method !== "GET");

Deno.test("the read that shows a result answers an object, or a list whose rows have its fields", () => {
  for (const operation of CHANGES) {
    const place = resultPlace(operation);
    if (!place) continue;
    const { type, items } = JSON.parse(RETURNS[place.read] ?? "{}") as Returned | null ?? {};
    if (!place.row) {
      assert(type !== "array" && type !== "null", `${operation}: ${place.read} answers ${type}`);
      continue;
    }
    assertEquals(type, "array", `${operation}: ${place.read}`);
    const known = Object.keys(items?.properties ?? place.row);
    const named = Object.keys(place.row).filter((field) => known.includes(field));
    // PVE does not state all fields of subnets, nor those of all lists.
    if (known.length > 2) assert(named.length > 0 || "cidr" in place.row, operation);
  }
});

Deno.test("nothing is read after a deletion: whether it is gone was seen already", () => {
  for (const operation of CHANGES) {
    if (operationFact(operation).method === "DELETE") {
      assertEquals(resultPlace(operation), undefined);
    }
  }
});

Deno.test("a thing is read under the name and the place that it has after the change", () => {
  assertEquals(
    resultOf("PUT /cluster/firewall/aliases/{name}", { name: "old", rename: "new" }, null)?.args,
    { name: "new" },
  );
  const rule = "PUT /cluster/firewall/rules/{pos}";
  assertEquals(resultOf(rule, { pos: 0, moveto: 3 }, null)?.args, { pos: 2 });
  assertEquals(resultOf(rule, { pos: 3, moveto: 1 }, null)?.args, { pos: 1 });
  assertEquals(resultOf("POST /cluster/firewall/rules", {}, null)?.args, { pos: 0 });
});

Deno.test("what Proxmox VE named is found by the name that it answered, or by what was said of it", () => {
  const volume = resultOf(
    "POST /nodes/{node}/storage/{storage}/content",
    { node: "pve1", storage: "local" },
    "local:100/vm-100-disk-0.qcow2",
  );
  assertEquals(volume?.args.volume, "local:100/vm-100-disk-0.qcow2");
  const job = { storage: "nas", all: true };
  assertEquals(resultOf("POST /cluster/backup", job, null)?.row, job);
});
