import type { Args } from "../../pve/encode.ts";
import type { Answer } from "../../tool/answer.ts";
import { pollUntil } from "../../base/async/backoff.ts";
import { type CallContext, guestOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, read, write } from "../../tool/define.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import { placeArgs } from "../guest/_state.ts";
import { commandList, execAnswer, execStatus } from "./_exec.ts";

/** Asks until the command has ended, or the time is over. */
async function ended(
  context: ReadContext,
  pid: number,
  seconds = context.budget.waitSeconds,
): Promise<Answer> {
  const guest = guestOf(context);
  const status = await pollUntil(
    context,
    () => execStatus(context, guest, pid),
    ({ exited }) => Boolean(exited),
    seconds,
  );
  return execAnswer(guest, pid, status);
}

/** The request that starts the command. */
async function execRequest(context: ReadContext, args: Args): Promise<PlannedRequest> {
  const guest = guestOf(context);
  return {
    operation: "POST /nodes/{node}/qemu/{vmid}/agent/exec",
    args: {
      ...placeArgs(guest),
      command: await commandList(context, guest, args),
      "input-data": args["input-data"],
    },
  };
}

async function exec(context: CallContext, args: Args): Promise<Answer> {
  const seconds = args.timeout === undefined ? undefined : Number(args.timeout);
  if (seconds !== undefined) context.budget.ensure(seconds);
  const request = await execRequest(context, args);
  const { data } = await context.request(request.operation, request.args);
  const { pid } = data as { readonly pid: number };
  return await ended(context, pid, seconds);
}

/** What a command says is what was asked for. */
const OUTPUT = ["stdout", "stderr", "out-data", "err-data"];

export default defineTool({
  name: "proxmox_agent_exec",
  title: "VM commands",
  description: "Run a command in a VM and wait for it.",
  discriminator: "operation",
  actions: {
    exec: write("POST /nodes/{node}/qemu/{vmid}/agent/exec", {
      extraParams: {
        command: { type: "any", required: true, description: "shell command line" },
        args: { type: "array", items: { type: "string" }, unlisted: true },
        "input-data": { type: "string", maxLength: 65_536, description: "stdin" },
        timeout: { type: "integer", minimum: 0, maximum: 86_400 },
      },
      mayDestroy: true,
      unmaskedFields: OUTPUT,
      run: exec,
      requests: async (context, args) => [await execRequest(context, args)],
      uses: [
        "GET /nodes/{node}/qemu/{vmid}/config",
        "GET /nodes/{node}/qemu/{vmid}/agent/exec-status",
      ],
    }),
    status: read("GET /nodes/{node}/qemu/{vmid}/agent/exec-status", {
      params: ["pid"],
      required: ["pid"],
      unmaskedFields: OUTPUT,
      description: "asks for a command that still ran",
      run: (context, args) => ended(context, Number(args.pid), context.options.wait ?? 0),
    }),
  },
});
