/**
 * What Proxmox VE does for no API token, of root either: by the API facts, and by one table of
 * parameters and values that no schema marks.
 *
 * @module
 */
import { type Operation, operationFact, paramFact, type ReadOperation } from "../api.ts";
import type { Args } from "../encode.ts";
import { parsePropertyString } from "../formats/formats.ts";
import { splitList } from "../split_list.ts";

/** Why no token may make a request. */
export interface Closure {
  /** The parameter, or the operation. */
  readonly what: string;
  /** Nobody but root@pam may; else any login may that has the privileges. */
  readonly rootOnly: boolean;
}

/** A guest's configuration. */
type GuestConfig = Readonly<Record<string, unknown>>;

/** A value that is set, or one that is there and changed or deleted. */
type Closes = (value: string, format: string | undefined) => boolean;

/** Parameters of some operations that are root@pam's alone, always or with some values. */
interface Row {
  readonly operations: RegExp;
  readonly params: RegExp;
  /** Which values; without it setting it is closed, and deleting it as well. */
  readonly closes?: Closes;
  /** The value that is there decides too: it is changed or deleted. */
  readonly present?: boolean;
}

const any: Closes = () => true;
const isSet: Closes = (value) => !/^(?:0|false|no|off)?$/.test(value);
const isSetValue = (value: unknown): boolean => value !== undefined && isSet(String(value), "");
const isPath: Closes = (value) => value.startsWith("/");
const isHostUsb = has(({ host }) => host !== undefined && host.toLowerCase() !== "spice");
const isHostMount = has(({ volume = "" }) => volume.startsWith("/"));

function has(test: (properties: Readonly<Record<string, string>>) => boolean): Closes {
  return (value, format = "") => {
    try {
      return test(parsePropertyString(format, value));
    } catch {
      return false; // Proxmox VE says what is wrong with it.
    }
  };
}

/** Setting a VM up, and changing it. */
const VM = /^(?:POST \/nodes\/\{node\}\/qemu|(?:PUT|POST) .*\/qemu\/\{vmid\}\/config)$/;
/** The same of a container. */
const CONTAINER = /^(?:POST \/nodes\/\{node\}\/lxc|PUT .*\/lxc\/\{vmid\}\/config)$/;

const ROWS: readonly Row[] = [
  // Source: PVE::API2::Qemu, $check_vm_modify_config_perm: what no privilege is for.
  {
    operations: VM,
    params:
      /^(?:affinity|amd-sev|arch|args|hookscript|hugepages|intel-tdx|ivshmem|keephugepages|lock|parallel\d+|spice_enhancements|vmgenid)$/,
  },
  // Source: PVE::API2::Qemu, check_hostpci_perm.
  {
    operations: VM,
    params: /^hostpci\d+$/,
    closes: has(({ host, romfile }) => host !== undefined || romfile !== undefined),
    present: true,
  },
  // Source: PVE::API2::Qemu, check_usb_perm.
  {
    operations: VM,
    params: /^usb\d+$/,
    closes: isHostUsb,
    present: true,
  },
  // Source: PVE::API2::Qemu, $check_vm_create_serial_perm and update_vm.
  {
    operations: VM,
    params: /^serial\d+$/,
    closes: (value) => value !== "socket",
    present: true,
  },
  // Source: PVE::Storage, check_volume_access: "Only root can pass arbitrary filesystem paths."
  {
    operations: VM,
    params: /^(?:ide|sata|scsi|virtio)\d+$|^(?:efidisk0|tpmstate0)$/,
    closes: has((drive) =>
      [drive.file, drive["import-from"]].some((each) => each?.startsWith("/"))
    ),
  },
  { operations: VM, params: /^archive$/, closes: isPath },
  { operations: CONTAINER, params: /^ostemplate$/, closes: isPath },
  // Source: PVE::LXC, check_ct_modify_config_perm: bind and device mounts.
  {
    operations: CONTAINER,
    params: /^(?:rootfs|mp\d+)$/,
    closes: isHostMount,
  },
  // Source: the same.
  { operations: CONTAINER, params: /^(?:dev\d+|hookscript)$/ },
  // Source: PVE::API2::Qemu, PVE::API2::LXC::Status: "Only root may use this option."
  {
    operations: /^(?:PUT|POST|DELETE) .*\/(?:qemu|lxc)\/\{vmid\}/,
    params: /^skiplock$/,
    closes: isSet,
  },
  {
    operations: /^POST .*\/qemu\/\{vmid\}\/status\//,
    params: /^(?:stateuri|migratedfrom|nocheck)$/,
    closes: isSet,
  },
  { operations: /^POST .*\/qemu\/\{vmid\}\/migrate$/, params: /^force$/, closes: isSet },
  // Source: PVE::API2::VZDump, PVE::API2::Backup: "Only root may set this option."
  {
    operations: /^(?:POST .*\/vzdump|(?:POST|PUT) \/cluster\/backup(?:\/\{id\})?)$/,
    params: /^(?:tmpdir|dumpdir|script)$/,
    closes: any,
  },
  { operations: /^POST .*\/vzdump$/, params: /^job-id$/, closes: any },
];

/** True for a parameter that no token may give, whatever its value; its name is that of the facts. */
export function isRootOnly(operation: Operation, name: string): boolean {
  const example = name.replace("[n]", "0");
  return ROWS.some(({ operations, params, closes }) =>
    (closes === undefined || closes === any || closes === isSet) &&
    operations.test(operation) && params.test(example)
  );
}

/** Guests that are made as copies: of another one, or of one in a backup. */
const COPY = /^POST \/nodes\/\{node\}\/(?:qemu\/\{vmid\}\/clone|qemu|lxc)$/;

/** What a copy takes over and nobody but root@pam may give it. */
const COPIED: Readonly<Record<"qemu" | "lxc", readonly Pick<Row, "params" | "closes">[]>> = {
  // Source: PVE::QemuServer, check_mapping_access.
  qemu: [
    { params: /^hostpci\d+$/, closes: has(({ host }) => host !== undefined) },
    { params: /^usb\d+$/, closes: isHostUsb },
  ],
  // Source: PVE::API2::LXC, create_vm: "restoring 'mp0' to bind mount is only possible for root".
  lxc: [{ params: /^mp\d+$/, closes: isHostMount }],
};

/** The key of what a copy takes over that is root@pam's alone. */
function closedCopy(operation: Operation, args: Args, config: GuestConfig): string | undefined {
  if (!COPY.test(operation)) return undefined;
  const type = operation.includes("/lxc") ? "lxc" : "qemu";
  const fact = operationFact(`POST /nodes/{node}/${type}`);
  return Object.keys(config).find((name) =>
    args[name] === undefined &&
    COPIED[type].some(({ params, closes }) =>
      params.test(name) && closes?.(String(config[name]), paramFact(fact, name)?.format)
    )
  );
}

type Features = Readonly<Record<string, string>>;

function featuresOf(value: unknown): Features {
  const format = paramFact(operationFact("POST /nodes/{node}/lxc"), "features")?.format ?? "";
  try {
    return value === undefined ? {} : parsePropertyString(format, String(value));
  } catch {
    return {};
  }
}

/**
 * Features of a container: nesting alone may be changed, and of an unprivileged one, which a new one
 * is. Where there is nothing to compare with, a feature that is named off counts as changed, too.
 * Source: PVE::LXC, check_ct_modify_config_perm.
 */
function closesFeatures(operation: Operation, args: Args, config: GuestConfig): boolean {
  const isNew = operation === "POST /nodes/{node}/lxc" && !isSetValue(args.restore);
  const unprivileged = args.unprivileged ?? config.unprivileged ?? (isNew ? 1 : 0);
  if (!isSetValue(unprivileged)) return true;
  const before = featuresOf(config.features);
  const after = featuresOf(args.features);
  const { nesting = "1", ...others } = { ...before, ...after };
  const isCompared = [before, after].every((each) => Object.keys(each).length > 0);
  return isCompared
    ? Object.keys(others).some((name) => before[name] !== after[name])
    : Object.keys(others).length > 0 || !isSetValue(nesting);
}

function deletedBy(args: Args): string[] {
  return [...splitList(args.delete), ...splitList(args.revert)];
}

/** A read of the configuration that decides as well. */
export interface DecidingRead {
  readonly operation: ReadOperation;
  readonly args: Args;
}

/** What a copy is made of: a guest, its snapshot, or a backup. */
function sourceRead(operation: Operation, args: Args): DecidingRead | undefined {
  const { node, vmid, snapname, archive, ostemplate } = args;
  if (operation === "POST /nodes/{node}/qemu/{vmid}/clone") {
    return snapname === undefined
      ? { operation: "GET /nodes/{node}/qemu/{vmid}/config", args: { node, vmid } }
      : {
        operation: "GET /nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config",
        args: { node, vmid, snapname },
      };
  }
  // A container's mount points are those of the call, where it names any.
  const names = Object.keys(args);
  const isWhole = isSetValue(args.restore) &&
    !names.some((name) => /^(?:rootfs|mp\d+)$/.test(name));
  const volume = operation === "POST /nodes/{node}/qemu"
    ? archive
    : operation === "POST /nodes/{node}/lxc" && isWhole
    ? ostemplate
    : undefined;
  return volume === undefined
    ? undefined
    : { operation: "GET /nodes/{node}/vzdump/extractconfig", args: { node, volume } };
}

/** What reads the configuration that decides as well, or undefined where the arguments decide. */
export function decidingRead(operation: Operation, args: Args): DecidingRead | undefined {
  const source = sourceRead(operation, args);
  if (source) return source;
  const type = /^(?:PUT|POST) .*\/(qemu|lxc)\/\{vmid\}\/config$/.exec(operation)?.[1];
  if (type !== "qemu" && type !== "lxc") return undefined;
  const touched = [...Object.keys(args), ...deletedBy(args)];
  const decides = touched.some((name) =>
    (type === "lxc" && name === "features") ||
    ROWS.some(({ operations, params, present }) =>
      present && operations.test(operation) && params.test(name)
    )
  );
  const { node, vmid } = args;
  return decides
    ? { operation: `GET /nodes/{node}/${type}/{vmid}/config`, args: { node, vmid } }
    : undefined;
}

/** A configuration as {@linkcode decidingRead} answers it: a backup's is the text of its file. */
export function configOf(data: unknown): GuestConfig {
  if (typeof data === "object" && data !== null) return data as GuestConfig;
  const [own = ""] = String(data ?? "").split(/^\[/m);
  return Object.fromEntries(
    [...own.matchAll(/^(\w+): (.*)$/gm)].map(([, key = "", value]) => [key, value]),
  );
}

/**
 * Why no API token may make a request, or undefined when a token may.
 *
 * @param config What {@linkcode decidingRead} read.
 */
export function closedToTokens(
  operation: Operation,
  args: Args,
  config: GuestConfig = {},
): Closure | undefined {
  const fact = operationFact(operation);
  if (fact.permissions === null) return { what: operation, rootOnly: true };
  if (fact.noToken) return { what: operation, rootOnly: false };
  const root = (what: string): Closure => ({ what, rootOnly: true });
  // A copy has nothing that is changed.
  const there = COPY.test(operation) ? {} : config;
  const rows = ROWS.filter(({ operations }) => operations.test(operation));
  const deleted = rows.length === 0 ? [] : deletedBy(args);
  for (const name of [...Object.keys(args), ...deleted]) {
    const isDeleted = deleted.includes(name);
    for (const { params, closes, present } of rows) {
      if (!params.test(name)) continue;
      const { format } = paramFact(fact, name) ?? {};
      const values = [...(isDeleted ? [] : [args[name]]), ...(present ? [there[name]] : [])];
      const isClosed = closes === undefined
        ? isDeleted || args[name] !== undefined
        : values.some((value) => value !== undefined && closes(String(value), format));
      if (isClosed) return root(name);
    }
  }
  const touchesFeatures = args.features !== undefined || deleted.includes("features");
  if (touchesFeatures && CONTAINER.test(operation) && closesFeatures(operation, args, there)) {
    return root("features");
  }
  const copied = closedCopy(operation, args, config);
  return copied === undefined ? undefined : root(copied);
}
