/**
 * Logs one line per record on stderr and nowhere else (stdout belongs to MCP), secrets redacted
 * before anything is written.
 *
 * @module
 */
import { configureSync, getLogger, type LogRecord } from "@logtape/logtape";
import { sanitizeLine } from "../text/sanitize.ts";

/** Levels a user can set, most verbose first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];
/** How a line looks: for a person or for a log collector. */
export type LogFormat = "text" | "json";

const MASK = "[redacted]";
const MAX_MESSAGE_CHARACTERS = 10_000;
/** A secret that is in use. */
interface HeldSecret {
  /** As it stands in an address. */
  readonly encoded: string;
  holders: number;
}

/** The longest first: a shorter one may stand in it, and would leave the rest of it. */
const secrets = new Map<string, HeldSecret>();
const encoder = new TextEncoder();

/**
 * Text that must never leave the process in a log line, an error or an audit record.
 *
 * @returns Forgets it, unless others hold it, too; to be called once, where it has an end at all.
 */
export function registerSecret(secret: string | undefined): () => void {
  if (secret === undefined || secret.length < 4) return () => {};
  const held = secrets.get(secret) ?? { encoded: encodeURIComponent(secret), holders: 0 };
  held.holders++;
  const all = new Map(secrets).set(secret, held);
  secrets.clear();
  for (const [each, its] of [...all].sort(([one], [other]) => other.length - one.length)) {
    secrets.set(each, its);
  }
  return () => {
    if (--held.holders === 0) secrets.delete(secret);
  };
}

/** The text with every registered secret, plain or percent-encoded, replaced by a mask. */
export function redact(text: string): string {
  let result = text;
  for (const [secret, { encoded }] of secrets) {
    if (result.length < secret.length) continue; // So are most cells of a list.
    result = result.replaceAll(secret, MASK).replaceAll(encoded, MASK);
  }
  return result;
}

/**
 * The message, on one line whatever a guest or a server put into it. It is a property, since a
 * text in braces would be a placeholder.
 */
function textOf(record: LogRecord): string {
  return sanitizeLine(redact(String(record.properties.message)).slice(0, MAX_MESSAGE_CHARACTERS));
}

function topicOf(record: LogRecord): string {
  return record.category.slice(1).join(".");
}

function textLine(record: LogRecord): string {
  return `${record.level.toUpperCase()} ${topicOf(record)}: ${textOf(record)}`;
}

function jsonLine(record: LogRecord): string {
  return JSON.stringify({
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    topic: topicOf(record),
    message: textOf(record),
  });
}

function writeToStderr(line: string): void {
  let bytes = encoder.encode(line + "\n");
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
}

/**
 * Changes what is logged, and how; until then errors are, as text.
 *
 * @param to Takes one line without its end; stderr unless said otherwise.
 */
export function setUpLogging(
  level: LogLevel,
  format: LogFormat = "text",
  to: (line: string) => void = writeToStderr,
): void {
  const toLine = format === "json" ? jsonLine : textLine;
  configureSync({
    reset: true,
    sinks: { lines: (record) => to(toLine(record)) },
    loggers: [
      { category: "proxmox-mcp", sinks: ["lines"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "fatal" },
    ],
  });
}

setUpLogging("error");

/** Logs messages about one topic. */
export type Logger = Readonly<
  Record<"debug" | "info" | "warn" | "error", (message: string) => void>
>;

/** The logger of a part of the program. */
export function log(topic: string): Logger {
  const logger = getLogger(["proxmox-mcp", topic]);
  return {
    debug: (message) => logger.debug("{message}", { message }),
    info: (message) => logger.info("{message}", { message }),
    warn: (message) => logger.warn("{message}", { message }),
    error: (message) => logger.error("{message}", { message }),
  };
}
