import { nameOf } from "../../pve/guests.ts";
import { type CallContext, guestOf } from "../../tool/context.ts";
import { defineTool, destroy, type End, type Outcome, read, write } from "../../tool/define.ts";
import { NO_SUCH_SNAPSHOT, snapshotWords } from "./_snapshots.ts";
import { lockNotes, stateOf, stateWord } from "./_state.ts";

/** A snapshot that failed may leave its lock behind. */
async function lockOutcome(context: CallContext, _args: unknown, end: End): Promise<Outcome> {
  if (end.state !== "failed") return {};
  if (isUnknown(end)) return { notes: [await snapshotWords(context)] };
  return { notes: lockNotes(await stateOf(context, guestOf(context))) };
}

function isUnknown({ reason = "" }: End): boolean {
  return NO_SUCH_SNAPSHOT.test(reason);
}

/** A rollback stops a guest whose snapshot has no RAM. */
async function stateOutcome(context: CallContext, _args: unknown, end: End): Promise<Outcome> {
  if (end.state === "running") return {};
  if (isUnknown(end)) return { notes: [await snapshotWords(context)] };
  const guest = guestOf(context);
  const state = await stateOf(context, guest);
  return { notes: [`${nameOf(guest)} is ${stateWord(state)}`, ...lockNotes(state)] };
}

const uses = [
  "GET /nodes/{node}/{type}/{vmid}/snapshot",
  "GET /nodes/{node}/{type}/{vmid}/status/current",
] as const;

export default defineTool({
  name: "proxmox_guest_snapshot",
  title: "Guest snapshots",
  description: "Snapshots of a guest.",
  words: { vmstate: "RAM too" },
  actions: {
    list: read("GET /nodes/{node}/{type}/{vmid}/snapshot", {
      columns: ["name", "snaptime", "parent", "vmstate", "description"],
    }),
    create: write("POST /nodes/{node}/{type}/{vmid}/snapshot", {
      params: ["snapname", "description", "vmstate"],
      done: 'Took snapshot "{snapname}" of {guest}',
      outcome: lockOutcome,
      uses,
    }),
    rollback: destroy("POST /nodes/{node}/{type}/{vmid}/snapshot/{snapname}/rollback", {
      params: ["snapname", "start"],
      loses: "everything that changed since the snapshot",
      done: 'Rolled {guest} back to snapshot "{snapname}"',
      outcome: stateOutcome,
      uses,
    }),
    delete: destroy("DELETE /nodes/{node}/{type}/{vmid}/snapshot/{snapname}", {
      params: ["snapname"],
      loses: "the way back to that state",
      done: 'Deleted snapshot "{snapname}" of {guest}',
      outcome: lockOutcome,
      uses,
    }),
  },
});
