import type { Args } from "../../pve/encode.ts";
import { nameOf } from "../../pve/guests.ts";
import { type ExecResult, MAX_TIMEOUT_SECONDS, type Output } from "../../ssh/types.ts";
import { type Answer, type TextData } from "../../tool/answer.ts";
import { type CallContext, guestOf } from "../../tool/context.ts";
import { defineTool, write } from "../../tool/define.ts";
import { bytes } from "../../base/text/units.ts";
import { commandAnswer } from "../_command.ts";
import { checkSsh, explainedSsh } from "../_ssh.ts";

/** Seconds that a command may run unless the caller says otherwise, or less time is left. */
const DEFAULT_TIMEOUT = 30;
/** Seconds in which the node connects, and tells how a command has ended. */
const AROUND_IT = 15;

function textsOf(result: ExecResult): TextData[] {
  return [
    { label: "stdout", text: result.stdout.text },
    { label: "stderr", text: result.stderr.text },
  ];
}

function droppedNotes(result: ExecResult): string[] {
  const outputs: readonly (readonly [string, Output])[] = [
    ["stdout", result.stdout],
    ["stderr", result.stderr],
  ];
  return outputs.filter(([, { droppedBytes }]) => droppedBytes > 0).map(([name, output]) =>
    `${
      bytes(output.droppedBytes)
    } in the middle of ${name} left out: have the command write to a file, or filter it`
  );
}

/** How a command ended that did not end well. */
function failureOf(result: ExecResult, timeout: number): string | undefined {
  if (result.exitCode === 0) return undefined;
  if (result.timedOut) return `It was ended after ${timeout} s: its time was up`;
  if (result.exitCode === null) return `It was ended by ${result.signal ?? "a signal"}`;
  return `It ended with exit code ${result.exitCode}`;
}

function answerOf(where: string, result: ExecResult, timeout: number): Answer {
  return commandAnswer(where, failureOf(result, timeout), {
    object: {
      exitcode: result.exitCode,
      duration: result.durationMs / 1000,
      host: result.host,
    },
    texts: textsOf(result),
    notes: droppedNotes(result),
  });
}

async function exec(context: CallContext, args: Args): Promise<Answer> {
  checkSsh(context, "ssh");
  const guest = guestOf(context);
  const { budget } = context;
  if (args.timeout !== undefined) budget.ensure(Number(args.timeout) + AROUND_IT);
  const left = Math.max(1, Math.floor(budget.requestSeconds) - AROUND_IT);
  const timeoutSeconds = Number(args.timeout ?? Math.min(DEFAULT_TIMEOUT, left));
  try {
    const containers = await context.containerExec();
    const result = await budget.within((signal) =>
      containers.run({
        node: guest.node,
        vmid: guest.vmid,
        command: String(args.command),
        stdin: args.stdin === undefined ? undefined : String(args.stdin),
        timeoutSeconds,
        signal,
      })
    );
    return answerOf(nameOf(guest), result, timeoutSeconds);
  } catch (error) {
    throw explainedSsh(error, `Cannot run the command in ${nameOf(guest)}`);
  }
}

export default defineTool({
  name: "proxmox_lxc_exec",
  title: "Container commands",
  description: "Run a shell command in a container, over SSH to its node.",
  actions: {
    default: write("GET /nodes/{node}/lxc/{vmid}/status/current", {
      extraParams: {
        command: { type: "string", required: true, minLength: 1, maxLength: 100_000 },
        timeout: {
          type: "integer",
          minimum: 1,
          maximum: MAX_TIMEOUT_SECONDS,
          description: "seconds, default 30",
        },
        stdin: { type: "string" },
      },
      mayDestroy: true,
      unmaskedFields: ["stdout", "stderr"],
      run: exec,
      // None to the API: the command goes over SSH.
      requests: () => [],
    }),
  },
});
