/**
 * Reads the data of prompts through the tools on offer. What cannot be read becomes a section that
 * says why, and the prompt goes on without it.
 *
 * @module
 */
import type { Answer, Row } from "../../tool/answer.ts";
import { sanitizeLine } from "../../base/text/sanitize.ts";

/** Arguments of a tool call. */
export type ToolArgs = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Calls a tool that reads; failures are answers. */
export type ReadTool = (tool: string, args: ToolArgs) => Promise<Answer>;

/** What was read for one heading. */
export interface Section {
  readonly heading: string;
  /** The call that reads it again, or reads more. */
  readonly call?: string;
  readonly answer: Answer;
}

/** Rows of a report: who asked for a prompt wants more of it than who asked for the report. */
const REPORT_ROWS = 100;

/** `proxmox_node_task action=list vmid=100` */
function callText(tool: string, args: ToolArgs): string {
  const pairs = Object.entries(args).map(([name, value]) => {
    const text = sanitizeLine(String(value));
    return `${name}=${/\s/.test(text) ? JSON.stringify(text) : text}`;
  });
  return [tool, ...pairs].join(" ");
}

/** Rows of an answer's list, each by its columns' names. */
export function rowsOf({ list }: Answer): Row[] {
  const { columns = [], rows = [] } = list ?? {};
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
}

/** The name of a row's node, after that of its cluster where there are several. */
export function nodeOfRow({ cluster, node }: Row): string {
  return cluster === undefined ? String(node) : `${cluster}/${node}`;
}

/** Reads sections. */
export class SectionReader {
  /** @param cluster The one of several that is read; all without it. */
  constructor(private readonly read: ReadTool, private readonly cluster?: string) {}

  /** What a tool answers, under a heading. */
  async section(heading: string, tool: string, given: ToolArgs = {}): Promise<Section> {
    const args = this.cluster === undefined ? given : { ...given, cluster: this.cluster };
    return { heading, call: callText(tool, args), answer: await this.read(tool, args) };
  }

  /** What a report says of the whole cluster. */
  report(heading: string, action: string, args: ToolArgs = {}): Promise<Section> {
    return this.section(heading, "proxmox_report", { action, ...args, limit: REPORT_ROWS });
  }

  nodes(heading = "Nodes"): Promise<Section> {
    return this.section(heading, "proxmox_node", { action: "list" });
  }

  storages(heading = "Storages", args: ToolArgs = {}): Promise<Section> {
    return this.section(heading, "proxmox_storage_config", { action: "cluster_usage", ...args });
  }

  tasks(heading: string, args: ToolArgs): Promise<Section> {
    return this.section(heading, "proxmox_node_task", { action: "list", ...args });
  }
}
