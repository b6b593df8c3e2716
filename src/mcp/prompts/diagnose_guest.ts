/**
 * The prompt `diagnose_guest`: state, configuration, tasks and load of a guest, and the log of its
 * last task that failed.
 *
 * @module
 */
import { sanitizeLine } from "../../base/text/sanitize.ts";
import { describeGuest, type Guest } from "../../pve/guests.ts";
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";
import { rowsOf, type Section, type SectionReader } from "./section_reader.ts";

/** Tasks of the guest that are looked through. */
const MAX_TASKS = 15;

/** The tasks of a guest, and the log of the newest that failed. */
async function taskSections(reader: SectionReader, guest: Guest): Promise<Section[]> {
  const tasks = await reader.tasks("Its newest tasks", { vmid: guest.vmid, limit: MAX_TASKS });
  const failed = rowsOf(tasks.answer).find(({ status }) =>
    typeof status === "string" && !/^(OK|RUNNING|WARNINGS: \d+)$/.test(status)
  );
  if (typeof failed?.upid !== "string") return [tasks];
  const log = await reader.section("Log of the newest task that failed", "proxmox_node_task", {
    action: "log",
    upid: failed.upid,
  });
  return [tasks, log];
}

async function build(context: PromptContext): Promise<PromptBody> {
  const { args, reader } = context;
  const guest = await context.guest(args.guest ?? "");
  const { vmid, node } = guest;
  const [tasks, ...sections] = await Promise.all([
    taskSections(reader, guest),
    reader.section("State", "proxmox_guest_status", { vmid }),
    reader.section("Configuration", "proxmox_guest_config", { vmid }),
    reader.section("Load of the last hour", "proxmox_guest_rrddata", { vmid, limit: 6 }),
    reader.section("Snapshots", "proxmox_guest_snapshot", { action: "list", vmid }),
    reader.section(`Node ${node}`, "proxmox_node", { action: "status", node }),
  ]);
  const symptom = args.symptom === undefined ? "" : ` The symptom: ${args.symptom}`;
  return {
    task: `Find out what is wrong with ${sanitizeLine(describeGuest(guest))}.${symptom}\n` +
      "Say what the data shows, the most likely cause and how sure you are of it, then what to do, " +
      "the least risky first. Name what is missing to be sure, and look it up.",
    sections: [...sections.slice(0, 2), ...tasks, ...sections.slice(2)],
    next: [
      ["proxmox_node_log", "journal", `node=${node}`, "what the node said"],
      ["proxmox_node_task", "log", "upid=…", "the whole log of a task"],
      guest.type === "qemu"
        ? ["proxmox_agent_info", "osinfo", `vmid=${vmid}`, "how it looks from inside"]
        : ["proxmox_lxc_exec", "default", `vmid=${vmid} command=…`, "how it looks from inside"],
      ["proxmox_storage_config", "cluster_usage", "", "whether a storage is full"],
      ["proxmox_ha_resource", "status", "", "what HA does with it"],
      ["proxmox_guest_snapshot", "create", "", "before anything is changed"],
    ],
  };
}

export const diagnoseGuest: PromptSpec = {
  name: "diagnose_guest",
  title: "Diagnose a guest",
  description:
    "Find out what is wrong with a VM or container, from its state, tasks, load and node.",
  arguments: [
    { name: "guest", description: "Number or name of the guest", required: true, source: "guest" },
    { name: "symptom", description: "What was noticed" },
  ],
  build,
};
