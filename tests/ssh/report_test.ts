import { KEPT_BYTES } from "../../src/ssh/command_line.ts";
import { outputOf, reportOf } from "../../src/ssh/report.ts";
import { assertEquals } from "../assert.ts";

const encoder = new TextEncoder();

/** Head and tail, as the supervisor keeps them, of a long text. */
function keptOf(text: string): { bytes: Uint8Array; dropped: number } {
  const whole = encoder.encode(text);
  const bytes = new Uint8Array(2 * KEPT_BYTES);
  bytes.set(whole.subarray(0, KEPT_BYTES));
  bytes.set(whole.subarray(whole.length - KEPT_BYTES), KEPT_BYTES);
  return { bytes, dropped: whole.length - 2 * KEPT_BYTES };
}

Deno.test("outputOf() cuts between characters, whatever their length", () => {
  for (const character of ["a", "é", "中", "🙂"]) {
    for (const shift of ["", "x", "xx", "xxx"]) {
      const text = shift + character.repeat(60_000);
      const { bytes, dropped } = keptOf(text);
      if (dropped < 0) continue;
      const output = outputOf(bytes, dropped);
      const [head = "", tail = ""] = output.text.split(/\n\[… \d+ bytes left out …\]\n/);
      assertEquals(text.startsWith(head) && text.endsWith(tail), true);
      assertEquals(output.text.includes("\ufffd"), false);
      const kept = encoder.encode(head + tail).length;
      assertEquals(kept + output.droppedBytes, encoder.encode(text).length);
    }
  }
});

Deno.test("outputOf() shows bytes that are no UTF-8 as replacement characters", () => {
  assertEquals(outputOf(Uint8Array.of(0x61, 0xff, 0x62), 0).text, "a\ufffdb");
  const binary = new Uint8Array(2 * KEPT_BYTES).fill(0x80);
  assertEquals(outputOf(binary, 5).droppedBytes, 5 + 3);
});

function endWith(
  stderr: string,
  stdout = "",
  status: number | undefined = 0,
): ReturnType<typeof reportOf> {
  return reportOf({
    stdout: encoder.encode(stdout),
    stderr: encoder.encode(stderr),
    status,
    signal: undefined,
  });
}

Deno.test("reportOf() reads the last line only, and only of a program that came to its end", () => {
  const line = "\nproxmox-mcp: exit 3 0 2 0 4 0\n";
  const report = endWith(`noise err!${line}`, "noise ok");
  assertEquals([report?.code, report?.stdout.text, report?.stderr.text], [3, "ok", "err!"]);
  assertEquals(endWith(`noise err!${line}more`, "ok"), undefined);
  assertEquals(endWith(`noise err!${line}`, "ok", 1), undefined);
  assertEquals(endWith(`err!${line}`, "o"), undefined);
  assertEquals(endWith(`rr!${line}`, "ok"), undefined);
  assertEquals(endWith(""), undefined);
});
