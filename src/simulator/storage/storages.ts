/**
 * Storages and what lies on them: volumes, space, who may reach what from where.
 *
 * @module
 */
import { TIB } from "../../base/byte_units.ts";
import { DAY } from "../../base/text/units.ts";
import { splitList } from "../../pve/split_list.ts";
import type { GuestType, Volume } from "../core/model.ts";
import { failed } from "../core/refusal.ts";
import type { Entry } from "../core/tables.ts";
import {
  missingMessage,
  type StorageKind,
  storageKind,
  volumeName,
  volumePath,
  withoutBase,
} from "./kinds.ts";
import { assertGrowth, assertSpace } from "./space.ts";

/** Room on a storage that somebody adds. */
const DEFAULT_BYTES = TIB;

interface Area {
  readonly volumes: Map<string, Volume>;
  bytes: number;
}

/** The room that a storage has. */
export interface Capacity {
  readonly total: number;
  /** Bytes taken by what is not a volume. */
  readonly other: number;
  /** By how many bytes a day those become more since a time, and since when its use is measured. */
  readonly growth?: {
    readonly perDay: number;
    readonly since: number;
    readonly measured?: number;
  };
}

/** Room on a storage in bytes. */
export interface StorageUsage {
  readonly total: number;
  readonly used: number;
  readonly avail: number;
}

/** What is asked for when a volume is made. */
export interface Allocation {
  readonly storage: string;
  readonly node: string;
  readonly vmid: number;
  readonly guest: GuestType;
  /** Bytes. */
  readonly size: number;
  readonly format?: string | undefined;
  /** `cloudinit` or `state-NAME`; the next `disk-N` when absent. */
  readonly suffix?: string;
  readonly base?: boolean;
  /** Full name within the storage, in place of the next free one. */
  readonly name?: string;
  readonly parent?: string;
  /** Bytes that are filled from the start; nothing unless said otherwise. */
  readonly used?: number;
}

/** Storage and name of a volume id. */
export function splitVolid(volid: string): { storage: string; name: string } {
  const colon = volid.indexOf(":");
  return { storage: volid.slice(0, colon), name: volid.slice(colon + 1) };
}

/** True for a volume id; false for a path, `none` and `cdrom`. */
export function isVolid(text: string): boolean {
  return text.includes(":") && !text.startsWith("/");
}

/** A name without the ending of its format: a number is taken in all of them. */
function stem(name: string): string {
  return name.replace(/\.(?:raw|qcow2|vmdk|subvol)$/, "");
}

/** All storages of a cluster. */
export class Storages {
  readonly #areas = new Map<string, Area>();
  readonly capacity = new Map<string, Capacity>();

  /**
   * @param definitions Definitions by name, as `storage.cfg` has them.
   * @param now Seconds since 1970.
   */
  constructor(
    readonly definitions: Map<string, Entry>,
    private readonly now: () => number,
  ) {}

  /**
   * The definition of a storage that is there, enabled and, when a node is given, meant for it.
   *
   * @throws {ApiError} In PVE's words.
   */
  require(storage: string, node?: string): Entry {
    const definition = this.definitions.get(storage);
    if (!definition) throw failed(`storage '${storage}' does not exist`);
    if (Number(definition.disable)) throw failed(`storage '${storage}' is disabled`);
    if (node !== undefined && !this.isOn(definition, node)) {
      throw failed(`storage '${storage}' is not available on node '${node}'`);
    }
    return definition;
  }

  /**
   * The definition of a storage that is there and may hold volumes of guests of a type.
   *
   * @throws {ApiError} In PVE's words.
   */
  requireFor(guest: GuestType, storage: string, node: string): Entry {
    const definition = this.require(storage, node);
    const [content, label] = guest === "qemu"
      ? ["images", "vm images"]
      : ["rootdir", "container directories"];
    if (this.content(definition).includes(content)) return definition;
    throw failed(`storage '${storage}' does not support ${label}`);
  }

  /** True when a definition is for all nodes or for this one. */
  isOn(definition: Entry, node: string): boolean {
    const nodes = splitList(definition.nodes);
    return nodes.length === 0 || nodes.includes(node);
  }

  /** What the type of a storage is like. */
  kind(storage: string): StorageKind {
    return storageKind(String(this.definitions.get(storage)?.type));
  }

  /** True when all nodes see the same content. */
  isShared(storage: string): boolean {
    const definition = this.definitions.get(storage);
    return Boolean(Number(definition?.shared)) || this.kind(storage).shared;
  }

  /** Types of content that a storage holds. */
  content(definition: Entry): string[] {
    const listed = splitList(definition.content);
    return listed.length > 0 ? listed : [...storageKind(String(definition.type)).defaultContent];
  }

  /** Volumes of a storage as a node sees them. */
  volumes(storage: string, node: string): Map<string, Volume> {
    return this.#area(storage, node).volumes;
  }

  /** A volume by its id. */
  find(volid: string, node: string): Volume | undefined {
    return this.volumes(splitVolid(volid).storage, node).get(volid);
  }

  /**
   * A volume that must be there.
   *
   * @throws {ApiError} In PVE's words.
   */
  requireVolume(volid: string, node: string): Volume {
    const volume = this.find(volid, node);
    if (!volume) throw failed(`volume '${volid}' does not exist`);
    return volume;
  }

  /**
   * A volume that is made ready for use, which needs its storage to be there as well.
   *
   * @throws {ApiError} In the words of the storage's type.
   */
  activate(volid: string, node: string): Volume {
    const { storage, name } = splitVolid(volid);
    const definition = this.require(storage, node);
    const volume = this.find(volid, node);
    if (!volume) throw failed(missingMessage(volid, definition, name));
    return volume;
  }

  /** True when a linked clone builds on a volume. */
  isBaseInUse(volid: string, node: string): boolean {
    const volumes = this.volumes(splitVolid(volid).storage, node).values();
    return volumes.some(({ parent }) => parent === volid);
  }

  /**
   * The volume that lies at a path; what is no path stays as it is.
   *
   * @throws {ApiError} When nothing is there.
   */
  located(text: string, node: string): string {
    if (!text.startsWith("/")) return text;
    for (const [storage, definition] of this.definitions) {
      const volids = this.isOn(definition, node) ? this.volumes(storage, node).keys() : [];
      for (const volid of volids) if (this.path(volid) === text) return volid;
    }
    throw failed(`can't find file '${text}'`);
  }

  /** Where a volume lies on its node. */
  path(volid: string): string {
    const { storage, name } = splitVolid(volid);
    return volumePath(storage, this.definitions.get(storage) ?? {}, name);
  }

  /** Room on a storage, now or at another time by how what is no volume grows. */
  usage(storage: string, node: string, time = this.now()): StorageUsage {
    const { total, other, growth } = this.capacity.get(storage) ??
      { total: DEFAULT_BYTES, other: 0 };
    const grown = growth ? growth.perDay * (time - growth.since) / DAY : 0;
    const taken = other + grown + this.#area(storage, node).bytes;
    const used = Math.floor(Math.min(total, Math.max(0, taken)));
    return { total, used, avail: total - used };
  }

  /** Puts a volume where it belongs, in place of one that bears its name. */
  put(volume: Volume, node: string): Volume {
    this.remove(volume.volid, node);
    const area = this.#area(splitVolid(volume.volid).storage, node);
    area.volumes.set(volume.volid, volume);
    area.bytes += volume.used ?? volume.size;
    return volume;
  }

  /** Removes a volume; true when there was one. */
  remove(volid: string, node: string): boolean {
    const area = this.#area(splitVolid(volid).storage, node);
    const volume = area.volumes.get(volid);
    if (!volume) return false;
    area.bytes -= volume.used ?? volume.size;
    return area.volumes.delete(volid);
  }

  /** Makes a volume larger. */
  resize(volid: string, node: string, size: number): void {
    const area = this.#area(splitVolid(volid).storage, node);
    const volume = this.requireVolume(volid, node);
    const { storage } = splitVolid(volid);
    const { avail } = this.usage(storage, node);
    assertGrowth(this.definitions.get(storage), this.path(volid), size - volume.size, avail);
    if (volume.used === undefined) area.bytes += size - volume.size;
    volume.size = size;
  }

  /**
   * Makes a new volume for a guest.
   *
   * @throws {ApiError} When the storage cannot hold it, or is full.
   */
  allocate(wanted: Allocation): Volume {
    const { storage, node, vmid, guest, size } = wanted;
    this.requireFor(guest, storage, node);
    const content = guest === "qemu" ? "images" : "rootdir";
    const kind = this.kind(storage);
    const format = this.#format(storage, kind, wanted);
    const name = wanted.name ?? this.#freeName(kind, wanted, format);
    assertSpace(this.definitions.get(storage), name, size, this.usage(storage, node).avail);
    const volume: Volume = { volid: `${storage}:${name}`, content, format, size, vmid, ctime: 0 };
    if (kind.thin) volume.used = Math.min(size, wanted.used ?? 0);
    if (wanted.parent !== undefined) volume.parent = wanted.parent;
    return this.put({ ...volume, ctime: this.now() }, node);
  }

  #format(storage: string, kind: StorageKind, wanted: Allocation): string {
    const { guest, format } = wanted;
    if (guest === "lxc") return kind.formats.includes("subvol") && !kind.files ? "subvol" : "raw";
    if (wanted.parent !== undefined && kind.files) return "qcow2";
    if (format === undefined) return kind.formats[0] ?? "raw";
    if (!kind.formats.includes(format)) {
      throw failed(`storage '${storage}' does not support format '${format}'`);
    }
    return format;
  }

  /** The next free name; that of a linked clone begins with its base, but on LVM. */
  #freeName(kind: StorageKind, wanted: Allocation, format: string): string {
    const { storage, node, vmid, guest, parent } = wanted;
    const nameOf = (suffix: string, base = false): string =>
      volumeName(kind, { vmid, guest, format, suffix, base });
    const isLvm = this.definitions.get(storage)?.type === "lvmthin";
    const prefix = parent === undefined || isLvm ? "" : `${splitVolid(parent).name}/`;
    if (wanted.suffix !== undefined) return prefix + nameOf(wanted.suffix);
    const taken = new Set(
      [...this.volumes(storage, node).values()].filter((volume) => volume.vmid === vmid)
        .map(({ volid }) => stem(withoutBase(splitVolid(volid).name))),
    );
    for (let index = 0;; index++) {
      const [plain, base] = [nameOf(`disk-${index}`), nameOf(`disk-${index}`, true)];
      if (!taken.has(stem(plain)) && !taken.has(stem(base))) {
        return prefix + (wanted.base ? base : plain);
      }
    }
  }

  #area(storage: string, node: string): Area {
    const key = this.isShared(storage) ? storage : `${storage}@${node}`;
    const known = this.#areas.get(key);
    if (known) return known;
    const area: Area = { volumes: new Map(), bytes: 0 };
    this.#areas.set(key, area);
    return area;
  }
}
