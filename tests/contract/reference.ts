/**
 * The reference's tools, and values for their parameters.
 *
 * @module
 */
import reference from "../../facts/reference-tools.json" with { type: "json" };

/** A parameter of the reference. */
export interface ReferenceParam {
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
}

/** What a tool of the reference does for one value of its discriminator. */
export interface ReferenceOperation {
  /** Discriminator, type of guest or target; what a call of this row says first. */
  readonly key: Readonly<Record<string, string>>;
  readonly elevated: boolean;
  readonly reads: boolean;
  readonly params: readonly ReferenceParam[];
}

/** A tool of the reference. */
export interface ReferenceTool {
  readonly name: string;
  readonly category: string;
  readonly operations: readonly ReferenceOperation[];
}

/** Parameters by name, as the file has them: a type alone, or one with more. */
type Params = Readonly<Record<string, string | Omit<ReferenceParam, "name" | "required">>>;

interface Row extends Omit<ReferenceOperation, "params"> {
  readonly required: Params;
  readonly optional: Params;
}

function paramsOf(params: Params, required: boolean): ReferenceParam[] {
  return Object.entries(params).map(([name, fact]) => ({
    name,
    required,
    ...(typeof fact === "string" ? { type: fact } : fact),
  }));
}

const TOOLS = reference.tools as unknown as readonly {
  readonly name: string;
  readonly category: string;
  readonly operations: readonly Row[];
}[];

/** All of them. */
export const REFERENCE: readonly ReferenceTool[] = TOOLS.map((tool) => ({
  ...tool,
  operations: tool.operations.map(({ required, optional, ...row }) => ({
    ...row,
    params: [...paramsOf(required, true), ...paramsOf(optional, false)],
  })),
}));

/** Values that fit parameters whose name says more than their type. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  vmid: 100,
  newid: 990,
  node: "pve1",
  target: "pve2",
  storage: "local",
  snapname: "before",
  upid: "UPID:pve1:000000F1:0005DDE6:6B03016B:qmcreate:100:root@pam!mcp:",
  id: "100-0",
  iface: "vmbr0",
  disk: "scsi1",
  mp: "mp0",
  net: "net0",
  size: "8G",
  cidr: "10.0.0.0/8",
  sid: "vm:100",
  userid: "joe@pve",
  tokenid: "mcp",
  roleid: "Ops",
  groupid: "ops",
  realm: "corp",
  privs: "VM.Audit",
  path: "/vms",
  roles: "PVEAuditor",
  poolid: "dev",
  vnet: "vnet1",
  zone: "zone1",
  subnet: "zone1-10.0.0.0-24",
  controller: "ctl1",
  group: "web",
  name: "web",
  rule_action: "ACCEPT",
  nodes: "pve1",
  volume: "local:iso/debian.iso",
  archive: "local:backup/vzdump-qemu-100-2026_01_01-00_00_00.vma.zst",
  ostemplate: "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
  url: "https://example.com/debian.iso",
  filename: "debian.iso",
  filepath: "/etc/hosts",
  starttime: "01:00",
  dow: "sat",
  hostname: "192.0.2.1",
  ip: "192.0.2.7",
  pos: 0,
  key: "pve2c-0123456789",
  feature: "snapshot",
  contact: "admin@example.com",
  certificates: "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----",
  dev: "/dev/sdb",
  monid: "pve1",
  service: "sshd",
  command: "start",
  dump_type: "user",
  password: "secret-1",
  username: "joe",
  options: { keyboard: "de" },
  pid: 4711,
  content: "iso",
};
/** Where one name means different things. */
const SAMPLES_OF_TOOL: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  proxmox_agent_exec: { command: "uptime" },
  proxmox_agent_file: { file: "/etc/hosts", content: "hello" },
  proxmox_lxc_exec: { command: "uptime" },
  proxmox_node_disk: { disk: "/dev/sda" },
  proxmox_node_disk_admin: { disk: "/dev/sdb" },
  proxmox_ceph_osd: { id: 0 },
  proxmox_cluster_backup_job: { id: "nightly" },
  proxmox_acme_info: { id: "cloudflare" },
  proxmox_file_restore: {
    path: "/",
    volume: "local:backup/vzdump-qemu-100-2026_01_01-00_00_00.vma.zst",
  },
  proxmox_guest_disk_resize: { disk: "scsi0", size: "+8G" },
  proxmox_node_network_iface: { type: "bridge" },
  proxmox_cluster_firewall_ipset_entry: { name: "webs" },
  proxmox_cluster_firewall_ipset: { name: "webs" },
};
/** A value that fits a parameter. */
export function sampleOf(tool: ReferenceTool, param: ReferenceParam): unknown {
  const special = SAMPLES_OF_TOOL[tool.name]?.[param.name];
  if (special !== undefined) return special;
  if (param.enum) {
    const sample = SAMPLES[param.name];
    return param.enum.includes(String(sample)) ? sample : param.enum[0];
  }
  const sample = SAMPLES[param.name];
  if (sample !== undefined) return sample;
  if (param.type === "object") return {};
  return param.type === "integer" || param.type === "number" ? 1 : "x1";
}
