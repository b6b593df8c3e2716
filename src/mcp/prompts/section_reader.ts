/**
 * Reads the data of prompts through the tools on offer. What cannot be read becomes a section that
 * says why, and the prompt goes on without it.
 *
 * @module
 */
import type { Answer, Row } from "../../tool/answer.ts";
import { sanitizeLine } from "../../base/text/sanitize.ts";
import { DEFAULT_LIMIT } from "../../answer/list.ts";

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

/** Rows of all pages of a list. */
export interface AllRows {
  readonly rows: readonly Row[];
  /** Rows there are, at least. */
  readonly total: number;
  /** Title and notes of the first page. */
  readonly notes: readonly string[];
  /** The answer that says why there are none. */
  readonly failed?: Answer;
}

/** Which of a node's storages to look into, and for what. */
export interface StorageSelection {
  /** Columns of the list of storages. */
  readonly fields: readonly string[];
  readonly select: (storage: Row) => boolean;
  /** Storages that are looked into at the most. */
  readonly max: number;
  readonly heading: (storage: string) => string;
  /** Arguments of the list of volumes. */
  readonly volumes: ToolArgs;
}

const PAGE_ROWS = 10_000;
/** Pages of guests that are counted. */
const MAX_GUEST_PAGES = 20;

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

/** An answer made of rows that were worked out here; all with the same keys. */
export function computed(
  title: string,
  rows: readonly Row[],
  notes: readonly string[] = [],
): Answer {
  const columns = Object.keys(rows[0] ?? {});
  const shown = rows.slice(0, DEFAULT_LIMIT);
  const cut = rows.length - shown.length;
  return {
    title,
    list: {
      columns,
      rows: shown.map((row) => columns.map((name) => row[name] ?? null)),
      total: rows.length,
    },
    notes: [...(cut > 0 ? [`${cut} further rows are left out`] : []), ...notes],
  };
}

/** Says that a sum leaves rows out; nothing where it has them all. */
export function countedNote(
  { rows, total }: AllRows,
  order: "first" | "newest",
  what: string,
): string[] {
  return rows.length < total ? [`Only the ${order} ${rows.length} ${what} are counted`] : [];
}

/** Reads sections, and rows to work something out of. */
export class SectionReader {
  constructor(private readonly read: ReadTool) {}

  /** What a tool answers, under a heading. */
  async section(heading: string, tool: string, args: ToolArgs = {}): Promise<Section> {
    return { heading, call: callText(tool, args), answer: await this.read(tool, args) };
  }

  /** A list page by page, `maxPages` at most. */
  async allRows(tool: string, args: ToolArgs, maxPages: number): Promise<AllRows> {
    const rows: Row[] = [];
    let notes: readonly string[] = [];
    let offset = 0;
    for (let page = 0; page < maxPages; page++) {
      const answer = await this.read(tool, { ...args, limit: PAGE_ROWS, offset });
      if (answer.failure) return { rows: [], total: 0, notes, failed: answer };
      if (page === 0) notes = [answer.title, ...(answer.notes ?? [])];
      rows.push(...rowsOf(answer));
      const next = answer.list?.next_offset;
      if (next === undefined) return { rows, total: rows.length, notes };
      offset = next;
    }
    return { rows, total: offset + 1, notes };
  }

  /** All guests, or those that a filter leaves. */
  allGuests(fields: readonly string[], filter: ToolArgs = {}): Promise<AllRows> {
    return this.allRows("proxmox_guest_list", { fields, ...filter }, MAX_GUEST_PAGES);
  }

  nodes(heading = "Nodes"): Promise<Section> {
    return this.section(heading, "proxmox_node", { action: "list" });
  }

  storages(heading = "Storages", args: ToolArgs = {}): Promise<Section> {
    return this.section(heading, "proxmox_storage_config", { action: "cluster_usage", ...args });
  }

  backupJobs(): Promise<Section> {
    return this.section("Backup jobs", "proxmox_cluster_backup_job", { action: "list" });
  }

  tasks(heading: string, args: ToolArgs): Promise<Section> {
    return this.section(heading, "proxmox_node_task", { action: "list", ...args });
  }

  /** The storages of a node, and what is on those that are selected. */
  async storagesOn(node: string, selection: StorageSelection): Promise<Section[]> {
    const { fields, select, max, heading, volumes } = selection;
    const storages = await this.storages(`Storages on ${node}`, { node, fields });
    const selected = rowsOf(storages.answer).filter(select).slice(0, max);
    const contents = selected.map(({ storage }) =>
      this.section(heading(String(storage)), "proxmox_storage_content", {
        action: "list",
        node,
        storage: String(storage),
        ...volumes,
      })
    );
    return [storages, ...await Promise.all(contents)];
  }
}
