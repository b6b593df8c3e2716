/**
 * Creating VMs and containers. Sources: PVE::API2::Qemu, PVE::API2::LXC.
 *
 * @module
 */
import { messageOf } from "../../message_of.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Guest, GuestConfig } from "../core/model.ts";
import { fields, flag, named, number, text } from "../params.ts";
import { failed } from "../refusal.ts";
import { isVolid, splitVolid } from "../storage/storages.ts";
import type { Call } from "../types.ts";
import { assertFree, assertMayAllocate, newGuest, removeGuest } from "./births.ts";
import { diskProperties, hasAgent, isDiskKey, isNetKey, sourceOf } from "./config.ts";
import { newIdentity, realizeAll, type Realized } from "./configure.ts";
import { type ClusterHandlers, guestTask } from "./find.ts";
import { kindOf, workerType } from "./names.ts";
import { assertOptionsPermitted } from "./options.ts";
import { isRestore, restore } from "./restore.ts";
import { startNow } from "./state.ts";

/** Parameters of a creation that are no options. */
const QEMU_CONTROL = [
  ...["vmid", "archive", "storage", "force", "unique", "pool", "bwlimit", "start"],
  ...["live-restore", "import-working-storage", "ha-managed"],
];
const LXC_CONTROL = [
  ...["vmid", "ostemplate", "storage", "force", "unique", "pool", "bwlimit", "start", "restore"],
  ...["password", "ssh-public-keys", "ignore-unpack-errors", "ha-managed"],
];

/** Refuses disks on storages that are not there. */
function assertStorages(cluster: Cluster, guest: Guest, settings: GuestConfig): void {
  for (const [key, value] of Object.entries(settings)) {
    if (!isDiskKey(guest.type, key)) continue;
    const source = sourceOf(guest.type, diskProperties(guest.type, key, String(value)));
    if (!isVolid(source)) continue;
    const { storage, name } = splitVolid(source);
    const isNew = /^\d|^cloudinit$/.test(name);
    if (isNew) cluster.storages.requireFor(guest.type, storage, guest.node);
    else cluster.storages.require(storage, guest.node);
  }
}

function defaultBoot(config: GuestConfig): string {
  const keys = Object.keys(config);
  const disks = keys.filter((key) => /^(?:ide|scsi|virtio|sata)\d+$/.test(key));
  const [disk] = disks.filter((key) => !String(config[key]).includes("media=cdrom")).sort();
  const [cdrom] = disks.filter((key) => String(config[key]).includes("media=cdrom")).sort();
  const [net] = keys.filter(isNetKey).sort();
  const order = [disk, cdrom, net].filter((key) => key !== undefined);
  return `order=${order.join(";")}`;
}

function qemuDefaults(cluster: Cluster, config: GuestConfig): void {
  config.boot ??= defaultBoot(config);
  Object.assign(config, { ...newIdentity(cluster), ...config });
  config.meta = `creation-qemu=10.1.2,ctime=${cluster.now()}`;
}

/** Options of a new container: PVE's defaults, and a root of four GiB when none is given. */
function lxcSettings(call: Call, vmid: number): GuestConfig {
  const settings = fields(call, LXC_CONTROL) as GuestConfig;
  const storage = text(call, "storage") ?? "local";
  const root = String(settings.rootfs ?? "4");
  settings.rootfs = /^\d+(?:\.\d+)?$/.test(root) ? `${storage}:${root}` : root;
  return {
    arch: "amd64",
    hostname: `CT${vmid}`,
    memory: 512,
    swap: 512,
    ostype: osOf(named(call, "ostemplate")),
    ...settings,
  };
}

function osOf(template: string): string {
  const known = ["alpine", "archlinux", "centos", "debian", "fedora", "gentoo", "ubuntu"];
  return known.find((os) => template.includes(os)) ?? "unmanaged";
}

function realized(
  cluster: Cluster,
  guest: Guest,
  call: Call,
  settings: GuestConfig,
  prefix: string,
): Realized {
  try {
    return realizeAll(cluster, guest, call, settings);
  } catch (error) {
    throw failed(`${prefix}${messageOf(error)}`);
  }
}

function build(cluster: Cluster, guest: Guest, call: Call, { config, log }: Realized): string[] {
  if (guest.type === "qemu") qemuDefaults(cluster, config);
  guest.config = config;
  guest.agentRuns = hasAgent(config);
  if (flag(call, "start")) startNow(cluster, guest);
  return log;
}

function templateLog(cluster: Cluster, guest: Guest, template: string): string[] {
  return [
    `extracting archive '${cluster.storages.path(template)}'`,
    "Total bytes read: 540948480 (516MiB, 221MiB/s)",
    "Detected container architecture: amd64",
    `Creating SSH host key 'ssh_host_ed25519_key' - this may take some time ...`,
    `done: SHA256:${"x".repeat(43)} root@${guest.config.hostname ?? `CT${guest.vmid}`}`,
  ];
}

function create(cluster: Cluster, call: Call): string {
  const type = call.operation.endsWith("/qemu") ? "qemu" : "lxc";
  const vmid = number(call, "vmid") ?? 0;
  const pool = text(call, "pool");
  assertMayAllocate(cluster, call, vmid, pool);
  if (isRestore(call)) return restore(cluster, call, type);
  const kind = kindOf(type);
  const prefix = `unable to create ${kind} ${vmid} - `;
  assertFree(cluster, vmid, prefix);
  const node = named(call, "node");
  const settings = type === "qemu"
    ? fields(call, QEMU_CONTROL) as GuestConfig
    : lxcSettings(call, vmid);
  const guest = newGuest(cluster, { vmid, type, node, lock: "create", pool });
  try {
    const given = Object.keys(fields(call, type === "qemu" ? QEMU_CONTROL : LXC_CONTROL));
    assertOptionsPermitted(cluster, guest, call, given);
    assertStorages(cluster, guest, settings);
  } catch (error) {
    removeGuest(cluster, guest);
    throw error;
  }
  const template = text(call, "ostemplate");
  return guestTask(cluster, guest, call, {
    type: workerType(type, "create"),
    ms: type === "qemu" ? 1_500 : 3_000,
    log: template === undefined ? [] : templateLog(cluster, guest, template),
    undo: () => void removeGuest(cluster, guest),
    finish: () => {
      if (template !== undefined && !cluster.storages.find(template, node)) {
        throw failed(`${prefix}volume '${template}' does not exist`);
      }
      return build(cluster, guest, call, realized(cluster, guest, call, settings, prefix));
    },
  });
}

/** Handlers that make guests. */
export const createHandlers: ClusterHandlers = {
  "POST /nodes/{node}/qemu": create,
  "POST /nodes/{node}/lxc": create,
};
