/**
 * Restores a guest from an archive: a VM and a container differ in the operation and its words.
 *
 * @module
 */
import { lookup } from "../../base/lookup.ts";
import { ownerByName } from "../../pve/effects/volumes.ts";
import type { Args } from "../../pve/encode.ts";
import { describeGuest, type Guest } from "../../pve/guests.ts";
import { type Answer, ToolError } from "../../tool/answer.ts";
import { GUEST_TYPES } from "../../tool/compatibility_table.ts";
import type { CallContext, ReadContext } from "../../tool/context.ts";
import type { Outcome } from "../../tool/define.ts";
import type { PlannedRequest } from "../../tool/planned_request.ts";
import { named, newGuestOutcome } from "../guest/_new_guest.ts";
import { type Place, stateOf } from "../guest/_state.ts";
import { storageRows, typeOfArchive } from "./_archive.ts";
import { cardsDown } from "./_without_network.ts";
import { answerOfTask } from "../../answer/task_answer.ts";

/** The guest that has the number already. */
async function existing(context: ReadContext, vmid: number): Promise<Guest | undefined> {
  return (await context.guests.list(context.signal)).find((guest) => guest.vmid === vmid);
}

function guestType({ type, archive }: Args): "vm" | "lxc" {
  const ofArchive = typeOfArchive(String(archive));
  const word = lookup(GUEST_TYPES, String(type));
  const requested = word === "qemu" ? "vm" : word;
  if (ofArchive && requested && ofArchive !== requested) {
    throw new ToolError(`Cannot restore "${archive}" as ${requested}`, {
      reason: `It is the backup of a ${ofArchive === "vm" ? "VM" : "container"}`,
    });
  }
  const found = ofArchive ?? requested;
  if (found) return found;
  throw new ToolError("Cannot tell whether this is a VM or a container", {
    reason: `The name of "${archive}" does not say`,
    parameters: { type: "is missing: vm or lxc" },
    notes: ["proxmox_backup action=list shows the volume ids of the backups there are"],
  });
}

function checkOverwrite(guest: Guest, type: "vm" | "lxc", force: unknown): void {
  if (guest.type !== (type === "vm" ? "qemu" : "lxc")) {
    throw new ToolError(`Cannot restore a ${type} over ${describeGuest(guest)}`, {
      reason: "It is a guest of the other type",
      notes: ["Nothing was done; proxmox_get_next_vmid tells a free number"],
    });
  }
  if (force === true) return;
  throw new ToolError(`Cannot restore to ${guest.vmid}: ${describeGuest(guest)} has that number`, {
    reason: "force=true overwrites it; all its data since the backup is lost",
    notes: ["Nothing was done; proxmox_get_next_vmid tells a free number"],
  });
}

/** The node that has the archive: named, of the guest that is overwritten, or the only one. */
async function nodeFor(
  context: ReadContext,
  { node, archive }: Args,
  guest: Guest | undefined,
): Promise<string> {
  if (guest) {
    if (node !== undefined && node !== guest.node) {
      context.notes.push(`It is on ${guest.node}, not on ${node}: the given node was corrected`);
    }
    return guest.node;
  }
  if (node !== undefined) return String(node);
  const [storage] = String(archive).split(":");
  const nodes = (await storageRows(context))
    .filter((row) => row.storage === storage && row.available)
    .map((row) => row.node);
  const [first] = nodes;
  if (first !== undefined && nodes.length === 1) return first;
  throw new ToolError('Cannot restore without "node"', {
    reason: nodes.length === 0
      ? `No node has the storage "${storage}" available`
      : `"${storage}" is on ${nodes.join(", ")}`,
    parameters: { node: "is missing" },
  });
}

/** The request, and what it restores to. */
interface Restore extends PlannedRequest {
  readonly place: Place;
  /** True when a guest has the number. */
  readonly isOver: boolean;
}

/** The request that restores the archive as a new guest, or over the guest of that number. */
export async function restoreRequest(context: ReadContext, input: Args): Promise<Restore> {
  const { type: _type, archive, node: _node, network, ...given } = input;
  const vmid = Number(input.vmid);
  const type = guestType(input);
  const guest = await existing(context, vmid);
  if (guest) checkOverwrite(guest, type, given.force);
  const node = await nodeFor(context, input, guest);
  const cards = network === "off" ? await cardsDown(context, node, String(archive)) : {};
  const rest = { ...cards, ...given };
  const isOver = guest !== undefined;
  return type === "vm"
    ? {
      operation: "POST /nodes/{node}/qemu",
      args: { ...named("qemu", rest), node, archive },
      place: { vmid, node, type: "qemu" },
      isOver,
    }
    : {
      operation: "POST /nodes/{node}/lxc",
      args: { ...named("lxc", rest), node, ostemplate: archive, restore: true },
      place: { vmid, node, type: "lxc" },
      isOver,
    };
}

/** Restores the archive as a new guest, or over the guest of that number. */
export async function restore(context: CallContext, input: Args): Promise<Answer> {
  const { operation, args, place, isOver } = await restoreRequest(context, input);
  if (input.start && input.network !== "off") await noteTwin(context, input, place);
  const { data } = await context.request(operation, args);
  const kind = place.type === "qemu" ? "VM" : "Container";
  const over = isOver ? " over what was there" : "";
  const title = `${kind} ${place.vmid} is restored on ${place.node} from ${input.archive}${over}`;
  return await answerOfTask(
    context,
    String(data),
    title,
    async ({ state }) => {
      if (state === "failed") return isOver ? {} : await stubOutcome(context, place);
      if (state !== "done") return {};
      return await newGuestOutcome(context, place, {
        copied: !isOver,
        pool: input.pool,
        starts: input.start === true,
      });
    },
  );
}

/** Says that the guest of the backup runs as well. */
async function noteTwin(context: ReadContext, { archive }: Args, { vmid }: Place): Promise<void> {
  const original = ownerByName(String(archive));
  const twin = original === undefined || original === vmid
    ? undefined
    : await existing(context, original);
  if (twin?.status !== "running") return;
  context.notes.push(
    `${
      describeGuest(twin)
    }, whose backup it is, runs: both have the same addresses and names on the network; network=off restores with links down, unique=true with other MAC addresses`,
  );
}

/** Whether a restore that failed has left a guest: PVE keeps its configuration, and its number. */
async function stubOutcome(context: ReadContext, place: Place): Promise<Outcome> {
  try {
    await stateOf(context, place);
  } catch {
    context.signal.throwIfAborted();
    return {};
  }
  return {
    notes: [
      `What is left has the number ${place.vmid}: proxmox_guest_delete vmid=${place.vmid} removes it, and force=true restores over it`,
    ],
  };
}
