/**
 * The prompt `create_guest`: where a new guest fits, and what it can be made of.
 *
 * @module
 */
import type { Row } from "../../tool/answer.ts";
import type { PromptBody, PromptContext, PromptSpec } from "./prompt.ts";
import { nodeOfRow, rowsOf, type Section, type SectionReader } from "./section_reader.ts";

/** Storages whose templates or images are listed. */
const MAX_STORAGES = 5;

/** What new containers and VMs are made of, and where they lie. */
const KINDS = {
  lxc: { tool: "proxmox_create_lxc", source: "vztmpl", disks: "rootdir", sources: "Templates" },
  vm: { tool: "proxmox_create_vm", source: "iso", disks: "images", sources: "ISO images" },
} as const;

function freeMemory({ maxmem, mem }: Row): number {
  return Number(maxmem ?? 0) - Number(mem ?? 0);
}

/** The node with most free memory. */
function roomiest(nodes: readonly Row[]): string | undefined {
  const online = nodes.filter(({ status }) => status === "online");
  const [best] = online.toSorted((one, other) => freeMemory(other) - freeMemory(one));
  return best && nodeOfRow(best);
}

/** Storages of the node, and what a new guest can be made of. */
async function storageSections(
  reader: SectionReader,
  node: string,
  { source, sources }: typeof KINDS[keyof typeof KINDS],
): Promise<Section[]> {
  const fields = ["storage", "type", "status", "avail", "total", "content", "shared"];
  const storages = await reader.storages(`Storages on ${node}`, { node, fields });
  const names = rowsOf(storages.answer).filter(({ content, status }) =>
    status === "available" && String(content).split(",").includes(source)
  ).slice(0, MAX_STORAGES).map(({ storage }) => String(storage));
  const contents = names.map((storage) => {
    const args = { action: "list", node, storage, content: source, fields: ["volid", "size"] };
    return reader.section(`${sources} on ${storage}`, "proxmox_storage_content", args);
  });
  return [storages, ...await Promise.all(contents)];
}

/** What the person wants of the guest, and where it goes. */
function requirements(args: PromptContext["args"], node: string | undefined): string {
  const place = args.node === undefined ? "has most free memory" : "is where it goes";
  return [
    args.purpose === undefined ? "" : ` It is for: ${args.purpose}.`,
    node === undefined ? "" : ` ${node} ${place}.`,
    args.storage === undefined ? "" : ` Its disks go on ${args.storage}.`,
    args.pool === undefined ? "" : ` It belongs to pool ${args.pool}.`,
  ].join("");
}

function bridgeSection(reader: SectionReader, node: string): Promise<Section> {
  return reader.section(`Bridges of ${node}`, "proxmox_node", {
    action: "network",
    node,
    filter: "bridge",
    fields: ["iface", "type", "active", "cidr", "bridge_vlan_aware", "comments"],
  });
}

async function build({ args, reader }: PromptContext): Promise<PromptBody> {
  const kind = /^(lxc|ct|container)$/i.test(args.type ?? "") ? KINDS.lxc : KINDS.vm;
  const nodes = await reader.nodes();
  const node = args.node ?? roomiest(rowsOf(nodes.answer));
  const [storages, bridges, ...rest] = await Promise.all([
    node === undefined ? [] : storageSections(reader, node, kind),
    node === undefined ? undefined : bridgeSection(reader, node),
    reader.section("Virtual networks", "proxmox_sdn_vnet", { action: "list" }),
    reader.section("Pools", "proxmox_pool", { action: "list" }),
    reader.section("Next free number", "proxmox_get_next_vmid"),
  ]);
  const what = kind === KINDS.lxc ? "container" : "VM";
  return {
    task: `Propose a new ${what} on this Proxmox VE cluster.${requirements(args, node)}\n` +
      `Choose node, storage (its content must have ${kind.disks}), image, network, cores and memory by ` +
      "the data, and give the reasons in short. Show the whole call, and ask for what only the person " +
      "can know: name, password or SSH key, address. Create it once they have agreed.",
    sections: [nodes, ...storages, bridges, ...rest],
    next: [
      [kind.tool, "default", "", "create it"],
      kind === KINDS.lxc
        ? [
          "proxmox_node_info",
          "aplinfo",
          `node=${node ?? "…"}`,
          "templates that can be downloaded",
        ]
        : ["proxmox_guest_clone", "default", "vmid=…", "from a template"],
      [
        "proxmox_storage_content",
        "download_url",
        "storage=… url=… content=…",
        "fetch another image",
      ],
      ["proxmox_guest_start", "default", "vmid=…", "start it"],
      ["proxmox_cluster_backup_job", "list", "", "whether a job backs it up"],
    ],
  };
}

export const createGuest: PromptSpec = {
  name: "create_guest",
  title: "Create a guest",
  description: "Propose a new VM or container that fits the cluster, then create it.",
  arguments: [
    {
      ...{ name: "type", description: "vm (without it) or lxc", source: "guestType" },
      otherWords: ["qemu", "ct", "container"],
    },
    { name: "purpose", description: "What it is for" },
    { name: "node", description: "Node to put it on", source: "node" },
    { name: "storage", description: "Storage for its disks", source: "storage" },
    { name: "pool", description: "Pool to put it into", source: "pool" },
  ],
  build,
};
