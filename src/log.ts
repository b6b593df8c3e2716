/**
 * Logging: one line per record on stderr and nowhere else (stdout belongs to MCP), secrets
 * redacted before anything is written.
 *
 * @module
 */
import { configureSync, getLogger, type Logger, type LogRecord } from "@logtape/logtape";

/** Levels a user can set, most talkative first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];
/** How a line looks: for a person or for a log collector. */
export type LogFormat = "text" | "json";

const MASK = "[redacted]";
const secrets = new Set<string>();
const encoder = new TextEncoder();

/** Text that must never leave the process in a log line, an error or an audit record. */
export function registerSecret(secret: string | undefined): void {
  if (secret !== undefined && secret.length >= 4) secrets.add(secret);
}

/** The text with every registered secret, plain or percent-encoded, replaced by a mask. */
export function redact(text: string): string {
  let result = text;
  for (const secret of secrets) {
    result = result.replaceAll(secret, MASK).replaceAll(encodeURIComponent(secret), MASK);
  }
  return result;
}

function render(record: LogRecord): string {
  return record.message.map((part) => typeof part === "string" ? part : Deno.inspect(part)).join(
    "",
  );
}

function textLine(record: LogRecord): string {
  const properties = Object.entries(record.properties).map(([key, value]) =>
    ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`
  );
  const topic = record.category.slice(1).join(".");
  return `${record.level.toUpperCase()} ${topic}: ${render(record)}${properties.join("")}`;
}

function jsonLine(record: LogRecord): string {
  return JSON.stringify({
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    topic: record.category.slice(1).join("."),
    message: render(record),
    ...record.properties,
  });
}

function writeAll(line: string): void {
  let bytes = encoder.encode(line + "\n");
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
}

/**
 * Starts logging, or changes its level and format.
 *
 * @param write Takes one line without its end; to stderr unless said otherwise.
 */
export function setUpLogging(
  level: LogLevel,
  format: LogFormat = "text",
  write: (line: string) => void = writeAll,
): void {
  const toLine = format === "json" ? jsonLine : textLine;
  configureSync({
    reset: true,
    sinks: { stderr: (record) => write(redact(toLine(record))) },
    loggers: [
      { category: "proxmox-mcp", sinks: ["stderr"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "error" },
    ],
  });
}

/** The logger of a part of the program. */
export function log(topic: string): Logger {
  return getLogger(["proxmox-mcp", topic]);
}
