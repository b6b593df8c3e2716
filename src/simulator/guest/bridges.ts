/**
 * The bridges that guests are plugged into: who may use one, and what happens where there is none.
 * Sources: PVE::QemuServer::check_bridge_access, PVE::QemuServer::print_netdevice_full,
 * PVE::Network::read_bridge_mtu, qemu-server's pve-bridge script, PVE::LXC::vm_start.
 *
 * @module
 */
import { privilegesOn } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig, GuestType } from "../core/model.ts";
import { failed, forbidden } from "../core/refusal.ts";
import { TaskFailure } from "../core/tasks.ts";
import { running } from "../sdn/store.ts";
import { isNetKey, propertiesOf } from "./config.ts";

type NetworkCard = Readonly<Record<string, string>>;

function cardsOf(type: GuestType, config: GuestConfig): [key: string, card: NetworkCard][] {
  return Object.keys(config).filter(isNetKey).sort()
    .map((key) => [key, propertiesOf(type, key, String(config[key]))]);
}

/** True when a node has a bridge or a virtual network of that name. */
function hasBridge(cluster: Cluster, node: string, bridge: string): boolean {
  const type = String(cluster.table(`network/${node}`).get(bridge)?.type ?? "");
  return /^(?:OVS)?[Bb]ridge$/.test(type) || running(cluster, "vnets").has(bridge);
}

/** Refuses a caller that may not use the bridges of some network cards. */
export function assertBridgesPermitted(
  cluster: Cluster,
  call: Call,
  type: GuestType,
  config: GuestConfig,
): void {
  if (call.user === "root@pam") return;
  for (const [, { bridge, tag }] of cardsOf(type, config)) {
    if (bridge === undefined) continue;
    const zone = running(cluster, "vnets").get(bridge)?.zone ?? "localnetwork";
    const path = `/sdn/zones/${zone}/${bridge}${tag === undefined ? "" : `/${tag}`}`;
    if (!privilegesOn(cluster, call.user, path).has("SDN.Use")) throw forbidden(`${path}, SDN.Use`);
  }
}

/** Refuses a bridge that a node does not have. */
export function assertNodeBridge(cluster: Cluster, node: string, bridge: string): void {
  if (!hasBridge(cluster, node, bridge)) throw failed(`bridge '${bridge}' does not exist`);
}

/** Refuses to plug a network card into a bridge that is not there. */
export function assertBridge(cluster: Cluster, guest: Guest, key: string, text: string): void {
  const { bridge } = propertiesOf(guest.type, key, text);
  if (bridge !== undefined) assertNodeBridge(cluster, guest.node, bridge);
}

/**
 * Refuses to start a guest on a bridge that is not there: VirtIO cards take the MTU of their bridge
 * since release 9 and fail first, all others when QEMU runs the script that plugs them.
 *
 * @throws {ApiError | TaskFailure} In the words of the worker.
 */
export function assertBridges(cluster: Cluster, guest: Guest): void {
  for (const [key, { model, bridge, mtu }] of cardsOf(guest.type, guest.config)) {
    if (bridge === undefined || hasBridge(cluster, guest.node, bridge)) continue;
    if (guest.type === "lxc") throw notSpawned(guest);
    const readsMtu = model === "virtio" && (cluster.release !== "8.4" || mtu !== undefined);
    throw readsMtu
      ? failed(`bridge '${bridge}' does not exist`)
      : notPlugged(cluster, guest, key, bridge);
  }
}

function notPlugged(cluster: Cluster, guest: Guest, key: string, bridge: string): TaskFailure {
  const directory = cluster.release === "8.4" ? "/var/lib/qemu-server" : "/usr/libexec/qemu-server";
  const tap = `tap${guest.vmid}i${key.slice("net".length)}`;
  const script = `${directory}/pve-bridge`;
  return new TaskFailure("start failed: QEMU exited with code 1", [
    `bridge '${bridge}' does not exist`,
    `kvm: -netdev type=tap,id=${key},ifname=${tap},script=${script},` +
    `downscript=${script}down: network script ${script} failed with status 512`,
  ]);
}

function notSpawned({ vmid }: Guest): TaskFailure {
  return new TaskFailure(`startup for container '${vmid}' failed`, [
    "run_buffer: 571 Script exited with status 2",
    "lxc_create_network_priv: 3466 No such device - Failed to create network device",
    "lxc_spawn: 1840 Failed to create the network",
    `__lxc_start: 2107 Failed to spawn container "${vmid}"`,
  ]);
}
