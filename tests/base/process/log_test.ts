import {
  log,
  type LogFormat,
  type LogLevel,
  redact,
  registerSecret,
  setUpLogging,
} from "../../../src/base/process/log.ts";
import { assertEquals, assertMatch } from "../../assert.ts";

function logged(level: LogLevel, format?: LogFormat): string[] {
  const lines: string[] = [];
  setUpLogging(level, format, (line) => void lines.push(line));
  try {
    log("pve").debug("asked for {node}");
    log("tls").warn("pinned");
    log("audit").error("the secret is s3cret/value");
  } finally {
    setUpLogging("error");
  }
  return lines;
}

Deno.test("log() writes a line a message, from the set level on, without secrets", () => {
  registerSecret("s3cret/value");
  const error = "ERROR audit: the secret is [redacted]";
  assertEquals(logged("warning"), ["WARNING tls: pinned", error]);
  assertEquals(logged("debug"), ["DEBUG pve: asked for {node}", "WARNING tls: pinned", error]);
});

Deno.test("log() writes JSON for machines", () => {
  const [line = "", ...more] = logged("warning", "json");
  const { time, ...rest } = JSON.parse(line) as Record<string, string>;
  assertMatch(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assertEquals(rest, { level: "warning", topic: "tls", message: "pinned" });
  assertEquals(more.length, 1);
});

Deno.test("log() keeps a message on its line, whoever wrote it, and a secret out of its JSON", () => {
  const lines: string[] = [];
  const secret = 'two\nlines "quoted"';
  registerSecret(secret);
  for (const format of ["text", "json"] as const) {
    setUpLogging("warning", format, (line) => void lines.push(line));
    log("pve").warn(`web\nERROR audit: fake \x1b[2J\u202e${secret}`);
  }
  setUpLogging("error");
  assertEquals(lines[0], "WARNING pve: web ⏎ ERROR audit: fake <U+202E>[redacted]");
  assertMatch(String(lines[1]), /"message":"web ⏎ ERROR audit: fake <U\+202E>\[redacted\]"\}$/);
});

Deno.test("redact() takes out a secret that is percent-encoded", () => {
  registerSecret("s3cret/value");
  assertEquals(redact("?token=s3cret%2Fvalue&a=1"), "?token=[redacted]&a=1");
});

Deno.test("a secret is redacted until the last who holds it forgets it", () => {
  const secret = "the-secret-of-two";
  const forgets = [registerSecret(secret), registerSecret(secret)];
  for (const forget of forgets) {
    assertEquals(redact(`a ${secret}`), "a [redacted]");
    forget();
  }
  assertEquals(redact(`a ${secret}`), `a ${secret}`);
});

Deno.test("redact() takes out a secret that holds another one as a whole", () => {
  const forgets = ["swordfish", "swordfish-and-more"].map(registerSecret);
  assertEquals(redact("it is swordfish-and-more"), "it is [redacted]");
  for (const forget of forgets) forget();
});
