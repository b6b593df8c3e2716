/**
 * Makes a call of a line on a cluster of its own, and says what is wrong with how it went.
 *
 * @module
 */
import { defined } from "../../../src/base/defined.ts";
import { basename } from "node:path";
import type { ContainerExec, ExecRequest, ExecResult, Output } from "../../../src/ssh/types.ts";
import { isSingle, type ToolDefinition } from "../../../src/tool/define.ts";
import { connect, type Harness, type HarnessOptions, type ToolAnswer } from "../../harness.ts";
import { judge, reachedOf } from "./judge.ts";
import type { Args, Case } from "./line.ts";
import type { Files } from "../../../src/tool/services.ts";

const SETTINGS = { SSH_ENABLED: "true", SSH_KEY_PATH: "/dev/null", SSH_NODE: "pve1" };

/** Runs commands on this machine: what an administrator's container would do with them. */
class LocalExec implements ContainerExec {
  async run({ command, signal }: ExecRequest): Promise<ExecResult> {
    const shell = new Deno.Command("sh", { args: ["-c", command], stdin: "null", signal });
    const { code, stdout, stderr } = await shell.output();
    const told = (bytes: Uint8Array): Output => ({
      text: new TextDecoder().decode(bytes),
      droppedBytes: 0,
    });
    return {
      exitCode: code,
      timedOut: false,
      stdout: told(stdout),
      stderr: told(stderr),
      durationMs: 5,
      host: "192.0.2.11:22",
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Any file is there, and small. */
const FILES: Files = {
  open: async (path) => {
    const bytes = new Uint8Array(64).fill(65);
    const size = bytes.length;
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    const stream = new Blob([bytes]).stream();
    return { name: basename(path), size, state: { size, sha256 }, stream };
  },
  save: (path) => Promise.reject(new Deno.errors.PermissionDenied(path)),
};

/** What came of a call. */
export interface Made {
  /** What is wrong with it; empty when all is well. */
  readonly problems: readonly string[];
  /** Operations of the action that reached the cluster. */
  readonly reached: ReadonlySet<string>;
  /** What reached it, a line each: method, path, query, body. */
  readonly sent: readonly string[];
}

/** Connects to a cluster of its own, with a shell for containers and a disk for files. */
export async function connectForCalls(
  transport?: HarnessOptions["transport"],
  login = false,
): Promise<Harness> {
  return await connect({
    settings: { ...SETTINGS, ...(login ? { PASSWORD: "proxmox-demo" } : {}) },
    ...(login ? { ask: () => Promise.resolve("accept") } : {}),
    services: { containerExec: () => Promise.resolve(new LocalExec()), files: FILES },
    ...(transport ? { transport } : {}),
  });
}

/** Arguments of a call of this action. */
export function withAction(tool: ToolDefinition, actionName: string, args: Args): Args {
  return isSingle(tool) ? args : { [tool.discriminator ?? "action"]: actionName, ...args };
}

/** A call before the one that a line is about has failed. */
class PrecedingCallError extends Error {
  override readonly name = "PrecedingCallError";
}

/**
 * Makes the calls that stand before the one of a line, and answers its arguments.
 *
 * @throws {PrecedingCallError} When one of them fails.
 */
export async function argsOf(harness: Harness, [given, around = {}]: Case): Promise<Args> {
  const before: ToolAnswer[] = [];
  for (const [name, args] of around.after ?? []) {
    const answer = await harness.call(name, args);
    if (answer.isError) {
      throw new PrecedingCallError(`Before it, ${name} answered: ${answer.text}`);
    }
    before.push(answer);
  }
  return typeof given === "function" ? await given(before) : given;
}

/** Takes protection away, as a person would who wants the whole node to join another cluster. */
function unprotect({ simulator }: Harness): void {
  for (const { config } of simulator.cluster.guests.values()) {
    if (String(config.tags ?? "").includes("protected")) delete config.tags;
  }
}

/** How calls are made. */
interface Making {
  /** Makes other arguments of those of a line. */
  readonly rewrite?: (args: Args) => Args;
  /** With a login beside the token, and a person who agrees: what is closed to tokens is open. */
  readonly login?: boolean;
}

/** Makes a call. */
export async function make(
  tool: ToolDefinition,
  actionName: string,
  line: Case,
  { rewrite = (args) => args, login = false }: Making = {},
): Promise<Made> {
  await using harness = await connectForCalls(undefined, login);
  if (login) unprotect(harness);
  let args: Args;
  try {
    args = withAction(tool, actionName, rewrite(await argsOf(harness, line)));
  } catch (error) {
    if (!(error instanceof PrecedingCallError)) throw error;
    return { problems: [error.message], reached: new Set(), sent: [] };
  }
  const [, { closed, ...others } = {}] = line;
  const around = login && closed === "root only" ? others : { ...others, ...defined({ closed }) };
  const from = harness.simulator.requests.length;
  const answer = await harness.call(tool.name, args);
  const requests = harness.simulator.requests.slice(from);
  const action = tool.actions[actionName]!;
  const reached = reachedOf(action, requests);
  const problems = judge(action, args, around, answer, requests);
  const sent = requests.map(({ method, path, query, body }) =>
    [method, path, query, body].filter((each) => each !== "").join(" ")
  );
  if (problems.length === 0) return { problems, reached, sent };
  return {
    problems: [`${tool.name} ${JSON.stringify(args)}`, ...problems, answer.text],
    reached,
    sent,
  };
}
