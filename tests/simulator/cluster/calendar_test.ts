import { nextEvent, parseCalendarEvent } from "../../../src/simulator/cluster/calendar.ts";
import { assertEquals } from "../../assert.ts";

/** A Thursday. */
const NOW = Date.UTC(2026, 0, 15, 9, 30) / 1000;

function next(event: string, after = NOW): string | undefined {
  const found = nextEvent(event, after);
  return found === undefined ? undefined : new Date(found * 1000).toISOString().slice(0, 19);
}

Deno.test("nextEvent() finds the next time of PVE's calendar events", () => {
  const expected: Record<string, string> = {
    "*/15": "2026-01-15T09:45:00",
    "30": "2026-01-15T10:30:00",
    "21:00": "2026-01-15T21:00:00",
    "2:30": "2026-01-16T02:30:00",
    daily: "2026-01-16T00:00:00",
    hourly: "2026-01-15T10:00:00",
    weekly: "2026-01-19T00:00:00",
    monthly: "2026-02-01T00:00:00",
    yearly: "2027-01-01T00:00:00",
    "sat 02:30": "2026-01-17T02:30:00",
    sun: "2026-01-18T00:00:00",
    "mon..fri 8..17:0/15": "2026-01-15T09:45:00",
    "sat,sun 10:00": "2026-01-17T10:00:00",
    "fri..mon 10:00": "2026-01-16T10:00:00",
    "*-*-01 04:00": "2026-02-01T04:00:00",
    "2028-02-29": "2028-02-29T00:00:00",
    "22:00:30": "2026-01-15T22:00:30",
  };
  for (const [event, time] of Object.entries(expected)) assertEquals(next(event), time, event);
});

Deno.test("nextEvent() goes on from the time that it found", () => {
  let time = NOW;
  const found: string[] = [];
  for (let index = 0; index < 3; index++) {
    time = nextEvent("*/30", time) ?? 0;
    found.push(new Date(time * 1000).toISOString().slice(11, 16));
  }
  assertEquals(found, ["10:00", "10:30", "11:00"]);
});

Deno.test("nextEvent() has nothing for a time that has passed or never comes", () => {
  assertEquals(next("2020-01-01"), undefined);
  assertEquals(next("*-02-30"), undefined);
});

Deno.test("parseCalendarEvent() refuses what is no event", () => {
  for (const text of ["", "noday 10:00", "25:00", "10:75", "a b c", "*/0", "1:2:3:4"]) {
    assertEquals(parseCalendarEvent(text), undefined, text);
  }
});
