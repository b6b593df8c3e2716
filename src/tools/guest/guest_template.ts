import type { Args } from "../../pve/encode.ts";
import { guestOperation } from "../../pve/api.ts";
import { nameOf } from "../../pve/guests.ts";
import type { Answer } from "../../tool/answer.ts";
import { pollUntil } from "../../base/async/backoff.ts";
import { type CallContext, guestOf, type ReadContext } from "../../tool/context.ts";
import { defineTool, write } from "../../tool/define.ts";
import { placeArgs } from "./_state.ts";
import { answerOfTask } from "../../answer/task_answer.ts";

/** Seconds in which the background task of a container must have appeared. */
const TASK_APPEARS_SECONDS = 5;

/** UPIDs of the node's tasks that make this container a template. */
async function templateTasks(context: ReadContext): Promise<string[]> {
  const { data } = await context.request("GET /nodes/{node}/tasks", {
    ...placeArgs(guestOf(context)),
    typefilter: "vztemplate",
    source: "all",
  });
  return (data as { upid: string }[]).map((row) => row.upid);
}

/** PVE starts a container's task and does not tell its UPID: it is the one that is new. */
async function containerTask(context: CallContext, args: Args): Promise<string | undefined> {
  const before = await templateTasks(context);
  await context.request("POST /nodes/{node}/lxc/{vmid}/template", args);
  const started = async (): Promise<string | undefined> =>
    (await templateTasks(context)).find((upid) => !before.includes(upid));
  return await pollUntil(context, started, (upid) => upid !== undefined, TASK_APPEARS_SECONDS);
}

async function vmTask(context: CallContext, args: Args): Promise<string> {
  return (await context.request("POST /nodes/{node}/qemu/{vmid}/template", args)).data as string;
}

async function makeTemplate(context: CallContext, input: Args): Promise<Answer> {
  const guest = guestOf(context);
  const args = { ...input, ...placeArgs(guest) };
  const upid = await (guest.type === "lxc" ? containerTask : vmTask)(context, args);
  const title = `${nameOf(guest)} is a template`;
  if (upid !== undefined) return await answerOfTask(context, upid, title);
  return {
    title: `Making a template of ${nameOf(guest)} was accepted, and goes on in the background`,
    notes: [`proxmox_guest_config vmid=${guest.vmid} shows "template" when it is done`],
  };
}

export default defineTool({
  name: "proxmox_guest_template",
  title: "Make a template",
  description: "Turn a stopped guest into a template.",
  actions: {
    default: write("POST /nodes/{node}/{type}/{vmid}/template", {
      run: makeTemplate,
      requests: (context, args) => {
        const guest = guestOf(context);
        const operation = guestOperation("POST /nodes/{node}/{type}/{vmid}/template", guest.type);
        return [{ operation, args: { ...args, ...placeArgs(guest) } }];
      },
      uses: ["GET /nodes/{node}/tasks"],
    }),
  },
});
