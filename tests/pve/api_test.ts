import { assertEquals, assertThrows } from "../assert.ts";
import {
  formatTable,
  guestOperation,
  type Operation,
  operationFact,
  operationNames,
  paramFact,
  pathParams,
} from "../../src/pve/api.ts";

Deno.test("operationFact() knows all 661 operations of PVE 9.2", () => {
  const names = operationNames();
  assertEquals(names.length, 661);
  for (const name of names) {
    assertEquals(`${operationFact(name).method} ${operationFact(name).path}`, name);
  }
});

Deno.test("operationFact() refuses an operation that PVE does not have", () => {
  assertThrows(
    () => operationFact("GET /nope" as Operation),
    TypeError,
    'Cannot find operation "GET /nope"',
  );
});

Deno.test("paramFact() finds indexed parameters up to their highest index", () => {
  const fact = operationFact("PUT /nodes/{node}/qemu/{vmid}/config");
  assertEquals(paramFact(fact, "net0")?.maxIndex, 31);
  assertEquals(paramFact(fact, "net32"), undefined);
  assertEquals(paramFact(fact, "net01"), undefined);
  assertEquals(paramFact(fact, "efidisk0")?.type, "string");
  assertEquals(paramFact(fact, "toString"), undefined);
});

Deno.test("formatTable() gives the keys of a property string and nothing for an opaque format", () => {
  assertEquals(formatTable("prune-backups")?.["keep-last"]?.type, "integer");
  assertEquals(formatTable("pve-vmid"), undefined);
});

Deno.test("guestOperation() and pathParams() fill in and read placeholders", () => {
  assertEquals(
    guestOperation("GET /nodes/{node}/{type}/{vmid}/snapshot", "lxc"),
    "GET /nodes/{node}/lxc/{vmid}/snapshot",
  );
  assertEquals(pathParams("/nodes/{node}/qemu/{vmid}/config"), ["node", "vmid"]);
});
