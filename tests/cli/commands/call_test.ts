import { readArguments } from "../../../src/cli/commands/call.ts";
import { UsageError } from "../../../src/cli/commands/command.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("call reads key=value, lists, and JSON objects", () => {
  assertEquals(readArguments([]), {});
  assertEquals(readArguments(["vmid=100", "description=a=b", "empty="]), {
    vmid: "100",
    description: "a=b",
    empty: "",
  });
  assertEquals(readArguments(["command=ls", "command=-l", "command=/"]), {
    command: ["ls", "-l", "/"],
  });
  assertEquals(readArguments(['{"vmid":100,"force":true}', "node=pve1"]), {
    vmid: 100,
    force: true,
    node: "pve1",
  });
});

Deno.test("call refuses arguments that are neither", () => {
  assertThrows(
    () => readArguments(["list"]),
    UsageError,
    'Expected key=value or a JSON object, got "list"',
  );
  assertThrows(() => readArguments(["=x"]), UsageError, "Expected key=value");
  assertThrows(() => readArguments(["{vmid:1}"]), UsageError, "Cannot read the arguments as JSON");
});
