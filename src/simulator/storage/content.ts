/**
 * A node's storages and what lies on them. Sources: PVE::API2::Storage::Status,
 * PVE::API2::Storage::Content.
 *
 * @module
 */
import { maySeeStorage } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Handlers } from "../core/handler.ts";
import type { Volume } from "../core/model.ts";
import { flag, list, named, number, text } from "../core/params.ts";
import { failed, forbidden, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import { parseSize } from "../guest/config.ts";
import { storageKind } from "./kinds.ts";
import { parseVolname } from "./volname.ts";
import { splitVolid } from "./storages.ts";
import { assertMay, maySee } from "./volume_access.ts";

function statusRow(cluster: Cluster, storage: string, node: string): Entry {
  const definition = cluster.storages.definitions.get(storage) ?? {};
  const enabled = !Number(definition.disable);
  const row: Entry = {
    type: definition.type,
    content: cluster.storages.content(definition).join(","),
    active: enabled ? 1 : 0,
    enabled: enabled ? 1 : 0,
    shared: cluster.storages.isShared(storage) ? 1 : 0,
  };
  return enabled ? { ...row, ...cluster.storages.usage(storage, node) } : row;
}

function formats(type: unknown): Entry {
  const { formats: all } = storageKind(String(type));
  const supported = all.filter((format) => /^(?:raw|qcow2|subvol|vmdk)$/.test(format));
  return { default: supported[0] ?? "raw", supported: supported.length > 0 ? supported : ["raw"] };
}

function listStorages(cluster: Cluster, call: Call): Entry[] {
  const node = named(call, "node");
  const wanted = text(call, "storage");
  const contents = list(call, "content");
  const target = text(call, "target");
  const rows: Entry[] = [];
  for (const [storage, definition] of cluster.storages.definitions) {
    if (wanted !== undefined && wanted !== storage) continue;
    if (!maySeeStorage(cluster, call.user, storage)) continue;
    if (!cluster.storages.isOn(definition, node)) continue;
    if (flag(call, "enabled") && Number(definition.disable)) continue;
    const holds = cluster.storages.content(definition);
    if (contents.length > 0 && !contents.some((content) => holds.includes(content))) continue;
    if (target !== undefined && target !== node && !cluster.storages.isOn(definition, target)) {
      continue;
    }
    const row: Entry = { storage, ...statusRow(cluster, storage, node) };
    if (Number(row.total) > 0) row.used_fraction = Number(row.used) / Number(row.total);
    if (flag(call, "format")) row.formats = formats(definition.type);
    rows.push(row);
  }
  return rows;
}

function status(cluster: Cluster, call: Call): Entry {
  const storage = named(call, "storage");
  const node = named(call, "node");
  const definition = cluster.storages.definitions.get(storage);
  if (!definition || !cluster.storages.isOn(definition, node)) {
    throw invalid({ storage: "No such storage." });
  }
  return statusRow(cluster, storage, node);
}

/** The base of a linked clone as its storage tells it: a snapshot of a block, or a file. */
function parentOf(volume: Volume, parent: string): string {
  const { name } = splitVolid(parent);
  return /\.\w+$/.test(volume.volid) ? `../${name}` : `${name}@__base__`;
}

function contentRow(volume: Volume, isPbs: boolean): Entry {
  const { backup: _backup, protected: guarded, parent, ...rest } = volume;
  const row: Entry = { ...rest, parent: parent === undefined ? null : parentOf(volume, parent) };
  if (guarded) row.protected = 1;
  if (volume.content !== "images" && volume.content !== "rootdir") delete row.parent;
  if (volume.backup) {
    row.subtype = volume.backup.type;
    if (isPbs) row.verification = { state: "ok", upid: "" };
  }
  return row;
}

function listContent(cluster: Cluster, call: Call): Entry[] {
  const storage = named(call, "storage");
  const node = named(call, "node");
  const definition = cluster.storages.require(storage, node);
  const content = text(call, "content");
  const vmid = number(call, "vmid");
  const taken = cluster.storages.content(definition);
  return [...cluster.storages.volumes(storage, node).values()]
    // What a storage takes no more it lists no more, and it may be used all the same.
    .filter((volume) => taken.includes(volume.content))
    .filter((volume) => content === undefined || volume.content === content)
    // Images to import are nobody's, and listed for everybody.
    .filter((volume) => vmid === undefined || volume.vmid === vmid || volume.content === "import")
    .filter((volume) => maySee(cluster, call.user, volume))
    .map((volume) => contentRow(volume, definition.type === "pbs"));
}

/** The volume id of a call, whose storage may stand in the volume as well. */
function volidOf(call: Call): string {
  const storage = text(call, "storage");
  const volume = named(call, "volume");
  const match = /^([^:/]+):(.+)$/.exec(volume);
  if (!match) {
    if (storage === undefined) throw failed("no storage ID specified");
    return `${storage}:${volume}`;
  }
  if (storage !== undefined && match[1] !== storage) {
    throw failed(`storage ID missmatch (${match[1]} != ${storage})`);
  }
  return volume;
}

function found(cluster: Cluster, call: Call, volid = volidOf(call)): Volume {
  const node = named(call, "node");
  cluster.storages.require(splitVolid(volid).storage, node);
  parseVolname(cluster, volid);
  const volume = cluster.storages.find(volid, node);
  if (!volume) throw failed(`volume_size_info on '${volid}' failed - no format`);
  return volume;
}

function readVolume(cluster: Cluster, call: Call): Entry {
  const volume = found(cluster, call);
  if (!maySee(cluster, call.user, volume)) {
    throw forbidden(`/storage/${splitVolid(volume.volid).storage}, Datastore.AllocateSpace`);
  }
  const entry: Entry = {
    path: cluster.storages.path(volume.volid),
    size: volume.size,
    used: volume.used ?? volume.size,
    format: volume.content === "backup" ? "raw" : volume.format,
  };
  if (volume.notes !== undefined) entry.notes = volume.notes;
  if (volume.content === "backup") entry.protected = volume.protected ? 1 : 0;
  return entry;
}

function changeVolume(cluster: Cluster, call: Call): null {
  const volume = found(cluster, call);
  assertMay(cluster, call, volume, "Datastore.Allocate");
  const notes = text(call, "notes");
  const guarded = flag(call, "protected");
  if (volume.content !== "backup") {
    throw failed(`only backups can have notes`);
  }
  if (notes !== undefined) volume.notes = notes;
  if (guarded !== undefined) volume.protected = guarded;
  return null;
}

function removeVolume(cluster: Cluster, call: Call): string | null {
  const volid = volidOf(call);
  const node = named(call, "node");
  const { storage } = splitVolid(volid);
  cluster.storages.require(storage, node);
  const volume = cluster.storages.find(volid, node);
  const privilege = /^(?:iso|vztmpl|import)$/.test(volume?.content ?? "")
    ? "Datastore.AllocateTemplate"
    : "Datastore.Allocate";
  if (volume) assertMay(cluster, call, volume, privilege);
  return cluster.startTask({
    node,
    type: "imgdel",
    id: `${volume?.vmid ?? vmidIn(volid)}@${storage}`,
    user: call.user,
    ms: 1_000,
    finish: () => {
      const now = cluster.storages.find(volid, node);
      const isFile = cluster.storages.kind(storage).files;
      if (!now && !isFile) throw failed(`volume '${volid}' does not exist`);
      if (now?.protected) {
        throw failed(`cannot remove protected volume '${splitVolid(volid).name}' on '${storage}'`);
      }
      if (now) assertNotBase(cluster, now, node);
      cluster.storages.remove(volid, node);
      const missing = `disk image '${cluster.storages.path(volid)}' does not exist`;
      return [...(now ? [] : [missing]), `Removed volume '${volid}'`];
    },
  });
}

/** The guest that the name of a volume tells. */
function vmidIn(volid: string): string {
  return /:(\d+)\/|-(\d+)-disk-/.exec(volid)?.[1] ?? "";
}

function assertNotBase(cluster: Cluster, volume: Volume, node: string): void {
  const { storage } = splitVolid(volume.volid);
  for (const other of cluster.storages.volumes(storage, node).values()) {
    if (other.parent !== volume.volid) continue;
    throw failed(`base volume '${volume.volid}' is still in use (used by '${other.volid}')`);
  }
}

function allocate(cluster: Cluster, call: Call): string {
  const storage = named(call, "storage");
  const node = named(call, "node");
  const vmid = number(call, "vmid") ?? 0;
  const filename = named(call, "filename");
  const kind = cluster.storages.kind(storage);
  cluster.storages.require(storage, node);
  if (!kind.files && !new RegExp(`^(?:vm|base|subvol)-${vmid}-[^/\\s]+$`).test(filename)) {
    throw failed(`illegal name '${filename}' - should be 'vm-${vmid}-*'`);
  }
  if (kind.files && !/\.(?:raw|qcow2|vmdk|subvol)$/.test(filename)) {
    throw failed(`unable to parse volume filename '${filename}'`);
  }
  const extension = /\.(raw|qcow2|vmdk|subvol)$/.exec(filename)?.[1];
  const format = text(call, "format") ?? extension ?? kind.formats[0];
  const size = named(call, "size");
  const name = kind.files ? `${vmid}/${filename}${extension ? "" : `.${format}`}` : filename;
  const volid = `${storage}:${name}`;
  if (cluster.storages.find(volid, node)) {
    throw failed(`disk image '${cluster.storages.path(volid)}' already exists`);
  }
  return cluster.storages.allocate({
    storage,
    node,
    vmid,
    guest: filename.startsWith("subvol") ? "lxc" : "qemu",
    size: parseSize(/[MG]$/.test(size) ? size : `${size}K`) ?? 0,
    format,
    name,
  }).volid;
}

function identity(cluster: Cluster, call: Call): never {
  cluster.storages.require(named(call, "storage"), named(call, "node"));
  throw failed(
    "get_identity not implemented for this plugin at /usr/share/perl5/PVE/Storage/Plugin.pm " +
      "line 2681.",
  );
}

function importMetadata(cluster: Cluster, call: Call): never {
  const volid = `${named(call, "storage")}:${splitVolid(named(call, "volume")).name}`;
  const volume = found(cluster, call, volid);
  throw invalid({ volume: `importing of '${volume.volid}' is not supported` });
}

/** Handlers of storages as a node sees them. */
export const handlers: Handlers = {
  "GET /nodes/{node}/storage": listStorages,
  "GET /nodes/{node}/storage/{storage}/status": status,
  "GET /nodes/{node}/storage/{storage}/content": listContent,
  "GET /nodes/{node}/storage/{storage}/content/{volume}": readVolume,
  "PUT /nodes/{node}/storage/{storage}/content/{volume}": changeVolume,
  "DELETE /nodes/{node}/storage/{storage}/content/{volume}": removeVolume,
  "POST /nodes/{node}/storage/{storage}/content": allocate,
  "GET /nodes/{node}/storage/{storage}/identity": identity,
  "GET /nodes/{node}/storage/{storage}/import-metadata": importMetadata,
};
