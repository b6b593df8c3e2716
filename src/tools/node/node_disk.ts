import type { Row } from "../../tool/answer.ts";
import { defineTool, read } from "../../tool/define.ts";

interface VolumeNode extends Row {
  readonly name?: string;
  readonly children?: readonly VolumeNode[];
}

/** The tree of volume groups and their physical volumes as rows. */
function flattened(data: unknown): readonly Row[] {
  const groups = (data as VolumeNode | null)?.children ?? [];
  const row = ({ children: _, leaf: __, ...rest }: VolumeNode, kind: Row): Row => ({
    ...kind,
    ...rest,
  });
  return groups.flatMap((group) => [
    row(group, { vg: group.name, kind: "volume group" }),
    ...(group.children ?? []).map((volume) =>
      row(volume, { vg: group.name, kind: "physical volume" })
    ),
  ]);
}

export default defineTool({
  name: "proxmox_node_disk",
  title: "Node disks",
  description: "Disks, their SMART health, LVM, ZFS, directories.",
  actions: {
    list: read("GET /nodes/{node}/disks/list", {
      columns: ["devpath", "type", "size", "used", "health", "wearout", "model", "serial", "gpt"],
    }),
    smart: read("GET /nodes/{node}/disks/smart", {
      params: ["disk"],
      successMessage: "SMART of {disk} of {node}",
    }),
    lvm: read("GET /nodes/{node}/disks/lvm", {
      columns: ["vg", "kind", "name", "size", "free", "lvcount"],
      shape: flattened,
      successMessage: "LVM of {node}",
    }),
    zfs: read("GET /nodes/{node}/disks/zfs", {
      columns: ["name", "health", "size", "alloc", "free", "frag", "dedup"],
      successMessage: "ZFS pools of {node}",
    }),
    lvmthin: read("GET /nodes/{node}/disks/lvmthin", {
      columns: ["lv", "vg", "lv_size", "used", "metadata_size", "metadata_used"],
      successMessage: "LVM thin pools of {node}",
    }),
    directory: read("GET /nodes/{node}/disks/directory", {
      columns: ["path", "device", "type", "options", "unitfile"],
      successMessage: "Directories on disks of {node}",
    }),
  },
});
