import type { Row } from "../../tool/answer.ts";
import { defineTool, read, write } from "../../tool/define.ts";

interface Branch {
  readonly type?: string;
  /** Per cent here, a fraction in the list of pools. */
  readonly percent_used?: number;
  readonly children?: readonly Branch[];
}

/** The OSDs of the CRUSH tree, which Proxmox VE answers as it is; each knows its host. */
function osdsOf(data: unknown): Row[] {
  const walk = ({ children = [], ...row }: Branch): Row[] => [
    ...(row.type === "osd" ? [{ ...row, used_fraction: (row.percent_used ?? 0) / 100 }] : []),
    ...children.flatMap(walk),
  ];
  const { root } = data as { readonly root?: Branch };
  return root ? walk(root) : [];
}

export default defineTool({
  name: "proxmox_ceph_osd",
  title: "Ceph OSDs",
  description: "OSDs. API tokens can neither create nor destroy them.",
  actions: {
    list: read("GET /nodes/{node}/ceph/osd", {
      target: "anyNode",
      shape: osdsOf,
      columns: [
        "id",
        "name",
        "host",
        "status",
        "in",
        "device_class",
        "used_fraction",
        "total_space",
        "pgs",
      ],
    }),
    create: write("POST /nodes/{node}/ceph/osd", {
      params: ["dev"],
      successMessage: "An OSD on {dev} of {node} is created",
    }),
    in: write("POST /nodes/{node}/ceph/osd/{osdid}/in", {
      target: "anyNode",
      successMessage: "OSD {osdid} is in: data moves to it",
    }),
    out: write("POST /nodes/{node}/ceph/osd/{osdid}/out", {
      target: "anyNode",
      successMessage: "OSD {osdid} is out: its data moves to others",
    }),
    scrub: write("POST /nodes/{node}/ceph/osd/{osdid}/scrub", {
      target: "anyNode",
      successMessage: "OSD {osdid} will be scrubbed",
    }),
    delete: write("DELETE /nodes/{node}/ceph/osd/{osdid}", {
      params: ["cleanup"],
      successMessage: "OSD {osdid} is destroyed",
    }),
  },
});
