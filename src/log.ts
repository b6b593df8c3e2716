/**
 * Logging: one line per record on stderr and nowhere else (stdout belongs to MCP), secrets
 * redacted before anything is written.
 *
 * @module
 */
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

interface LogRecord {
  readonly time: Date;
  readonly level: LogLevel;
  readonly topic: string;
  readonly message: string;
}

function textLine({ level, topic, message }: LogRecord): string {
  return `${level.toUpperCase()} ${topic}: ${message}`;
}

function writeToStderr(line: string): void {
  let bytes = encoder.encode(line + "\n");
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
}

let least: LogLevel = "error";
let toLine: (record: LogRecord) => string = textLine;
let write: (line: string) => void = writeToStderr;

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
  least = level;
  toLine = format === "json" ? JSON.stringify : textLine;
  write = to;
}

/** Logs messages about one topic. */
export type Logger = Readonly<
  Record<"debug" | "info" | "warn" | "error", (message: string) => void>
>;

/** The logger of a part of the program. */
export function log(topic: string): Logger {
  const at = (level: LogLevel) => (message: string): void => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
    write(redact(toLine({ time: new Date(), level, topic, message })));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warning"), error: at("error") };
}
