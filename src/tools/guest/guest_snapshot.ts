import { defined } from "../../base/defined.ts";
import type { Args } from "../../pve/encode.ts";
import { nameOf } from "../../pve/guests.ts";
import { guestOf, type ReadContext } from "../../tool/context.ts";
import { type CallResult, defineTool, type Outcome, read, write } from "../../tool/define.ts";
import { NO_SUCH_SNAPSHOT, snapshotText } from "./_snapshots.ts";
import { startedState, startNotes } from "./_started.ts";
import { lockNotes, stateOf, stateWord } from "./_state.ts";

/** A snapshot that failed may leave its lock behind. */
async function lockOutcome(
  context: ReadContext,
  _args: unknown,
  end: CallResult,
): Promise<Outcome> {
  if (end.state !== "failed") return {};
  if (isUnknown(end)) return { notes: [await snapshotText(context)] };
  return { notes: lockNotes(await stateOf(context, guestOf(context))) };
}

function isUnknown({ reason = "" }: CallResult): boolean {
  return NO_SUCH_SNAPSHOT.test(reason);
}

/** What the guest did before it is rolled back, as far as that can be read. */
async function withBefore(args: Args, context: ReadContext): Promise<Args> {
  const before = await stateOf(context, guestOf(context)).then(({ status }) => status)
    .catch(() => context.signal.throwIfAborted());
  return { ...args, ...defined({ before: before ?? undefined }) };
}

/** A rollback stops a guest whose snapshot has no RAM; a start that is asked for comes after. */
async function stateOutcome(context: ReadContext, args: Args, end: CallResult): Promise<Outcome> {
  if (end.state === "running") return {};
  if (isUnknown(end)) return { notes: [await snapshotText(context)] };
  const guest = guestOf(context);
  const starts = Boolean(args.start) && end.state === "done";
  const started = starts
    ? await startedState(context, guest)
    : { state: await stateOf(context, guest) };
  const isLeftOff = args.before === "running" && started.state.status === "stopped" && !starts;
  const message = `${nameOf(guest)} is ${stateWord(started.state)}${
    isLeftOff ? `; it ran before: proxmox_guest_start vmid=${guest.vmid} starts it` : ""
  }`;
  return { notes: [message, ...(starts ? startNotes(started) : []), ...lockNotes(started.state)] };
}

const uses = [
  "GET /nodes/{node}/{type}/{vmid}/snapshot",
  "GET /nodes/{node}/{type}/{vmid}/status/current",
] as const;

export default defineTool({
  name: "proxmox_guest_snapshot",
  title: "Guest snapshots",
  description: "Snapshots of a guest.",
  parameterDescriptions: { vmstate: "RAM too" },
  actions: {
    list: read("GET /nodes/{node}/{type}/{vmid}/snapshot", {
      columns: ["name", "snaptime", "parent", "vmstate", "description"],
    }),
    create: write("POST /nodes/{node}/{type}/{vmid}/snapshot", {
      params: ["snapname", "description", "vmstate"],
      successMessage: 'Took snapshot "{snapname}" of {guest}',
      outcome: lockOutcome,
      uses,
    }),
    rollback: write("POST /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/rollback", {
      params: ["snapname", "start"],
      extraParams: { before: { type: "string", unlisted: true } },
      prepare: withBefore,
      successMessage: 'Rolled {guest} back to snapshot "{snapname}"',
      outcome: stateOutcome,
      uses: [...uses, "GET /nodes/{node}/tasks"],
    }),
    delete: write("DELETE /nodes/{node}/{type}/{vmid}/snapshot/{snapname}", {
      params: ["snapname"],
      successMessage: 'Deleted snapshot "{snapname}" of {guest}',
      outcome: lockOutcome,
      uses,
    }),
  },
});
