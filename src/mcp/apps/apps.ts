/**
 * MCP Apps: the views that hosts show in a conversation. All of them are one page, which is told at
 * the top of it which one it is. Loaded for clients that know the extension alone.
 *
 * @module
 */
import { unpacked } from "../../base/packed.ts";
import { VERSION } from "../../base/process/version.ts";
import type { ToolEntry } from "../../tool/schema.ts";
import type { ReadResourceResult, Resource } from "../sdk.ts";

/** MIME type of a page for a host. */
const APP_MIME = "text/html;profile=mcp-app";
/** How the addresses of views begin. */
const APP_SCHEME = "ui://proxmox/";

interface View {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /**
   * The tool whose calls are shown in it. One that is called to look something up has no view: a
   * page for each look would be in the way. Backups are shown for the report on them, too.
   */
  readonly tool?: string;
}

const VIEWS: readonly View[] = [
  {
    name: "overview",
    title: "Overview",
    description: "Quorum, what needs a look, nodes, guests and storages",
    tool: "proxmox_report",
  },
  {
    name: "load",
    title: "Load",
    description: "CPU, memory, network, disk and space over time",
    tool: "proxmox_guest_rrddata",
  },
  {
    name: "tasks",
    title: "Tasks",
    description: "Running and last tasks with their logs",
    tool: "proxmox_node_task",
  },
  { name: "backups", title: "Backups", description: "Backups by guest and day" },
];

/** The entries of tools, with a link to the view of those that have one. */
export function withViews(entries: readonly ToolEntry[]): ToolEntry[] {
  return entries.map((entry) => {
    const view = VIEWS.find(({ tool }) => tool === entry.name);
    return view ? { ...entry, _meta: { ui: { resourceUri: APP_SCHEME + view.name } } } : entry;
  });
}

/** The views as `resources/list` has them. */
export function listViews(): Resource[] {
  return VIEWS.map(({ name, title, description }) => ({
    uri: APP_SCHEME + name,
    name: `view-${name}`,
    title,
    description,
    mimeType: APP_MIME,
  }));
}

/** The page of a view; undefined when there is none of that address. */
export async function readView(uri: string): Promise<ReadResourceResult | undefined> {
  const view = VIEWS.find(({ name }) => uri === APP_SCHEME + name);
  if (!view) return undefined;
  const { PACKED_PAGE } = await import("./page_gen.ts");
  const text = new TextDecoder().decode(await unpacked(PACKED_PAGE))
    .replace("%VIEW%", view.name)
    .replace("%VERSION%", VERSION);
  // It needs nothing beside itself: no `csp`, so that the host allows what it does by default.
  return { contents: [{ uri, mimeType: APP_MIME, text, _meta: { ui: { prefersBorder: true } } }] };
}
