/** Numbers and moments are told in the language and the zone of whoever looks. */
import {
  axisTimes,
  bytes,
  dayKey,
  moment,
  percent,
  rate,
  setViewer,
  span,
} from "../../src/apps/format.ts";
import { codeIn, forPeople } from "../../src/apps/answer.ts";
import { assertEquals } from "../assert.ts";

const EVENING = new Date("2026-01-15T22:30:00Z");

Deno.test("numbers have the digits that say something, and a unit", () => {
  setViewer({ locale: "en" });
  assertEquals([0, 0.0456, 0.5, 1].map(percent), ["0 %", "4.6 %", "50 %", "100 %"]);
  assertEquals([0, 1023, 1536, 5e9, 2 ** 50].map(bytes), [
    "0 B",
    "1,023 B",
    "1.5 KiB",
    "4.7 GiB",
    "1 PiB",
  ]);
  assertEquals(rate(25_000), "24.4 KiB/s");
  assertEquals([0, 59, 60, 3_660, 86_400, 950_400].map(span), [
    "0 s",
    "59 s",
    "1 min",
    "1 h 1 min",
    "1 d",
    "11 d",
  ]);
  setViewer({ locale: "de" });
  assertEquals(percent(0.0456), "4,6 %");
});

Deno.test("moments are told in the zone, days begin there", () => {
  setViewer({ locale: "en-GB", timeZone: "Asia/Tokyo" });
  assertEquals([moment(EVENING), dayKey(EVENING)], ["16 Jan 2026, 07:30", "2026-01-16"]);
  setViewer({ locale: "en-GB", timeZone: "America/New_York" });
  assertEquals([moment(EVENING), dayKey(EVENING)], ["15 Jan 2026, 17:30", "2026-01-15"]);
  const seconds = ["T04:00Z", "T06:00Z", "T08:00Z"].map((time) =>
    new Date(`2026-01-15${time}`).getTime() / 1000
  );
  assertEquals(axisTimes(seconds, 7200), ["23:00\n14 Jan", "01:00\n15 Jan", "03:00"]);
});

Deno.test("a language or a zone that there is not is passed over", () => {
  setViewer({ locale: "en-GB", timeZone: "America/New_York" });
  const there = moment(EVENING);
  setViewer({ locale: "en-GB", timeZone: "America/New_York" });
  assertEquals(moment(EVENING), there);
  setViewer({ locale: "no language", timeZone: "Nowhere/At_All" });
  assertEquals(typeof moment(EVENING), "string");
});

Deno.test("a code is read where the server writes one, and shown to nobody", () => {
  const real =
    "The same call with confirm=abc.def does it, within ten minutes and if nothing changes";
  assertEquals(codeIn(["VM 100", real]), "abc.def");
  assertEquals(codeIn([`VM 100 "${real}" on pve1`]), undefined);
  assertEquals(forPeople(["VM 100", real, "Next: proxmox_report"]), ["VM 100"]);
});
