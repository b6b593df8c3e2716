/**
 * Builds the command line for a node's login shell, every argument quoted so that no shell expands
 * it.
 *
 * @module
 */
import { KIB, MIB } from "../base/byte_units.ts";
import { SUPERVISOR } from "./supervisor.ts";
import { type ExecRequest, MAX_TIMEOUT_SECONDS, SshError } from "./types.ts";

/** Bytes kept of the head, and of the tail, of each output. */
export const KEPT_BYTES = 32 * KIB;
/** The most bytes of input for a command. */
export const MAX_STDIN_BYTES = 8 * MIB;
/** Linux gives one argument 128 KiB, and sshd gives the line to the shell as one argument. */
const MAX_LINE_BYTES = 128 * KIB - 1;

const encoder = new TextEncoder();

/**
 * The text as one word of a shell: in single quotes, with single quotes and backslashes, which
 * not every shell takes literally there, outside of them.
 */
export function shellWord(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (character) => `'\\${character}'`)}'`;
}

function refuse(message: string, hint: string): never {
  throw new SshError("request", message, hint);
}

function checkText(name: string, text: string): void {
  if (text.includes("\0")) {
    refuse(`Cannot run the command: ${name} contains a NUL character`, "Leave the NUL out");
  }
  if (!text.isWellFormed()) {
    refuse(
      `Cannot run the command: ${name} contains half of a surrogate pair`,
      "Send complete Unicode characters",
    );
  }
}

/** The checked input of a request, as bytes. */
export function inputOf(request: ExecRequest): Uint8Array {
  const text = request.stdin ?? "";
  if (!text.isWellFormed()) checkText("its input", text);
  const input = encoder.encode(text);
  if (input.length > MAX_STDIN_BYTES) {
    refuse(
      `Cannot run the command: its input has ${input.length} bytes, more than ${MAX_STDIN_BYTES}`,
      "Send it in several parts",
    );
  }
  return input;
}

/**
 * The line that runs the request's command in its container, under the supervisor.
 *
 * @throws {SshError} of kind `request` for what can not be run.
 */
export function commandLine(request: ExecRequest, inputBytes: number): string {
  const { vmid, command, timeoutSeconds } = request;
  if (!Number.isInteger(vmid) || vmid < 100 || vmid > 999_999_999) {
    refuse(
      `Cannot run the command: "${vmid}" is no vmid`,
      "Give a whole number from 100 to 999999999",
    );
  }
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
    refuse(
      `Cannot run the command with a timeout of ${timeoutSeconds} s`,
      `Give 1 to ${MAX_TIMEOUT_SECONDS} seconds`,
    );
  }
  checkText("it", command);
  if (command.trim() === "") refuse("Cannot run an empty command", "Give a shell command");
  const args = [
    SUPERVISOR,
    String(Math.ceil(timeoutSeconds)),
    String(inputBytes),
    String(KEPT_BYTES),
    String(vmid),
    command,
  ];
  const line = `exec perl -e ${args.map(shellWord).join(" ")}`;
  const bytes = encoder.encode(line).length;
  if (bytes > MAX_LINE_BYTES) {
    refuse(
      `Cannot run the command: it is ${bytes - MAX_LINE_BYTES} bytes too long for a command line`,
      "Run `sh` as the command and give the script as its stdin",
    );
  }
  return line;
}
