/**
 * Single files out of backups on a Proxmox Backup Server.
 * Source: PVE::API2::Storage::FileRestore.
 *
 * @module
 */
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import { Download, type Handlers } from "../core/handler.ts";
import type { Volume } from "../core/model.ts";
import { flag, named } from "../core/params.ts";
import { failed, invalid } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";

/** What every backed up file system holds: directories with their entries, and file contents. */
const DIRECTORIES: Readonly<Record<string, readonly string[]>> = {
  "/": ["etc", "home", "srv"],
  "/etc": ["hostname", "hosts", "fstab"],
  "/home": ["admin"],
  "/home/admin": ["notes.txt"],
  "/srv": [],
};

function backupOf(cluster: Cluster, call: Call): Volume {
  const storage = named(call, "storage");
  const node = named(call, "node");
  const definition = cluster.storages.require(storage, node);
  if (definition.type !== "pbs") {
    throw invalid({ storage: "Only PBS storages supported for file-restore." });
  }
  const name = named(call, "volume");
  const volid = name.startsWith(`${storage}:`) ? name : `${storage}:${name}`;
  const volume = cluster.storages.find(volid, node);
  if (!volume?.backup) throw failed(`volume '${volid}' does not exist`);
  return volume;
}

/** The path that was asked for: `/`, or base64. */
function pathOf(call: Call): string {
  const encoded = named(call, "filepath");
  if (encoded === "/") return "/";
  try {
    return atob(encoded);
  } catch {
    throw failed("error decoding filepath");
  }
}

/** Archives of a backup: one per disk of a VM, one for a container's root. */
function archives(volume: Volume): string[] {
  const { type, sizes } = volume.backup ?? { type: "qemu", sizes: {} };
  if (type === "lxc") return ["root.pxar.didx"];
  return Object.keys(sizes).map((key) => `drive-${key}.img.fidx`);
}

/** The archive that a path leads into, and the path within its file system. */
function insideOf(volume: Volume, path: string): { archive: string; inside: string } {
  const [, archive = "", ...rest] = path.split("/");
  if (!archives(volume).includes(archive)) throw failed(`file '${path}' not found`);
  const isDisk = archive.endsWith(".img.fidx");
  const below = isDisk && rest[0] === "part" ? rest.slice(2) : rest;
  return { archive, inside: `/${below.join("/")}`.replace(/\/$/, "") || "/" };
}

function entry(path: string, name: string, type: string, volume: Volume): Entry {
  const full = `${path === "/" ? "" : path}/${name}`;
  const row: Entry = { text: name, type, leaf: type === "f" ? 1 : 0, filepath: btoa(full) };
  if (type === "f") Object.assign(row, { size: contentOf(name).length, mtime: volume.ctime });
  return row;
}

function contentOf(name: string): string {
  return name === "hostname" ? "restored\n" : `Content of ${name}\n`;
}

function list(cluster: Cluster, call: Call): Entry[] {
  const volume = backupOf(cluster, call);
  const path = pathOf(call);
  if (path === "/") return archives(volume).map((name) => entry("/", name, "v", volume));
  const { archive, inside } = insideOf(volume, path);
  const parts = path.split("/").length;
  if (archive.endsWith(".img.fidx") && parts === 2) return [entry(path, "part", "v", volume)];
  if (archive.endsWith(".img.fidx") && parts === 3) return [entry(path, "1", "v", volume)];
  const names = DIRECTORIES[inside];
  if (!names) throw failed(`file '${path}' not found`);
  return names.map((name) => {
    const below = `${inside === "/" ? "" : inside}/${name}`;
    return entry(path, name, DIRECTORIES[below] ? "d" : "f", volume);
  });
}

function download(cluster: Cluster, call: Call): Download {
  const volume = backupOf(cluster, call);
  const path = pathOf(call);
  const { inside } = insideOf(volume, path);
  const name = inside.split("/").at(-1) || "root";
  if (DIRECTORIES[inside]) {
    const packed = new Uint8Array([0x50, 0x4b, 0x05, 0x06, ...new Array<number>(18).fill(0)]);
    const suffix = flag(call, "tar") ? "tar.zst" : "zip";
    return new Download(packed, "application/octet-stream", `${name}.${suffix}`);
  }
  const parent = inside.slice(0, inside.lastIndexOf("/")) || "/";
  if (!DIRECTORIES[parent]?.includes(name)) throw failed(`file '${path}' not found`);
  const bytes = new TextEncoder().encode(contentOf(name));
  return new Download(bytes, "application/octet-stream", name);
}

/** Handlers of single files of backups. */
export const handlers: Handlers = {
  "GET /nodes/{node}/storage/{storage}/file-restore/list": list,
  "GET /nodes/{node}/storage/{storage}/file-restore/download": download,
};
