/**
 * The prompt `diagnose_guest`: state, configuration, tasks and load of a guest, and the log of its
 * last task that failed.
 *
 * @module
 */
import { cleanLine } from "../../tool/clean.ts";
import { describeGuest, type Guest } from "../../pve/guests.ts";
import {
  type PromptBody,
  type PromptSpec,
  type Read,
  rowsOf,
  type Section,
  section,
} from "./prompt.ts";

/** Tasks of the guest that are looked through. */
const TASKS = 15;

/** The tasks of a guest, and the log of the newest that failed. */
async function taskSections(read: Read, guest: Guest): Promise<Section[]> {
  const tasks = await section(read, "Its newest tasks", "proxmox_node_task", {
    action: "list",
    vmid: guest.vmid,
    limit: TASKS,
  });
  const failed = rowsOf(tasks.answer.list).find(({ status }) =>
    typeof status === "string" && !/^(OK|RUNNING|WARNINGS: \d+)$/.test(status)
  );
  if (typeof failed?.upid !== "string") return [tasks];
  const log = await section(read, "Log of the newest task that failed", "proxmox_node_task", {
    action: "log",
    upid: failed.upid,
  });
  return [tasks, log];
}

async function build(
  { args, read, guest: find }: Parameters<PromptSpec["build"]>[0],
): Promise<PromptBody> {
  const guest = await find(args.guest ?? "");
  const { vmid, node } = guest;
  const [tasks, ...sections] = await Promise.all([
    taskSections(read, guest),
    section(read, "State", "proxmox_guest_status", { vmid }),
    section(read, "Configuration", "proxmox_guest_config", { vmid }),
    section(read, "Load of the last hour", "proxmox_guest_rrddata", { vmid, limit: 6 }),
    section(read, "Snapshots", "proxmox_guest_snapshot", { action: "list", vmid }),
    section(read, `Node ${node}`, "proxmox_node", { action: "status", node }),
  ]);
  const symptom = args.symptom === undefined ? "" : ` The symptom: ${args.symptom}`;
  return {
    task: `Find out what is wrong with ${cleanLine(describeGuest(guest))}.${symptom}\n` +
      "Say what the data shows, the most likely cause and how sure you are of it, then what to do, " +
      "the least risky first. Name what is missing to be sure, and look it up.",
    sections: [...sections.slice(0, 2), ...tasks, ...sections.slice(2)],
    next: [
      {
        tool: "proxmox_node_log",
        action: "journal",
        args: `node=${node}`,
        why: "what the node said",
      },
      { tool: "proxmox_node_task", action: "log", args: "upid=…", why: "the whole log of a task" },
      guest.type === "qemu"
        ? {
          tool: "proxmox_agent_info",
          action: "osinfo",
          args: `vmid=${vmid}`,
          why: "how it looks from inside",
        }
        : {
          tool: "proxmox_lxc_exec",
          action: "default",
          args: `vmid=${vmid} command=…`,
          why: "how it looks from inside",
        },
      { tool: "proxmox_storage_config", action: "cluster_usage", why: "whether a storage is full" },
      { tool: "proxmox_ha_resource", action: "status", why: "what HA does with it" },
      { tool: "proxmox_guest_snapshot", action: "create", why: "before anything is changed" },
    ],
  };
}

/** `diagnose_guest` */
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
