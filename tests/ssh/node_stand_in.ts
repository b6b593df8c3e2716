/**
 * What a Proxmox VE node does with the command lines that it gets over SSH, without a shell, Perl
 * or `pct`: it knows the lines that the program sends, and answers as the node would.
 *
 * @module
 */
import { errorMessage } from "../../src/base/text/error_message.ts";
import { SUPERVISOR } from "../../src/ssh/supervisor.ts";
import { type CommandEnd, runInContainer, type Surroundings } from "./container_stand_in.ts";
import { ECHOING, GUESTS, KILLED, REFUSALS, STOPPED } from "./pct_stand_in.ts";
import { shellWords } from "./shell_words.ts";

/** What a command line has of its SSH session. */
export interface Session {
  /** This many bytes of stdin, fewer if it ends before. */
  read(bytes: number): Promise<Uint8Array>;
  /** Aborted at the end of stdin, and when the connection is lost. */
  readonly gone: AbortSignal;
}

/** How a command in a container ended, or `pct` itself by a signal. */
interface PctEnd extends CommandEnd {
  readonly signal?: number;
}

const encoder = new TextEncoder();

function ended(status: number, stdout: string, stderr = ""): CommandEnd {
  return { status, stdout, stderr };
}

async function pctExec(vmid: number, command: string, around: Surroundings): Promise<PctEnd> {
  const refusal = REFUSALS[vmid];
  if (refusal !== undefined) return ended(255, "", refusal);
  if (vmid === KILLED) return { ...ended(0, ""), signal: 9 };
  const args = ["exec", String(vmid), "--", "/bin/sh", "-c", command];
  if (vmid === ECHOING) return ended(0, JSON.stringify(args));
  return await runInContainer(command, around);
}

/** The last line on stderr, as the supervisor documents it. */
function report(how: string, code: number, stdout: string, stderr: string): string {
  const sizes = [stdout, stderr].map((text) => `${encoder.encode(text).length} 0`);
  return `${stderr}\nproxmox-mcp: ${how} ${code} 0 ${sizes.join(" ")}\n`;
}

/** A node that is reached over SSH. */
export class NodeStandIn {
  constructor(readonly hasPct: boolean) {}

  /** Runs a command line of an SSH session, as the login shell would. */
  async run(line: string, session: Session): Promise<CommandEnd> {
    let words: string[];
    try {
      words = shellWords(line);
    } catch (error) {
      return ended(2, "", `bash: -c: line 1: ${errorMessage(error)}\n`);
    }
    const [exec, program, option, script = "", ...args] = words;
    if (exec === "exec" && program === "perl" && option === "-e" && script === SUPERVISOR) {
      return await this.#supervise(args, session);
    }
    if (exec === "exec" && program === "/bin/sh" && option === "-c" && args.length === 0) {
      return this.#answer(script);
    }
    return ended(127, "", `bash: line 1: ${exec}: command not found\n`);
  }

  async #supervise(args: readonly string[], session: Session): Promise<CommandEnd> {
    const [limit, expect, , vmid, command = ""] = args;
    const term = new AbortController();
    const stop = (why: string): void => term.abort(why);
    if (!this.hasPct) {
      const reason = "No such file or directory";
      return ended(0, "", report("no-pct", 0, "", reason));
    }
    const timer = setTimeout(stop, Number(limit) * 1000, "timeout");
    const stdin = new TextDecoder().decode(await session.read(Number(expect)));
    if (session.gone.aborted) stop("gone");
    else session.gone.addEventListener("abort", () => stop("gone"));
    const { signal: killer, status, stdout, stderr } = await pctExec(
      Number(vmid),
      command,
      { stdin, term: term.signal },
    );
    clearTimeout(timer);
    const how = term.signal.reason ?? (killer === undefined ? "exit" : "signal");
    return ended(0, stdout, report(how, killer ?? status, stdout, stderr));
  }

  /** Answers the questions that the program asks of a node itself. */
  #answer(script: string): CommandEnd {
    if (/echo "pct=\$\(command -v pct\)"$/.test(script)) {
      const pct = this.hasPct ? "/usr/sbin/pct" : "";
      const name = Deno.hostname();
      return ended(0, `node=${name}\nuid=0\nperl=/usr/bin/perl\npct=${pct}\n`);
    }
    const vmid = /; exec pct status (\d+)$/.exec(script)?.[1];
    if (vmid !== undefined) {
      return ended(0, `status: ${STOPPED.includes(Number(vmid)) ? "stopped" : "running"}\n`);
    }
    if (script.endsWith("; exec pvesh get /cluster/resources --type vm --output-format json")) {
      return ended(0, `${JSON.stringify(GUESTS)}\n`);
    }
    return ended(127, "", `/bin/sh: 1: ${script}: not found\n`);
  }
}
