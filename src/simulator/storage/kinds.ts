/**
 * Types of storage: what each can hold and do. Source: the plugins of PVE::Storage.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { GuestType } from "../core/model.ts";

/** What a type of storage is like. */
export interface StorageKind {
  /** Volumes are files below a directory. */
  readonly files: boolean;
  /** All nodes see the same content without being told. */
  readonly shared: boolean;
  /** Types of content it can hold. */
  readonly content: readonly string[];
  /** Types of content it holds when nobody says. */
  readonly defaultContent: readonly string[];
  /** Volumes take no more room than they are filled with. */
  readonly thin: boolean;
  /** Formats of images, the default first. */
  readonly formats: readonly string[];
  /** Can keep snapshots of images of the given format. */
  readonly snapshots: (format: string) => boolean;
  /** Where it is found when the definition does not say. */
  readonly path?: (storage: string) => string;
}

const FILE_CONTENT = ["images", "rootdir", "vztmpl", "iso", "backup", "snippets", "import"];
const FILE_FORMATS = ["raw", "qcow2", "vmdk", "subvol"];
const BLOCK_CONTENT = ["images", "rootdir"];
const always = (): boolean => true;
const never = (): boolean => false;
const onlyQcow2 = (format: string): boolean => format === "qcow2";
const mounted = (storage: string): string => `/mnt/pve/${storage}`;

function files(shared: boolean, path?: (storage: string) => string): StorageKind {
  return {
    files: true,
    shared,
    content: FILE_CONTENT,
    defaultContent: ["images", "rootdir", "vztmpl", "iso", "backup", "snippets"],
    thin: true,
    formats: FILE_FORMATS,
    snapshots: onlyQcow2,
    ...defined({ path }),
  };
}

function blocks(shared: boolean, thin: boolean, snapshots: () => boolean): StorageKind {
  return {
    files: false,
    shared,
    content: BLOCK_CONTENT,
    defaultContent: BLOCK_CONTENT,
    thin,
    formats: ["raw"],
    snapshots,
  };
}

const KINDS: Readonly<Record<string, StorageKind>> = {
  btrfs: { ...files(false), formats: ["raw", "subvol"], snapshots: always },
  cephfs: {
    ...files(true, mounted),
    content: ["vztmpl", "iso", "backup", "snippets", "import"],
    defaultContent: ["backup"],
  },
  cifs: files(true, mounted),
  dir: files(false),
  esxi: { ...blocks(true, true, never), content: ["import"], defaultContent: ["import"] },
  // Of 8.4.
  glusterfs: { ...files(true, mounted), defaultContent: ["images"] },
  iscsi: { ...blocks(true, false, never), content: ["images", "none"], defaultContent: ["images"] },
  iscsidirect: {
    ...blocks(true, false, never),
    content: ["images", "none"],
    defaultContent: ["images"],
  },
  lvm: { ...blocks(false, false, never), defaultContent: ["images"] },
  lvmthin: { ...blocks(false, true, always), defaultContent: ["images"] },
  nfs: files(true, mounted),
  pbs: {
    ...blocks(true, true, never),
    content: ["backup", "none"],
    defaultContent: ["backup"],
    formats: ["pbs-vm"],
  },
  rbd: { ...blocks(true, true, always), defaultContent: ["images"] },
  zfs: { ...blocks(true, true, always), content: ["images"], defaultContent: ["images"] },
  zfspool: { ...blocks(false, true, always), formats: ["raw", "subvol"] },
};

const UNKNOWN: StorageKind = blocks(false, false, never);

/** What a type of storage is like; an unknown one can do nothing special. */
export function storageKind(type: string): StorageKind {
  return KINDS[type] ?? UNKNOWN;
}

/** A format if the storage has it: of copies, PVE takes the storage's own in place of others. */
export function knownFormat(
  { formats }: StorageKind,
  format: string | undefined,
): string | undefined {
  return format !== undefined && formats.includes(format) ? format : undefined;
}

/** Name of a volume within its storage. */
export function volumeName(
  kind: StorageKind,
  options: {
    readonly vmid: number;
    readonly format: string;
    readonly guest: GuestType;
    /** `disk-0`, `cloudinit`, `state-before`… */
    readonly suffix: string;
    readonly base?: boolean;
  },
): string {
  const { vmid, format, guest, suffix } = options;
  const container = guest === "lxc" && format === "subvol";
  const prefix = options.base ? "base" : container ? "subvol" : "vm";
  const name = `${prefix}-${vmid}-${suffix}`;
  return kind.files ? `${vmid}/${name}.${format}` : name;
}

/** The name of a linked clone without that of its base, any other name as it is. */
export function withoutBase(volname: string): string {
  return volname.replace(/^(?:\d+\/)?base(?:vol)?-\d+-[^/]+\//, "");
}

/** Path of a volume on its node, by the definition of its storage. */
export function volumePath(
  storage: string,
  definition: Readonly<Record<string, unknown>>,
  name: string,
): string {
  const volname = withoutBase(name);
  const type = String(definition.type);
  const kind = storageKind(type);
  const directory = String(definition.path ?? kind.path?.(storage) ?? "/var/lib/vz");
  if (!kind.files) {
    if (type === "lvm" || type === "lvmthin") return `/dev/${definition.vgname}/${volname}`;
    if (type === "zfspool") {
      const dataset = `${definition.pool}/${volname}`;
      return volname.startsWith("subvol") ? `/${dataset}` : `/dev/zvol/${dataset}`;
    }
    if (type === "rbd") return `/dev/rbd-pve/${definition.pool ?? "rbd"}/${volname}`;
    return volname;
  }
  const match = /^(iso|vztmpl|backup|snippets|import)\/(.+)$/.exec(volname);
  const directories: Readonly<Record<string, string>> = {
    iso: "template/iso",
    vztmpl: "template/cache",
    backup: "dump",
    snippets: "snippets",
    import: "import",
  };
  return match
    ? `${directory}/${directories[match[1] ?? ""]}/${match[2]}`
    : `${directory}/images/${volname}`;
}

/** What the type of a storage says of a volume that is not there, when it is to be used. */
export function missingMessage(
  volid: string,
  definition: Readonly<Record<string, unknown>>,
  name: string,
): string {
  const { type, vgname, pool } = definition;
  switch (type) {
    case "lvm":
    case "lvmthin":
      return `can't activate LV '/dev/${vgname}/${name}':   ` +
        `Failed to find logical volume "${vgname}/${name}"`;
    case "rbd":
      return `rbd error: rbd: error opening image ${name}: (2) No such file or directory`;
    case "zfspool":
      return `zfs error: cannot open '${pool}/${name}': dataset does not exist`;
    default:
      return `volume '${volid}' does not exist`;
  }
}
