/**
 * The prompt `capacity_report`: what the nodes and storages have, what is used, and what is
 * promised to guests.
 *
 * @module
 */
import type { Row } from "../../tool/answer.ts";
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";
import { nodeOfRow, rowsOf } from "./section_reader.ts";

/** The node whose failure leaves the most to the others. */
function largest(nodes: readonly Row[]): string | undefined {
  const online = nodes.filter(({ status }) => status === "online");
  const [first] = online.toSorted((one, other) => Number(other.maxmem) - Number(one.maxmem));
  return first && nodeOfRow(first);
}

async function build({ args: { storage }, reader }: PromptContext): Promise<PromptBody> {
  const [nodes, capacity, storages] = await Promise.all([
    reader.nodes(),
    reader.report(
      "Room, growth and promises",
      "capacity",
      storage === undefined ? {} : { filter: `what=${storage}` },
    ),
    reader.storages("Storages", storage === undefined ? {} : { filter: `storage=${storage}` }),
  ]);
  const node = largest(rowsOf(nodes.answer));
  const failure = node === undefined
    ? undefined
    : await reader.report(`If the largest node, ${node}, fails`, "failure", { node });
  return {
    task: "Write a capacity report of this Proxmox VE cluster.\n" +
      "For processors, memory and each storage: what there is, what is used, what is promised to " +
      "guests, and how long it lasts at this pace, as far as the data tells. Check that the guests " +
      "of the largest node fit on the others should it fail. End with what to do, the most urgent first.",
    sections: [nodes, capacity, storages, failure],
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
