import { assertEquals } from "../assert.ts";
import { matchOperation, methodsOf, normalize } from "../../src/gateway/match.ts";
import { operationNames } from "../../src/pve/api.ts";

Deno.test("normalize() reads what people write for an operation", () => {
  assertEquals(normalize("GET /nodes"), { method: "GET", path: "/nodes" });
  assertEquals(normalize(" get nodes/ "), { method: "GET", path: "/nodes" });
  assertEquals(normalize("/api2/json/version"), { method: undefined, path: "/version" });
  assertEquals(normalize("create /pools"), { method: "POST", path: "/pools" });
  assertEquals(normalize("patch /pools"), { method: "PATCH", path: "/pools" });
  assertEquals(normalize("options firewall"), { method: undefined, path: "/options firewall" });
});

Deno.test("matchOperation() finds every one of the 661 operations by its own name", () => {
  for (const name of operationNames()) {
    const [method = "", path = ""] = name.split(" ");
    assertEquals(matchOperation(method, path)?.operation, name);
  }
});

Deno.test("matchOperation() takes values out of a path, fixed segments first", () => {
  assertEquals(matchOperation("GET", "/nodes/pve1/qemu/100/config"), {
    operation: "GET /nodes/{node}/qemu/{vmid}/config",
    values: { node: "pve1", vmid: "100" },
  });
  assertEquals(
    matchOperation("GET", "/cluster/ha/status/current")?.operation,
    "GET /cluster/ha/status/current",
  );
  assertEquals(
    matchOperation("DELETE", "/nodes/pve1/storage/local/content/local:iso/a.iso")?.values,
    {
      node: "pve1",
      storage: "local",
      volume: "local:iso/a.iso",
    },
  );
  assertEquals(matchOperation("GET", "/nope"), undefined);
  assertEquals(methodsOf("/pools"), ["GET", "POST", "PUT", "DELETE"]);
});
