/**
 * Creating VMs and containers. Sources: PVE::API2::Qemu, PVE::API2::LXC.
 *
 * @module
 */
import { byName } from "../core/by_name.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Guest, GuestConfig, GuestType } from "../core/model.ts";
import { fields, named, number, text } from "../core/params.ts";
import { ApiError, failed, prefixed } from "../core/refusal.ts";
import { TaskFailure } from "../core/tasks.ts";
import { assertVolumeAccess } from "../storage/volname.ts";
import { defaultBoot } from "./boot_order.ts";
import { assertBridgesPermitted } from "./bridges.ts";
import { hasAgent, isDiskKey } from "./config.ts";
import { assertDrives, assertMountPoints, withVolumes } from "./disk_checks.ts";
import { guestTask } from "./find.ts";
import { followUp } from "./follow_up.ts";
import { assertFree, assertMayAllocate, newGuest, removeGuest } from "./lifecycle.ts";
import { kindOf, workerType } from "./names.ts";
import { assertOptionsPermitted } from "./options.ts";
import { isRestore, restore } from "./restore.ts";
import { newIdentity, realizeAll } from "./values.ts";

/** Parameters of a creation that are no options. */
const QEMU_CONTROL = [
  ...["vmid", "archive", "storage", "force", "unique", "pool", "bwlimit", "start"],
  ...["live-restore", "import-working-storage", "ha-managed"],
];
const LXC_CONTROL = [
  ...["vmid", "ostemplate", "storage", "force", "unique", "pool", "bwlimit", "start", "restore"],
  ...["password", "ssh-public-keys", "ignore-unpack-errors", "ha-managed"],
];

/** Windows keeps the version of the machine that it was installed on. */
function pinnedMachine({ machine, ostype }: GuestConfig): string | undefined {
  if (!String(ostype ?? "").startsWith("w")) return undefined;
  if (machine === undefined || machine === "pc") return "pc-i440fx-10.1";
  return machine === "q35" ? "pc-q35-10.1" : undefined;
}

function qemuDefaults(cluster: Cluster, config: GuestConfig): void {
  config.boot ??= defaultBoot(config);
  Object.assign(config, { ...newIdentity(cluster), ...config });
  config.meta = `creation-qemu=10.1.2,ctime=${cluster.now()}`;
  const machine = pinnedMachine(config);
  if (machine !== undefined) config.machine = machine;
}

/** Options of a new container: PVE's defaults, and a root of four GiB when none is given. */
function lxcSettings(call: Call, vmid: number): GuestConfig {
  const settings = fields(call, LXC_CONTROL) as GuestConfig;
  const storage = text(call, "storage") ?? "local";
  const mounts = Object.keys(settings).filter((key) => isDiskKey("lxc", key));
  if (mounts.length > 0 && settings.rootfs === undefined) {
    throw failed("mount points configured, but 'rootfs' not set - aborting");
  }
  settings.rootfs ??= "4";
  for (const key of ["rootfs", ...mounts]) {
    const value = String(settings[key]);
    if (/^\d+(?:\.\d+)?$/.test(value)) settings[key] = `${storage}:${value}`;
  }
  return {
    arch: "amd64",
    hostname: `CT${vmid}`,
    memory: 512,
    swap: 512,
    unprivileged: 1,
    ostype: osOf(named(call, "ostemplate")),
    ...settings,
  };
}

function osOf(template: string): string {
  const known = ["alpine", "archlinux", "centos", "debian", "fedora", "gentoo", "ubuntu"];
  return known.find((os) => template.includes(os)) ?? "unmanaged";
}

function build(
  cluster: Cluster,
  guest: Guest,
  settings: GuestConfig,
  prefix: string,
): string[] {
  // A container's root is made before its other mount points.
  const { rootfs, ...rest } = settings;
  const sorted = {
    ...(rootfs === undefined ? {} : { rootfs }),
    ...Object.fromEntries(Object.entries(rest).sort(byName)),
  };
  const { config, log } = prefixed(prefix, () => realizeAll(cluster, guest, sorted));
  if (guest.type === "qemu") qemuDefaults(cluster, config);
  guest.config = config;
  guest.agentRuns = hasAgent(config);
  return log;
}

function templateLog(cluster: Cluster, guest: Guest, template: string): string[] {
  const unpacked = [
    `extracting archive '${cluster.storages.path(template)}'`,
    "Total bytes read: 540948480 (516MiB, 221MiB/s)",
    "Detected container architecture: amd64",
  ];
  // That of Alpine has no SSH server.
  if (guest.config.ostype === "alpine") return unpacked;
  return [
    ...unpacked,
    `Creating SSH host key 'ssh_host_ed25519_key' - this may take some time ...`,
    `done: SHA256:${"x".repeat(43)} root@${guest.config.hostname ?? `CT${guest.vmid}`}`,
  ];
}

/** Options that are given with a restore. */
function overridesOf(call: Call, type: GuestType): GuestConfig {
  const options = fields(call, type === "qemu" ? QEMU_CONTROL : LXC_CONTROL) as GuestConfig;
  return Object.fromEntries(Object.entries(options).filter(([key]) => !isDiskKey(type, key)));
}

/** What is checked of a new VM before its number is taken. */
function checkedVm(cluster: Cluster, call: Call, vmid: number): GuestConfig {
  const given = fields(call, QEMU_CONTROL) as GuestConfig;
  const settings = withVolumes(cluster, named(call, "node"), given);
  assertDrives(cluster, call, vmid, settings);
  assertOptionsPermitted(cluster, { vmid, type: "qemu", config: {} }, call, Object.keys(settings));
  assertBridgesPermitted(cluster, call, "qemu", settings);
  return settings;
}

/** The same for a container, whose number is looked at first. */
function checkedContainer(cluster: Cluster, call: Call, vmid: number): GuestConfig {
  assertFree(cluster, vmid);
  const settings = lxcSettings(call, vmid);
  const optionNames = Object.keys(fields(call, LXC_CONTROL));
  assertOptionsPermitted(cluster, { vmid, type: "lxc", config: {} }, call, optionNames);
  assertBridgesPermitted(cluster, call, "lxc", settings);
  assertVolumeAccess(cluster, call, vmid, named(call, "ostemplate"), "vztmpl");
  assertMountPoints(cluster, call, named(call, "node"), settings);
  return settings;
}

function create(cluster: Cluster, call: Call): string {
  const type = call.operation.endsWith("/qemu") ? "qemu" : "lxc";
  const vmid = number(call, "vmid") ?? 0;
  const node = named(call, "node");
  const pool = text(call, "pool");
  assertMayAllocate(cluster, call, vmid, pool);
  if (isRestore(call)) {
    const overrides = overridesOf(call, type);
    assertOptionsPermitted(cluster, { vmid, type, config: {} }, call, Object.keys(overrides));
    return restore(cluster, call, type, overrides);
  }
  const settings = type === "qemu"
    ? checkedVm(cluster, call, vmid)
    : checkedContainer(cluster, call, vmid);
  const prefix = `unable to create ${kindOf(type)} ${vmid} - `;
  assertFree(cluster, vmid, prefix);
  const guest = newGuest(cluster, { vmid, type, node, lock: "create", pool });
  const given = text(call, "ostemplate");
  const template = given && cluster.storages.located(given, node);
  return guestTask(cluster, guest, call, {
    type: workerType(type, "create"),
    ms: type === "qemu" ? 1_500 : 3_000,
    undo: () => void removeGuest(cluster, guest),
    finish: () => {
      const log = build(cluster, guest, settings, prefix);
      if (template !== undefined) assertTemplate(cluster, template, node, prefix, log);
      if (template !== undefined) log.push(...templateLog(cluster, guest, template));
      return [...log, ...followUp(cluster, guest, call)];
    },
  });
}

/** Looks for a container's template, which is done when its volumes are made. */
function assertTemplate(
  cluster: Cluster,
  template: string,
  node: string,
  prefix: string,
  log: readonly string[],
): void {
  try {
    cluster.storages.activate(template, node);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new TaskFailure(`${prefix}${error.message}`, [...log, error.message]);
  }
}

/** Handlers that make guests. */
export const handlers: Handlers = {
  "POST /nodes/{node}/qemu": create,
  "POST /nodes/{node}/lxc": create,
};
