/**
 * The prompt `capacity_report`: what the nodes and storages have, what is used, and what is
 * promised to guests.
 *
 * @module
 */
import type { Answer, Row } from "../../tool/answer.ts";
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";
import {
  computed,
  countedNote,
  rowsOf,
  type Section,
  type SectionReader,
} from "./section_reader.ts";

/** Nodes whose load over time is read. */
const MAX_NODES = 6;

interface Promised {
  guests: number;
  running: number;
  cores: number;
  memory: number;
  disk: number;
}

/** Sums of what the guests of each node may use; cores and memory of those that run. */
function sumsOf(guests: readonly Row[]): Map<string, Promised> {
  const sums = new Map<string, Promised>();
  for (const { node, status, maxcpu, maxmem, maxdisk } of guests) {
    const name = String(node);
    const sum = sums.get(name) ?? { guests: 0, running: 0, cores: 0, memory: 0, disk: 0 };
    sums.set(name, sum);
    sum.guests++;
    sum.disk += Number(maxdisk ?? 0);
    if (status !== "running") continue;
    sum.running++;
    sum.cores += Number(maxcpu ?? 0);
    sum.memory += Number(maxmem ?? 0);
  }
  return sums;
}

/** What is promised to guests against what the nodes have. */
async function promised(reader: SectionReader, nodes: readonly Row[]): Promise<Answer> {
  const fields = ["node", "status", "maxcpu", "maxmem", "maxdisk"];
  const guests = await reader.allGuests(fields);
  if (guests.failed) return guests.failed;
  const sums = sumsOf(guests.rows);
  const names = [...new Set([...nodes.map((row) => String(row.node)), ...sums.keys()])].sort();
  const table = names.map((name) => {
    const node = nodes.find((row) => row.node === name);
    const sum = sums.get(name);
    return {
      node: name,
      guests: sum?.guests ?? 0,
      running: sum?.running ?? 0,
      cores: node?.maxcpu ?? null,
      promised_cores: sum?.cores ?? 0,
      memory_bytes: node?.maxmem ?? null,
      promised_memory_bytes: sum?.memory ?? 0,
      root_disks_bytes: sum?.disk ?? 0,
    };
  });
  return computed(
    "Promised to running guests, and the first disk of all",
    table,
    countedNote(guests, "first", "guests"),
  );
}

/** The month's load of each node, summed up; no single points. */
function monthSections(reader: SectionReader, nodes: readonly Row[]): Promise<Section[]> {
  const online = nodes.filter(({ status }) => status === "online").slice(0, MAX_NODES);
  return Promise.all(
    online.map(({ node }) =>
      reader.section(`Load of ${node} in the last month`, "proxmox_node_info", {
        action: "rrddata",
        node: String(node),
        timeframe: "month",
        limit: 1,
        fields: ["cpu", "iowait", "memused", "memtotal", "rootused"],
      })
    ),
  );
}

async function build({ args, reader }: PromptContext): Promise<PromptBody> {
  const filter = args.storage === undefined ? {} : { filter: `storage=${args.storage}` };
  const [nodes, storages] = await Promise.all([
    reader.nodes(),
    reader.storages("Storages", filter),
  ]);
  const rows = rowsOf(nodes.answer);
  const [answer, months] = await Promise.all([promised(reader, rows), monthSections(reader, rows)]);
  return {
    task: "Write a capacity report of this Proxmox VE cluster.\n" +
      "For processors, memory and each storage: what there is, what is used, what is promised to " +
      "guests, and how long it lasts at this pace, as far as the data tells. Check that the guests " +
      "of the largest node fit on the others should it fail. End with what to do, the most urgent first.",
    sections: [nodes, { heading: "Promised to guests", answer }, storages, ...months],
    next: [
      ["proxmox_guest_rrddata", "default", "vmid=… timeframe=month", "what a guest really uses"],
      [
        "proxmox_node_info",
        "storage_rrddata",
        "node=… storage=… timeframe=year",
        "how a storage fills",
      ],
      ["proxmox_storage_content", "list", "storage=…", "what fills a storage"],
      ["proxmox_guest_resize", "default", "vmid=…", "give a guest less"],
      ["proxmox_guest_migrate", "default", "vmid=… target=…", "spread the load"],
    ],
  };
}

export const capacityReport: PromptSpec = {
  name: "capacity_report",
  title: "Capacity report",
  description: "Report what nodes and storages have, use and promise, and how long it lasts.",
  arguments: [
    { name: "storage", description: "Only this storage; all without it", source: "storage" },
  ],
  build,
};
