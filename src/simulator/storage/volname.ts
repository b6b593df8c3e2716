/**
 * What the name of a volume says by itself: its type and its owner, whether it is there or not.
 * Sources: parse_volname of PVE::Storage's plugins, PVE::Storage::check_volume_access.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { privilegesOn } from "../access/privileges.ts";
import type { Call } from "../core/call.ts";
import type { Cluster } from "../core/cluster.ts";
import type { Volume } from "../core/model.ts";
import { failed, forbidden } from "../core/refusal.ts";
import { storageKind } from "./kinds.ts";
import { splitVolid } from "./storages.ts";

/** What the name of a volume says. */
export interface ParsedVolname {
  readonly type: Volume["content"];
  readonly owner?: number;
}

type Rule = readonly [RegExp, Volume["content"]];

/** Files by the directory that they lie in; the group `owner` is a vmid. */
const FILES: readonly Rule[] = [
  [/^iso\/[^/]+\.(?:iso|img)$/i, "iso"],
  [/^vztmpl\/[^/]+\.tar(?:\.(?:gz|xz|zst|bz2))?$/, "vztmpl"],
  [/^backup\/vzdump-(?:qemu|lxc|openvz)-(?<owner>\d+)-.+$/, "backup"],
  [/^backup\/[^/]+\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/, "backup"],
  [/^snippets\/[^/]+$/, "snippets"],
  [/^import\/[^/]+(?:\.(?:ova|ovf|qcow2|raw|vmdk)|\.ova\/[^/]+\.(?:qcow2|raw|vmdk))$/, "import"],
  [/^(?:\d+\/\S+\/)?(?<owner>\d+)\/\S+\.(?:raw|qcow2|vmdk|subvol)$/, "images"],
];
const BLOCKS: readonly Rule[] = [
  [/^(?:base-\d+-\S+\/)?(?:vm|base|basevol|subvol)-(?<owner>\d+)-\S+$/, "images"],
];
const BACKUPS: readonly Rule[] = [
  [/^backup\/(?:vm|ct)\/(?<owner>\d+)\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "backup"],
];

/** What PVE calls the names of each type of storage in its complaint. */
const KINDS: Readonly<Record<string, string>> = {
  lvm: "lvm",
  lvmthin: "lvm",
  pbs: "pbs",
  rbd: "rbd",
  zfs: "zfs",
  zfspool: "zfs",
};

/**
 * Reads the name of a volume.
 *
 * @throws {ApiError} When its storage does not exist, or has no such names.
 */
export function parseVolname(cluster: Cluster, volid: string): ParsedVolname {
  const { storage, name } = splitVolid(volid);
  const definition = cluster.storages.definitions.get(storage);
  if (!definition) throw failed(`storage '${storage}' does not exist`);
  const type = String(definition.type);
  const rules = type === "pbs" ? BACKUPS : storageKind(type).files ? FILES : BLOCKS;
  for (const [pattern, content] of rules) {
    const match = pattern.exec(name);
    if (!match) continue;
    const owner = match.groups?.owner;
    return defined({ type: content, owner: owner === undefined ? undefined : Number(owner) });
  }
  throw failed(`unable to parse ${KINDS[type] ?? "directory"} volume name '${name}'`);
}

/** Refuses a caller that may not read a volume, and a volume of another type than is wanted. */
export function assertVolumeAccess(
  cluster: Cluster,
  call: Call,
  vmid: number,
  volid: string,
  wanted?: Volume["content"],
): ParsedVolname {
  if (volid.startsWith("/")) {
    if (call.user === "root@pam") return { type: wanted ?? "images" };
    throw failed("Only root can pass arbitrary filesystem paths.");
  }
  const parsed = parseVolname(cluster, volid);
  if (wanted !== undefined && parsed.type !== wanted) {
    throw failed(`unable to use volume ${volid} - content type needs to be '${wanted}'`);
  }
  const { storage } = splitVolid(volid);
  const on = privilegesOn(cluster, call.user, `/storage/${storage}`);
  if (on.has("Datastore.Allocate") || parsed.owner === vmid) return parsed;
  const { onStorage, onGuest } = needed(parsed);
  if (onStorage.length === 0) throw failed(`missing privileges to access ${volid}`);
  if (!onStorage.some((privilege) => on.has(privilege))) {
    throw forbidden(`/storage/${storage}, ${onStorage.join("|")}`);
  }
  const guest = `/vms/${parsed.owner}`;
  if (onGuest !== undefined && !privilegesOn(cluster, call.user, guest).has(onGuest)) {
    throw forbidden(`${guest}, ${onGuest}`);
  }
  return parsed;
}

interface Needed {
  /** Any of these. */
  readonly onStorage: readonly string[];
  readonly onGuest?: string;
}

/** Privileges that reading a volume needs, where its storage is not the caller's. */
function needed({ type, owner }: ParsedVolname): Needed {
  if (type === "iso" || type === "vztmpl") {
    return { onStorage: ["Datastore.AllocateSpace", "Datastore.Audit"] };
  }
  if (owner === undefined) return { onStorage: [] };
  if (type === "backup") return { onStorage: ["Datastore.AllocateSpace"], onGuest: "VM.Backup" };
  return type === "images"
    ? { onStorage: ["Datastore.Audit"], onGuest: "VM.Config.Disk" }
    : { onStorage: [] };
}
