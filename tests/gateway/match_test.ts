import { assert, assertEquals, assertMatch } from "../assert.ts";
import { matchOperation, methodsOf, normalize } from "../../src/gateway/match.ts";
import { parameterRows } from "../../src/gateway/parameters.ts";
import { ApiIndex } from "../../src/gateway/search.ts";
import { type Operation, operationNames } from "../../src/pve/api.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";

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

Deno.test("search finds operations and tools by words, and by a path", () => {
  const index = new ApiIndex(TOOLS);
  const calls = (query: string, most = 10): string[] =>
    index.search(query, most).map((row) => String(row.call));
  assert(calls("rollback snapshot").some((call) => call.endsWith("/rollback")));
  assert(calls("snapshot").includes("proxmox_guest_snapshot"));
  assert(calls("wipe disk").includes("PUT /nodes/{node}/disks/wipedisk"));
  assert(
    calls("custom cpu model").some((call) => call.includes("/cluster/qemu/custom-cpu-models")),
  );
  assertEquals(calls("/nodes/pve1/disks/zfs")[0], "GET /nodes/{node}/disks/zfs");
  assertEquals(calls("zzzzqqq"), []);
});

Deno.test("parameterRows() lists what an operation takes", () => {
  const rows = parameterRows(
    "POST /nodes/{node}/{type}".replace("{type}", "qemu") as "POST /nodes/{node}/qemu",
  );
  assertEquals(rows.find((row) => row.name === "vmid")?.required, 1);
  assertEquals(rows.find((row) => row.name === "bios")?.values, "seabios, ovmf");
});

Deno.test("parameterRows() has a line for each parameter, cut to what fits, without names of no meaning", () => {
  const values = (operation: Operation, name: string): unknown =>
    parameterRows(operation).find((row) => row.name === name)?.values;
  const webhook = "POST /cluster/notifications/endpoints/webhook";
  assertEquals(values(webhook, "body"), "text, sent in base64");
  assertEquals(values(webhook, "header"), "name=N,value=V; V is sent in base64");
  assertEquals(values(webhook, "url"), "");
  assertMatch(String(values("POST /nodes/{node}/qemu", "net[n]")), /^.*bridge.* … \d+ more$/);
  for (const operation of operationNames()) {
    for (const row of parameterRows(operation)) {
      assertMatch(String(row.values), /^(?!#)[^\n]{0,140}$/, `${operation} ${row.name}`);
    }
  }
});

Deno.test("search knows what a verb does, and to which kind of guest", () => {
  const index = new ApiIndex(TOOLS);
  const found = (query: string): string[] => index.search(query, 4).map(({ call }) => String(call));
  const ranked: readonly [query: string, calls: readonly string[]][] = [
    ["change memory of VM", ["PUT /nodes/{node}/qemu/{vmid}/config", "proxmox_guest_resize"]],
    ["unlock vm", ["PUT /nodes/{node}/qemu/{vmid}/config"]],
    ["set cores of a container", ["PUT /nodes/{node}/lxc/{vmid}/config"]],
    ["delete snapshot of vm", ["DELETE /nodes/{node}/qemu/{vmid}/snapshot/{snapname}"]],
    ["add a firewall rule to a vm", ["POST /nodes/{node}/qemu/{vmid}/firewall/rules"]],
    ["create user token", ["POST /access/users/{userid}/token/{tokenid}"]],
    ["list backups", ["proxmox_backup"]],
  ];
  for (const [query, calls] of ranked) {
    for (const call of calls) assert(found(query).includes(call), `${query}: ${found(query)}`);
  }
  assertEquals(found("of the"), []);
});
