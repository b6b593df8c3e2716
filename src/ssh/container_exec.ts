/**
 * What is done on nodes over SSH: commands in containers by `pct exec`, and files.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { registerSecret } from "../base/process/log.ts";
import { commandLine, inputOf } from "./command_line.ts";
import { Connector } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { explainPct } from "./pct.ts";
import { checkFile, fileLine, fileProblem } from "./file_write.ts";
import { Pool } from "./pool.ts";
import { type Report, reportOf, type SessionEnd } from "./report.ts";
import {
  type ContainerExec,
  type ExecRequest,
  type ExecResult,
  type FileRequest,
  type NodeFiles,
  type SshAddress,
  SshError,
  type SshOptions,
} from "./types.ts";

/** What the node may take longer than the command's time: to kill it, and to report. */
const REPORT_MS = 20_000;
/** How long the node may take to write a file. */
const WRITE_MS = 60_000;
/** How long the node may take to say why `pct` did not run the command. */
const PROBE_MS = 20_000;

/** Signals by number, those that end processes. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  6: "SIGABRT",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
};

function signalName(number: number): string {
  return SIGNALS[number] ?? `signal ${number}`;
}

function addressOf(options: SshOptions, node: string, what: string): SshAddress {
  const address = options.nodes.get(node);
  if (address) return address;
  const known = [...options.nodes].map(([name, { host }]) => `${name}=${host}`);
  throw new SshError(
    "unknown-node",
    `${what} is on node "${node}", for which no SSH host is set`,
    `Set PROXMOX_SSH_NODE=${
      [...known, `${node}=HOST`].join(",")
    } (with the host of "${node}" in place of HOST)`,
  );
}

/** The end of the output of a program that sent no report, on one line. */
function lastOutput(end: SessionEnd): string {
  const bytes = end.stderr.length > 0 ? end.stderr : end.stdout;
  const text = new TextDecoder().decode(bytes.subarray(-300)).replaceAll(/\p{C}+/gu, " ").trim();
  return text === "" ? "it said nothing" : text;
}

function noReport(end: SessionEnd, host: string, user: string): SshError {
  if (end.signal) {
    return new SshError(
      "lost-after",
      `The process that watched the command on "${host}" was ended by ${end.signal}; the command may have done some or all of its work`,
      "Look at what it did before running it again",
    );
  }
  if (end.status === 127) {
    return new SshError(
      "no-pct",
      `The SSH host "${host}" has no Perl, so that it is no Proxmox VE node: ${lastOutput(end)}`,
      "Check PROXMOX_SSH_HOST and PROXMOX_SSH_NODE",
    );
  }
  return new SshError(
    "exec-refused",
    `The SSH server "${host}" did not run the command for "${user}" (exit status ${end.status}): ${
      lastOutput(end)
    }`,
    "The login needs a POSIX shell, and the key in authorized_keys no command of its own",
  );
}

class SshNodes implements ContainerExec, NodeFiles {
  readonly #options: SshOptions;
  readonly #pool: Pool;

  constructor(options: SshOptions) {
    this.#options = options;
    this.#pool = new Pool(new Connector(options), options.clock);
  }

  async run(request: ExecRequest): Promise<ExecResult> {
    const { signal, timeoutSeconds } = request;
    const input = inputOf(request);
    const line = commandLine(request, input.length);
    const address = addressOf(this.#options, request.node, "The container");
    const started = this.#options.clock.monotonic();
    return await this.#pool.use(address, signal, async (connection) => {
      const timeoutMs = timeoutSeconds * 1000 + REPORT_MS;
      const end = await connection.run({ line, input, signal, timeoutMs });
      const report = reportOf(end);
      if (!report || report.how === "gone") {
        throw noReport(end, connection.host, this.#options.user);
      }
      const problem = await this.#explain(report, request, connection);
      if (problem) throw problem;
      return {
        exitCode: report.how === "exit" ? report.code : null,
        ...defined({ signal: report.how === "signal" ? signalName(report.code) : undefined }),
        timedOut: report.how === "timeout",
        stdout: report.stdout,
        stderr: report.stderr,
        durationMs: Math.round(this.#options.clock.monotonic() - started),
        host: connection.host,
      };
    });
  }

  async write(request: FileRequest): Promise<void> {
    checkFile(request);
    const { signal, bytes } = request;
    const { user } = this.#options;
    const address = addressOf(this.#options, request.node, "The storage");
    await this.#pool.use(address, signal, async (connection) => {
      const session = { line: fileLine(request), input: bytes, signal, timeoutMs: WRITE_MS };
      const end = await connection.run(session);
      const problem = fileProblem(end, request, user);
      if (problem === "no report") throw noReport(end, connection.host, user);
      if (problem) throw problem;
    });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #explain(
    report: Report,
    request: ExecRequest,
    connection: Connection,
  ): Promise<SshError | undefined> {
    const probe = async (line: string): Promise<SessionEnd | undefined> => {
      try {
        return await connection.run({
          line,
          input: new Uint8Array(),
          signal: request.signal,
          timeoutMs: PROBE_MS,
        });
      } catch (error) {
        request.signal.throwIfAborted();
        if (error instanceof SshError) return undefined;
        throw error;
      }
    };
    return explainPct(report, request, this.#options.user, probe);
  }
}

/**
 * Container exec with these settings, and files on the same nodes. Nothing is loaded, read or connected before the first
 * command; one instance serves the whole program, so that connections and host keys are kept.
 */
export function createContainerExec(options: SshOptions): ContainerExec & NodeFiles {
  registerSecret(options.passphrase);
  return new SshNodes(options);
}
