/**
 * Lists of guests, and the indexes below one.
 *
 * @module
 */
import type { Cluster, ClusterHandler } from "../core/cluster.ts";
import type { Guest, GuestType } from "../core/model.ts";
import { mayAny } from "../privileges.ts";
import { both, type ClusterHandlers } from "./find.ts";
import { nodeRow, statusRow } from "./rows.ts";

function listOf(type: GuestType): ClusterHandler {
  return (cluster, call) =>
    cluster.guestsOf(call.path["node"] ?? "")
      .filter((guest) => guest.type === type)
      .filter((guest) => mayAny(cluster, call.user, `/vms/${guest.vmid}`, ["VM.Audit"]))
      .map((guest) => nodeRow(cluster, guest));
}

function named(key: string, names: string): () => Record<string, string>[] {
  return () => names.split(" ").map((name) => ({ [key]: name }));
}

const QEMU_INDEX = "config cloudinit pending status unlink vncproxy termproxy migrate resize " +
  "move_disk rrd rrddata monitor agent snapshot spiceproxy sendkey firewall mtunnel " +
  "remote_migrate feature clone template dbus-vmstate";
const LXC_INDEX = "config pending status vncproxy termproxy vncwebsocket spiceproxy migrate " +
  "clone initlog rrd rrddata firewall snapshot resize interfaces mtunnel remote_migrate " +
  "move_volume feature template";

/** Handlers of lists, indexes and the current status. */
export const listHandlers: ClusterHandlers = {
  "GET /nodes/{node}/qemu": listOf("qemu"),
  "GET /nodes/{node}/lxc": listOf("lxc"),
  "GET /nodes/{node}/qemu/{vmid}": named("subdir", QEMU_INDEX),
  "GET /nodes/{node}/lxc/{vmid}": named("subdir", LXC_INDEX),
  ...both(
    "GET /nodes/{node}/{type}/{vmid}/status",
    named("subdir", "current start stop shutdown reboot suspend resume"),
  ),
  ...both(
    "GET /nodes/{node}/{type}/{vmid}/status/current",
    (cluster: Cluster, guest: Guest) => statusRow(cluster, guest),
  ),
};
