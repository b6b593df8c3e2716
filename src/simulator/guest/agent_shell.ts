/**
 * A very small operating system behind the guest agent: a few commands and files.
 *
 * @module
 */
import type { Guest } from "../core/model.ts";
import { guestName } from "./config.ts";

/** What a command came to. */
export interface Finished {
  readonly exitcode: number;
  readonly out: string;
  readonly err: string;
}

/** Files inside a guest by path. */
export type Files = Map<string, string>;

/** Files that every guest has. */
export function newFiles(guest: Guest): Files {
  const name = guestName(guest);
  return new Map([
    ["/etc/hostname", `${name}\n`],
    ["/etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n'],
    ["/etc/hosts", `127.0.0.1 localhost\n127.0.1.1 ${name}\n`],
  ]);
}

function ok(out: string): Finished {
  return { exitcode: 0, out, err: "" };
}

function failure(exitcode: number, err: string): Finished {
  return { exitcode, out: "", err };
}

function cat(files: Files, paths: readonly string[], input: string): Finished {
  if (paths.length === 0) return ok(input);
  let out = "";
  for (const path of paths) {
    const content = files.get(path);
    if (content === undefined) return failure(1, `cat: ${path}: No such file or directory\n`);
    out += content;
  }
  return ok(out);
}

/** The command inside `sh -c`, or the command itself. */
function unwrap(command: readonly string[]): readonly string[] {
  const [program = "", option, script] = command;
  const isShell = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da)?sh$/.test(program) && option === "-c";
  return isShell && script !== undefined ? script.trim().split(/\s+/) : command;
}

/** Runs a command to its end; `name` is the host name inside. */
export function runCommand(
  guest: Guest,
  files: Files,
  command: readonly string[],
  input: string,
): Finished {
  const [program = "", ...args] = unwrap(command);
  switch (program.replace(/^.*\//, "")) {
    case "echo":
      return ok(`${args.map((arg) => arg.replace(/^(["'])(.*)\1$/, "$2")).join(" ")}\n`);
    case "hostname":
      return ok(`${guestName(guest)}\n`);
    case "uname":
      return ok(`Linux ${guestName(guest)} 6.12.57+deb13-amd64 x86_64 GNU/Linux\n`);
    case "whoami":
      return ok("root\n");
    case "cat":
      return cat(files, args, input);
    case "true":
    case "sleep":
      return ok("");
    case "false":
      return failure(1, "");
    default:
      return failure(127, `sh: 1: ${program}: not found\n`);
  }
}
