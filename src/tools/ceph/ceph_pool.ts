import type { Row } from "../../tool/answer.ts";
import { defineTool, read, write } from "../../tool/define.ts";

const SETTINGS = [
  "name",
  "size",
  "min_size",
  "pg_num",
] as const;

/** `percent_used` is a fraction here, per cent in the list of OSDs. */
function withFraction(data: unknown): unknown {
  return (data as Row[]).map((row) => ({ ...row, used_fraction: row.percent_used }));
}

export default defineTool({
  name: "proxmox_ceph_pool",
  title: "Ceph pools",
  description: "Ceph pools.",
  target: "anyNode",
  parameterDescriptions: { size: "replicas" },
  actions: {
    list: read("GET /nodes/{node}/ceph/pool", {
      shape: withFraction,
      columns: [
        "pool_name",
        "pool",
        "type",
        "size",
        "min_size",
        "pg_num",
        "bytes_used",
        "used_fraction",
      ],
    }),
    get: read("GET /nodes/{node}/ceph/pool/{name}/status", {
      successMessage: 'Ceph pool "{name}"',
    }),
    create: write("POST /nodes/{node}/ceph/pool", {
      params: [...SETTINGS, "add_storages"],
      successMessage: 'Pool "{name}" is created',
    }),
    update: write("PUT /nodes/{node}/ceph/pool/{name}", {
      params: SETTINGS,
      successMessage: 'Pool "{name}" is updated',
    }),
    delete: write("DELETE /nodes/{node}/ceph/pool/{name}", {
      params: ["remove_storages"],
      successMessage: 'Pool "{name}" and its data are destroyed',
    }),
  },
});
