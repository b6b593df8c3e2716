import { type Finding, findingLines, summaryOf } from "../../../src/cli/doctor/finding.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("findingLines() lets no server steer the terminal", () => {
  const finding = {
    check: "host pve1",
    status: "fail",
    text: "it answered \x1b[2J\x1b]0;title\x07no\u202e",
    details: ["\x1b[31mred"],
    fix: "look\x07",
  } as const;
  const lines = ["✖ host pve1: it answered no<U+202E>", "    red", "    → look"];
  assertEquals(findingLines(finding, false), lines.join("\n"));
  assertEquals(
    findingLines({ check: "a", status: "ok", text: "b" }, true),
    "\x1b[32m✔\x1b[0m a: b",
  );
});

Deno.test("summaryOf() counts problems and warnings", () => {
  const summary = (...statuses: Finding["status"][]): string =>
    summaryOf(statuses.map((status) => ({ check: "", status, text: "" })));
  assertEquals(summary("ok", "ok"), "Everything is in order");
  assertEquals(summary("ok", "fail"), "1 problem");
  assertEquals(summary("warn", "fail", "warn", "fail"), "2 problems, 2 warnings");
  assertEquals(summary("warn"), "1 warning");
});
