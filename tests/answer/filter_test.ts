import { assertEquals, assertThrows } from "../assert.ts";
import { fitting, ROWS } from "./filtered.ts";
import { ToolError } from "../../src/tool/answer.ts";
import { pageOf } from "../../src/answer/list.ts";

Deno.test("a filter's words look into all texts of a row, and into the numbers that are columns, as they are shown", () => {
  const rows = [
    { id: 1, name: "web", host: "mail01", mem: 4 * 1024 ** 3, load: 77, disks: [{ bus: "scsi" }] },
    { id: 2, name: "mail01", mem: 3 },
  ];
  const ids = (filter: string, fields?: string[]): unknown[] => {
    const options = fields === undefined ? { filter } : { filter, fields };
    const { rows: found } = pageOf(rows, options, { columns: ["id", "name", "mem"] });
    return found.map(([first]) => first);
  };
  assertEquals(ids("mail01"), [1, 2]);
  assertEquals(ids("gib"), [1]);
  assertEquals(ids("scsi"), [1]);
  assertEquals(ids("77"), [], "a number that nobody sees");
  assertEquals(ids("77", ["id", "load"]), [1]);
  assertEquals(ids("gib", ["name"]), ["web"], "a column, though it is not shown");
  assertEquals(ids("mail01 scsi", ["name"]), ["web"]);
  assertEquals(ids("host=mail01"), [1]);
  const named = pageOf(rows, { filter: "host=mail01" }, { columns: ["id", "name"] });
  assertEquals(named.columns, ["id", "name", "host"]);
});

Deno.test("a filter reads signs of other languages that mean the same", () => {
  const cases: readonly (readonly [string, unknown[]])[] = [
    ["status==running", [102, 100]],
    ["status === running", [102, 100]],
    ["status == running && tags=web", [100]],
    ["name=db01 || name=web02", [102, 101]],
    ["name='web01'", [100]],
    ["'web01'", [100]],
  ];
  for (const [filter, vmids] of cases) assertEquals(fitting(ROWS, filter), vmids, filter);
});

Deno.test("a filter takes a sign or a word that no filter has for a mistake, not for a text", () => {
  const cases: readonly (readonly [filter: string, sign: string])[] = [
    ["status:running", ":"],
    ["status: running", ":"],
    ["status : running", ":"],
    ["state:running", ":"],
    ["tags~web", "~"],
    ["tags=~web", "=~"],
    ["name!~web", "!~"],
    ["vmid=>101", "=>"],
    ["vmid<>101", "<>"],
    ["!running", "!"],
    ["!status=running", "!"],
    ["not running", "not"],
    ["not status=running", "not"],
    ["(status=running or status=paused)", "("],
    ["name like 'web%'", "like"],
    ["name contains web", "contains"],
    ["status in running,stopped", "in"],
    ["status is running", "is"],
    ["name=web*", "*"],
    ["name=web%", "%"],
    ["name=/web/", "/"],
  ];
  for (const [filter, sign] of cases) {
    const wrong = assertThrows(() => fitting(ROWS, filter), ToolError);
    assertEquals(wrong.message, `A filter has no "${sign}"`, filter);
    assertEquals(
      wrong.details.reason,
      "Words are looked for in the whole row, and fields compared by =, !=, <, >, <= and >=: " +
        'web status=running|paused or cpu>50%. "Quotation marks" keep text as it is',
    );
  }
});

Deno.test("a filter finds a text with such signs and words, and one that is not there is no mistake", () => {
  const rows = [
    { id: 1, sid: "vm:100", status: "OK", text: "name is not like it was (again) * !" },
    { id: 2, sid: "ct:200", status: "status:lost", text: "root@pam!mcp" },
  ];
  const cases: readonly (readonly [string, number[]])[] = [
    ["vm:100", [1]],
    ["status:lost", [2]],
    ["not like", [1]],
    ["status is", []],
    ["name like was", [1]],
    ["(again)", [1]],
    ["root@pam!mcp", [2]],
    ["root@pam!other", []],
    ["local:iso/debian.iso", []],
    ['"status:running"', []],
    ["text=root@pam!mcp", [2]],
  ];
  for (const [filter, ids] of cases) assertEquals(fitting(rows, filter), ids, filter);
});

Deno.test("a filter takes a type of guests and a guest by the names that arguments take", () => {
  const rows = [
    { vmid: 100, name: "web01", type: "qemu", tags: "vm" },
    { vmid: 200, name: "dns01", type: "lxc", tags: "qemu" },
  ];
  const cases: readonly (readonly [string, number[]])[] = [
    ["type=vm", [100]],
    ["type=qemu", [100]],
    ["type=container", [200]],
    ["type=ct|lxc", [200]],
    ["type!=vm", [200]],
    ["tags=qemu", [200]],
    ["vmid=dns01", [200]],
    ["vmid!=dns01", [100]],
  ];
  for (const [filter, vmids] of cases) assertEquals(fitting(rows, filter), vmids, filter);
  assertEquals(fitting([{ sid: "ct:200", type: "ct" }], "type=lxc"), ["ct:200"]);
  assertEquals(
    pageOf(rows, { filter: "container" }).hint,
    "type=container finds guests of that type, and a word what has it in a text",
  );
});
