/**
 * The table of resources: address, description, and the tool call whose answer each one is.
 *
 * @module
 */
import type { CompletionSource } from "./completion_source.ts";

export type TemplateValues = Readonly<Record<string, string>>;

/** The tool call whose answer a resource is. */
export interface ToolCall {
  readonly tool: string;
  readonly args: (values: TemplateValues) => Readonly<Record<string, unknown>>;
}

/** One resource, or a template of many. */
export interface ResourceSpec {
  /** Address without `proxmox://`; `{name}` stands for a segment. */
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Where the variable's values come from. */
  readonly source?: CompletionSource;
  /** Absent for the pages of tools, which nobody has to be asked for. */
  readonly call?: ToolCall;
}

/** All resources. */
export const RESOURCES: readonly ResourceSpec[] = [
  {
    path: "cluster",
    name: "cluster",
    title: "Cluster",
    description: "Quorum, and state and load of each node",
    call: { tool: "proxmox_cluster", args: () => ({ action: "status" }) },
  },
  {
    path: "health",
    name: "health",
    title: "Health",
    description: "Whether the cluster is well, and what needs attention",
    call: { tool: "proxmox_report", args: () => ({ action: "health" }) },
  },
  {
    path: "nodes",
    name: "nodes",
    title: "Nodes",
    description: "All nodes with their load",
    call: { tool: "proxmox_node", args: () => ({ action: "list" }) },
  },
  {
    path: "guests",
    name: "guests",
    title: "Guests",
    description: "VMs and containers with their state and load",
    call: { tool: "proxmox_guest_list", args: () => ({}) },
  },
  {
    path: "storage",
    name: "storage",
    title: "Storage",
    description: "How full each storage is on each node",
    call: { tool: "proxmox_storage_config", args: () => ({ action: "cluster_usage" }) },
  },
  {
    path: "tasks",
    name: "tasks",
    title: "Tasks",
    description: "The newest tasks of all nodes, and how they ended",
    call: { tool: "proxmox_node_task", args: () => ({ action: "list" }) },
  },
  {
    path: "ha",
    name: "ha",
    title: "High availability",
    description: "State of HA, its nodes and its resources",
    call: { tool: "proxmox_ha_resource", args: () => ({ action: "status" }) },
  },
  {
    path: "backup-jobs",
    name: "backup-jobs",
    title: "Backup jobs",
    description: "Scheduled backups, their targets and next runs",
    call: { tool: "proxmox_cluster_backup_job", args: () => ({ action: "list" }) },
  },
  {
    path: "node/{node}",
    name: "node",
    title: "Node",
    description: "Status of a node",
    source: "node",
    call: { tool: "proxmox_node", args: ({ node }) => ({ action: "status", node }) },
  },
  {
    path: "guest/{guest}",
    name: "guest",
    title: "Guest",
    description: "State, load and addresses of a guest, by number or name",
    source: "guest",
    call: { tool: "proxmox_guest_status", args: ({ guest }) => ({ vmid: guest }) },
  },
  {
    path: "guest/{guest}/config",
    name: "guest_config",
    title: "Guest configuration",
    description: "Configuration of a guest, and what is pending",
    source: "guest",
    call: { tool: "proxmox_guest_config", args: ({ guest }) => ({ vmid: guest }) },
  },
  {
    path: "task/{upid}",
    name: "task",
    title: "Task",
    description: "How a task stands or ended, with the end of its log",
    source: "task",
    call: { tool: "proxmox_node_task", args: ({ upid }) => ({ action: "get", upid }) },
  },
  {
    path: "tools/{tool}",
    name: "tool",
    title: "Manual page",
    description: "What a tool does, takes, calls and needs",
    source: "tool",
  },
];
