import { boundedInput, quoted } from "../../src/call/input_limits.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { assertEquals, assertThrows } from "../assert.ts";

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}

function refusal(raw: unknown): string {
  return assertThrows(() => boundedInput("proxmox_x", raw), ToolError).details.reason;
}

Deno.test("boundedInput() takes what calls usually bring", () => {
  const args = { vmid: 100, net0: "virtio,bridge=vmbr0", tags: ["a", "b"], content: nested(15) };
  assertEquals(boundedInput("proxmox_x", args), args);
  assertEquals(
    boundedInput("proxmox_x", { content: "x".repeat(900_000) }).content,
    "x".repeat(900_000),
  );
});

Deno.test("boundedInput() refuses what is no table, too deep, too long or too much", () => {
  for (const raw of [null, "x", 7, ["a"]]) {
    assertEquals(refusal(raw), "Its arguments are not an object");
  }
  assertEquals(refusal(nested(21)), "Its arguments are nested more than 20 deep");
  assertEquals(refusal(nested(100_000)), "Its arguments are nested more than 20 deep");
  assertEquals(
    refusal({ a: "x".repeat(1_000_001) }),
    "Its arguments are longer than 1000000 characters",
  );
  assertEquals(refusal({ a: Array(20_001).fill(1) }), "Its arguments hold more than 20000 values");
  assertEquals(
    refusal({ ["x".repeat(201)]: 1 }),
    "Its arguments have a name of more than 200 characters",
  );
});

Deno.test("quoted() cuts what is long", () => {
  assertEquals(quoted({ a: 1 }), '{"a":1}');
  assertEquals(quoted("x".repeat(200)), `"${"x".repeat(99)}… (202 characters)`);
});
