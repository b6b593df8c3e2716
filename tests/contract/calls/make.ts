/**
 * Makes a call of a line on a cluster of its own, and says what is wrong with how it went.
 *
 * @module
 */
import { basename } from "node:path";
import { operationFact } from "../../../src/pve/api.ts";
import type { SeenRequest } from "../../../src/simulator/simulator.ts";
import type { ContainerExec, ExecRequest, ExecResult, Output } from "../../../src/ssh/types.ts";
import { type Action, isSingle, type ToolDefinition } from "../../../src/tool/define.ts";
import { allOperations } from "../../../src/tool/operation.ts";
import type { Files } from "../../../src/files.ts";
import { connect, type ToolAnswer } from "../../harness.ts";
import type { Args, Case } from "./line.ts";

const SETTINGS = { SSH_ENABLED: "true", SSH_KEY_PATH: "/dev/null", SSH_NODE: "pve1" };

/** Runs commands on this machine: what an administrator's container would do with them. */
class LocalExec implements ContainerExec {
  async run({ command, signal }: ExecRequest): Promise<ExecResult> {
    const shell = new Deno.Command("/bin/sh", { args: ["-c", command], stdin: "null", signal });
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
  open: (path) => {
    const bytes = new Uint8Array(64).fill(65);
    return Promise.resolve({
      name: basename(path),
      size: bytes.length,
      stream: new Blob([bytes]).stream(),
    });
  },
  save: (path) => Promise.reject(new Deno.errors.PermissionDenied(path)),
};

/** What came of a call. */
export interface Made {
  /** What is wrong with it; empty when all is well. */
  readonly problems: readonly string[];
  /** Operations of the action that reached the cluster. */
  readonly reached: ReadonlySet<string>;
}

/** Where an operation's requests go: `{volume}` and `{cidr}` may hold slashes, others not. */
function pattern(operation: string): RegExp {
  const [method = "", path = ""] = operation.split(" ");
  const places = path.replace(/\{(\w+)\}/g, (_, name) => /volume|cidr/.test(name) ? ".+" : "[^/]+");
  return new RegExp(`^${method} /api2/json${places}$`);
}

function reachedOf(action: Action, requests: readonly SeenRequest[]): Set<string> {
  const seen = requests.map(({ method, path }) => `${method} ${path}`);
  return new Set(
    allOperations(action).filter((operation) => {
      operationFact(operation);
      const form = pattern(operation);
      return seen.some((each) => form.test(each));
    }),
  );
}

/** What would puzzle a reader of an answer's text. */
function unreadable(text: string): string[] {
  const [title = ""] = text.split("\n");
  const plain = text.replace(/:\n(`{3,})\n[^]*?\n\1(?=\n|$)/g, ": text");
  const faults: readonly (readonly [wrong: boolean, fault: string])[] = [
    [/\[object |\bundefined\b|\bNaN\b|\bInfinity\b/.test(text), "shows how it was programmed"],
    [!/^(✅|❌ Error:|🚫 Permission Denied:) \S/u.test(title), "has no title"],
    [/\{\w+\}/.test(title), "has a place in its title that nothing filled"],
    [/^• [^:]+:( -| null)?\s*$/m.test(plain), "has a detail that says nothing"],
    [/^- /m.test(plain), "has a row without its name"],
    [/^\s*$/m.test(plain), "has an empty line"],
    [title.includes("  "), "has a gap in its title"],
  ];
  return faults.filter(([wrong]) => wrong).map(([, fault]) => `The answer ${fault}`);
}

function wordsFor(around: NonNullable<Case[1]>): readonly string[] {
  if (around.closed === "root only") return ["root@pam", "Nothing was sent"];
  return around.closed === "gone" ? ["proxmox_ha_rule"] : around.says ?? [];
}

/** Arguments of a call of this action. */
export function withAction(tool: ToolDefinition, actionName: string, args: Args): Args {
  return isSingle(tool) ? args : { [tool.discriminator ?? "action"]: actionName, ...args };
}

function judge(
  action: Action,
  around: NonNullable<Case[1]>,
  answer: ToolAnswer,
  requests: readonly SeenRequest[],
  reached: ReadonlySet<string>,
): string[] {
  const { closed, over } = around;
  const refused = requests.filter(({ status }) => status === 400 || status === 501);
  return [
    ...(answer.isError === (closed !== undefined) ? [] : [closed ? "It succeeded" : "It failed"]),
    ...(closed === "root only" && requests.length > 0 ? ["Something was sent"] : []),
    ...(closed !== "root only" && !over && reached.size === 0
      ? [`None of ${allOperations(action).join(", ")} reached the cluster`]
      : []),
    ...refused.map(({ method, path, status, body }) => `${status} to ${method} ${path} ${body}`),
    ...wordsFor(around).filter((part) => !answer.text.includes(part)).map((part) =>
      `The answer does not say "${part}"`
    ),
    ...unreadable(answer.text),
  ];
}

/** Makes a call; `rewrite` makes other arguments of those of its line. */
export async function make(
  tool: ToolDefinition,
  actionName: string,
  [given, around = {}]: Case,
  rewrite: (args: Args) => Args = (args) => args,
): Promise<Made> {
  await using harness = await connect({
    settings: SETTINGS,
    services: { containerExec: () => Promise.resolve(new LocalExec()), files: FILES },
  });
  const before: ToolAnswer[] = [];
  for (const [name, args] of around.after ?? []) {
    const answer = await harness.call(name, args);
    if (answer.isError) {
      return { problems: [`Before it, ${name} answered: ${answer.text}`], reached: new Set() };
    }
    before.push(answer);
  }
  const from = harness.simulator.requests.length;
  const args = withAction(
    tool,
    actionName,
    rewrite(typeof given === "function" ? await given(before) : given),
  );
  const answer = await harness.call(tool.name, args);
  const requests = harness.simulator.requests.slice(from);
  const action = tool.actions[actionName]!;
  const reached = reachedOf(action, requests);
  const problems = judge(action, around, answer, requests, reached);
  if (problems.length === 0) return { problems, reached };
  return {
    problems: [`${tool.name} ${JSON.stringify(args)}`, ...problems, answer.text],
    reached,
  };
}
