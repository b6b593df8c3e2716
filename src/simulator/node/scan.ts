/**
 * /nodes/{node}/scan: storage that a node finds on itself and in the network.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import { named } from "../core/params.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

/** Servers of the company, and what they offer. */
const NFS: Readonly<Record<string, readonly Entry[]>> = {
  "nas.example.com": [
    { path: "/export/isos", options: "192.0.2.0/24" },
    { path: "/export/backup", options: "192.0.2.0/24" },
  ],
};
const CIFS: Readonly<Record<string, readonly Entry[]>> = {
  "nas.example.com": [{ share: "public", description: "Company share" }],
};
const ISCSI: Readonly<Record<string, readonly Entry[]>> = {
  "san.example.com": [{
    target: "iqn.2020-01.com.example:storage.lun1",
    portal: "198.51.100.40:3260",
  }],
};
const PBS: Readonly<Record<string, readonly Entry[]>> = {
  "pbs.example.com": [{ store: "main", comment: "Company backups" }],
};

function hosted(
  servers: Readonly<Record<string, readonly Entry[]>>,
  server: string,
  refusal: string,
): readonly Entry[] {
  const found = servers[server];
  if (!found) throw failed(refusal);
  return found;
}

function poolsOf(cluster: Cluster, call: Call, kind: string): string[] {
  return [...cluster.table(`disk.pools/${named(call, "node")}`)]
    .filter(([, pool]) => pool.kind === kind)
    .map(([name]) => name);
}

/** Handlers of /nodes/{node}/scan. */
export const handlers: Handlers = {
  "GET /nodes/{node}/scan/nfs": (_cluster, call) =>
    hosted(
      NFS,
      named(call, "server"),
      `command '/sbin/showmount --no-headers --exports ${
        named(call, "server")
      }' failed: exit code 1`,
    ),
  "GET /nodes/{node}/scan/cifs": (_cluster, call) =>
    hosted(
      CIFS,
      named(call, "server"),
      "do_connect: Connection failed (Error NT_STATUS_NOT_FOUND)",
    ),
  "GET /nodes/{node}/scan/iscsi": (_cluster, call) => {
    const [server = ""] = named(call, "portal").split(":");
    return hosted(ISCSI, server, `can't connect to portal '${named(call, "portal")}'`);
  },
  "GET /nodes/{node}/scan/pbs": (_cluster, call) => {
    const server = named(call, "server");
    return hosted(PBS, server, `error fetching datastores - 500 Can't connect to ${server}:8007`);
  },
  "GET /nodes/{node}/scan/lvm": (cluster, call) =>
    [...new Set(["pve", ...poolsOf(cluster, call, "lvm")])].map((vg) => ({ vg })),
  "GET /nodes/{node}/scan/lvmthin": (cluster, call) => {
    const vg = named(call, "vg");
    if (vg === "pve") return [{ lv: "data" }];
    return poolsOf(cluster, call, "lvmthin").includes(vg) ? [{ lv: vg }] : [];
  },
  "GET /nodes/{node}/scan/zfs": (cluster, call) =>
    poolsOf(cluster, call, "zfs").map((pool) => ({ pool })),
};
