/**
 * What PVE checks of disks and mount points before any work begins. Sources: check_storage_access
 * and check_drive_param of PVE::API2::Qemu, PVE::API2::LXC.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { GuestConfig } from "../core/model.ts";
import { failed, invalid } from "../core/refusal.ts";
import { isVolid } from "../storage/storages.ts";
import { assertVolumeAccess, parseVolname } from "../storage/volname.ts";
import { isDiskKey, printMoved, propertiesOf, sourceOf } from "./config.ts";
import { newVolumeOf } from "./disks.ts";
import { assertPrivilege } from "./find.ts";

function diskKeys(type: "qemu" | "lxc", settings: GuestConfig): string[] {
  return Object.keys(settings).filter((key) => isDiskKey(type, key)).sort();
}

/** The volume at a path, which is no device. Source: cleanup_drive_path of PVE::QemuServer::Drive. */
function associated(cluster: Cluster, node: string, key: string, text: string): string {
  const properties = propertiesOf("qemu", key, text);
  const source = sourceOf("qemu", properties);
  if (!/^\/(?!dev\/)/.test(source)) return text;
  try {
    return printMoved("qemu", key, properties, cluster.storages.located(source, node));
  } catch {
    throw invalid({ [key]: `unable to associate path '${source}' to any storage` });
  }
}

/** Settings of a VM with volumes in place of their paths; a hook script must be there. */
export function withVolumes(cluster: Cluster, node: string, settings: GuestConfig): GuestConfig {
  const { hookscript } = settings;
  if (hookscript !== undefined && !cluster.storages.find(String(hookscript), node)) {
    throw invalid({ hookscript: `script '${hookscript}' does not exist\n` });
  }
  const disks = diskKeys("qemu", settings).map((key) =>
    [key, associated(cluster, node, key, String(settings[key]))] as const
  );
  return { ...settings, ...Object.fromEntries(disks) };
}

/** Refuses disks of a VM whose storages or images the caller may not use, or that are unfit. */
export function assertDrives(
  cluster: Cluster,
  call: Call,
  vmid: number,
  settings: GuestConfig,
): void {
  const keys = diskKeys("qemu", settings);
  for (const key of keys) assertDrive(cluster, call, vmid, key, String(settings[key]));
  const { vmstatestorage } = settings;
  if (vmstatestorage !== undefined) {
    assertPrivilege(cluster, call, `/storage/${vmstatestorage}`, "Datastore.AllocateSpace");
  }
  for (const key of keys) {
    const properties = propertiesOf("qemu", key, String(settings[key]));
    const source = sourceOf("qemu", properties);
    if (!isVolid(source) || newVolumeOf(source) || properties.media === "cdrom") continue;
    if (parseVolname(cluster, source).type === "iso") {
      throw invalid({ [key]: "explicit 'media=cdrom' is required for iso images" });
    }
  }
}

function assertDrive(
  cluster: Cluster,
  call: Call,
  vmid: number,
  key: string,
  text: string,
): void {
  const properties = propertiesOf("qemu", key, text);
  const source = sourceOf("qemu", properties);
  const newVolume = newVolumeOf(source);
  if (source === "cdrom") {
    assertPrivilege(cluster, call, "/", "Sys.Console");
  } else if (newVolume && newVolume.wanted !== "cloudinit") {
    assertPrivilege(cluster, call, `/storage/${newVolume.storage}`, "Datastore.AllocateSpace");
    assertContent(cluster, newVolume.storage, "images", "vm images");
  } else if (!newVolume && isVolid(source)) {
    const { type } = assertVolumeAccess(cluster, call, vmid, source);
    if (type !== "images" && type !== "iso") {
      throw invalid({ [key]: "content type needs to be 'images' or 'iso'" });
    }
  } else if (source.startsWith("/") && call.user !== "root@pam") {
    throw failed("Only root can pass arbitrary filesystem paths.");
  }
  const imported = properties["import-from"];
  if (imported !== undefined) assertImport(cluster, call, vmid, key, imported);
}

function assertImport(
  cluster: Cluster,
  call: Call,
  vmid: number,
  key: string,
  source: string,
): void {
  if (!isVolid(source)) {
    if (call.user !== "root@pam") throw failed("Only root can pass arbitrary filesystem paths.");
    return;
  }
  const { type, owner } = parseVolname(cluster, source);
  if (type !== "images" && type !== "import") {
    throw invalid({
      [key]: `${source} has wrong type '${type}' - needs to be 'images' or 'import'`,
    });
  }
  if (owner === undefined) assertVolumeAccess(cluster, call, vmid, source);
  else assertPrivilege(cluster, call, `/vms/${owner}`, "VM.Clone");
}

/** Refuses a storage that is not there, or does not take volumes of a kind. */
function assertContent(cluster: Cluster, storage: string, content: string, label: string): void {
  const definition = cluster.storages.definitions.get(storage);
  if (!definition) throw failed(`storage '${storage}' does not exist`);
  if (!cluster.storages.content(definition).includes(content)) {
    throw invalid({ storage: `storage '${storage}' does not support ${label}` });
  }
}

/** Refuses mount points of a new container on storages that are not there for it. */
export function assertMountPoints(
  cluster: Cluster,
  call: Call,
  node: string,
  settings: GuestConfig,
): void {
  for (const key of diskKeys("lxc", settings)) {
    const source = sourceOf("lxc", propertiesOf("lxc", key, String(settings[key])));
    if (!isVolid(source)) {
      // Whether the host may be reached that way, the option's own check has said.
      continue;
    }
    const [storage = ""] = source.split(":");
    cluster.storages.require(storage, node);
    assertContent(cluster, storage, "rootdir", "container directories");
    assertPrivilege(cluster, call, `/storage/${storage}`, "Datastore.AllocateSpace");
  }
}
