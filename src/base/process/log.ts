/**
 * Logs one line per record on stderr and nowhere else (stdout belongs to MCP), secrets redacted
 * before anything is written.
 *
 * @module
 */
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
  secrets.set(secret, held);
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

/** What is logged. */
interface LogRecord {
  readonly level: LogLevel;
  readonly topic: string;
  readonly message: string;
}

/** The message, on one line whatever a guest or a server put into it. */
function textOf({ message }: LogRecord): string {
  return sanitizeLine(redact(message).slice(0, MAX_MESSAGE_CHARACTERS));
}

function textLine(record: LogRecord): string {
  return `${record.level.toUpperCase()} ${record.topic}: ${textOf(record)}`;
}

function jsonLine(record: LogRecord): string {
  const { level, topic } = record;
  return JSON.stringify({ time: new Date().toISOString(), level, topic, message: textOf(record) });
}

/** Writes a line, if somebody is there to read it: what is logged is no reason for a call to fail. */
function writeToStderr(line: string): void {
  let bytes = encoder.encode(line + "\n");
  try {
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
  } catch {
    // Nobody is.
  }
}

/** What is logged, and how. */
interface Output {
  readonly level: LogLevel;
  readonly toLine: (record: LogRecord) => string;
  readonly to: (line: string) => void;
}

let output: Output = { level: "error", toLine: textLine, to: writeToStderr };

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
  output = { level, toLine: format === "json" ? jsonLine : textLine, to };
}

/** True when records of this level are written. */
function isLogged(level: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(output.level);
}

/** Logs messages about one topic. */
export type Logger = Readonly<
  Record<"debug" | "info" | "warn" | "error", (message: string) => void>
>;

/** The logger of a part of the program. */
export function log(topic: string): Logger {
  const at = (level: LogLevel) => (message: string): void => {
    if (isLogged(level)) output.to(output.toLine({ level, topic, message }));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warning"), error: at("error") };
}
