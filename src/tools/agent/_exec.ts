/**
 * Commands inside a VM, run by its guest agent: what the caller gives becomes a program with its
 * arguments, what comes back becomes an answer.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { PveError } from "../../pve/errors.ts";
import { type Guest, nameOf } from "../../pve/guests.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import type { ReadContext } from "../../tool/context.ts";
import { commandAnswer } from "../_command.ts";
import { placeArgs } from "../guest/_state.ts";
import { agentText } from "./_agent.ts";

/** What PVE answers to `exec-status`. */
export interface ExecStatus {
  readonly exited: number | boolean;
  readonly exitcode?: number;
  readonly signal?: number;
  readonly "out-data"?: string;
  readonly "err-data"?: string;
  readonly "out-truncated"?: number | boolean;
  readonly "err-truncated"?: number | boolean;
}

/** True for a VM whose configuration says that it runs Windows. */
async function runsWindows(context: ReadContext, guest: Guest): Promise<boolean> {
  try {
    const args = placeArgs(guest);
    const { data } = await context.request("GET /nodes/{node}/qemu/{vmid}/config", args);
    return /^w/.test(String((data as { ostype?: unknown }).ostype ?? ""));
  } catch (error) {
    if (error instanceof PveError && error.status === 403) return false; // Only told by VM.Audit.
    throw error;
  }
}

function texts(list: readonly unknown[]): string[] {
  return list.map(String);
}

/**
 * The program and its arguments. A list is taken as it is, and so is a text with `args`; a text
 * alone is a command line for the guest's shell.
 */
export async function commandList(
  context: ReadContext,
  guest: Guest,
  { command, args }: Args,
): Promise<string[]> {
  if (Array.isArray(command)) {
    const words = texts(command);
    if (words.length > 0) return [...words, ...texts(args as readonly unknown[] ?? [])];
  }
  const text = typeof command === "string" || typeof command === "number" ? String(command) : "";
  if (text.trim() === "") {
    throw new ToolError("Cannot run nothing", {
      reason: "Nothing was run",
      parameters: { command: "expected a command line, or a list of program and arguments" },
    });
  }
  if (args !== undefined) return [text, ...texts(args as readonly unknown[])];
  return await runsWindows(context, guest) ? ["cmd.exe", "/c", text] : ["/bin/sh", "-c", text];
}

/** Asks how a command stands. */
export async function execStatus(
  context: ReadContext,
  guest: Guest,
  pid: number,
): Promise<ExecStatus> {
  const args = { ...placeArgs(guest), pid };
  const { data } = await context.request(
    "GET /nodes/{node}/qemu/{vmid}/agent/exec-status",
    args,
  );
  return data as ExecStatus;
}

function outputOf(status: ExecStatus): { label: string; text: string }[] {
  return [
    { label: "stdout", text: agentText(status["out-data"]) },
    { label: "stderr", text: agentText(status["err-data"]) },
  ];
}

function cutNotes(status: ExecStatus): string[] {
  const cut = [
    ...(status["out-truncated"] ? ["stdout"] : []),
    ...(status["err-truncated"] ? ["stderr"] : []),
  ];
  return cut.length === 0 ? [] : [`The agent cut ${cut.join(" and ")}: it keeps 16 MiB`];
}

/**
 * The answer to a command that has ended, or that still runs.
 *
 * @throws {ToolError} With the output, when the command failed.
 */
export function execAnswer(guest: Guest, pid: number, status: ExecStatus): Answer {
  const where = nameOf(guest);
  if (!status.exited) {
    return {
      title: `The command still runs in ${where}`,
      object: { pid },
      notes: [`proxmox_agent_exec operation=status vmid=${guest.vmid} pid=${pid} asks again`],
    };
  }
  const { exitcode, signal } = status;
  const object = {
    pid,
    ...defined({ exitcode, signal }),
  };
  const how = exitcode === undefined ? `signal ${signal ?? "unknown"}` : `exit code ${exitcode}`;
  return commandAnswer(where, exitcode === 0 ? undefined : `It ended with ${how}`, {
    object,
    texts: outputOf(status),
    notes: cutNotes(status),
  });
}
