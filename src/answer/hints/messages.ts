/**
 * What Proxmox VE's words mean, whether it refuses with them or a task ends with them, and what to
 * do next.
 *
 * @module
 */

/** PVE's words for a node that the cluster does not have. */
export const NO_SUCH_NODE = /hostname lookup '[^']*' failed/;

/** PVE's words for a guest that is not on the node that was asked. */
export const GUEST_NOT_ON_NODE = /^Configuration file 'nodes\/.+' does not exist/;

/** PVE's words for a change that it has written, and could not make in the running guest. */
export const NOT_HOTPLUGGED = /\bhot-?(?:un)?plug/i;

/** PVE's words for a digest that is no longer that of what is there. */
export const MODIFIED = /checksum miss?match|detected modified configuration/i;

/** What PVE says of a task whose log has no last line that tells how it ended. */
export const END_UNTOLD =
  /^unexpected status$|^unable to (?:read tail \(|extract last line|open file - |get last line )/;

/** What to say of a task with which Proxmox VE asked HA, and which ends before HA has acted. */
export const HA_REQUESTED = "HA was asked to do it, and does it in its own time";

/** First fit wins; `$1` stands for what the pattern's first group found. */
const MESSAGE_HINTS: readonly (readonly [pattern: RegExp, next: string])[] = [
  [NO_SUCH_NODE, "There is no such node: proxmox_node action=list shows the nodes"],
  [
    /\b(VM|CT) is locked/,
    "Another task is working on it, or one that broke has left the lock: proxmox_node_task action=list filter=running shows which; where there is none, root takes the lock away on the node: qm unlock or pct unlock",
  ],
  [
    /is locked|can't (?:lock file|acquire lock)/i,
    "Another task is working on it: proxmox_node_task action=list filter=running shows which; try again when it has ended",
  ],
  [
    GUEST_NOT_ON_NODE,
    "The guest was moved or deleted meanwhile: proxmox_guest_list shows where it is",
  ],
  [
    /QEMU guest agent is not running|No QEMU guest agent configured/i,
    "The guest agent must be on in the VM's config (agent=1) and qemu-guest-agent installed and running in the guest",
  ],
  [
    /no quorum|'\/etc\/pve\/[^']*' - Permission denied/i,
    "Without most of its nodes a cluster can change nothing, only be read: proxmox_cluster action=status shows which are offline",
  ],
  [
    /No wake on LAN MAC address/,
    "Its MAC stands in its own configuration (proxmox_node_config update wakeonlan=MAC), which takes the node to be up: now somebody has to switch it on",
  ],
  [
    /Transport endpoint is not connected|ipcc_send_rec/,
    "pmxcfs, which holds /etc/pve, does not run on the node that answered: `systemctl status pve-cluster corosync` there",
  ],
  [
    MODIFIED,
    "Somebody changed it since it was read: read it again and send the new digest",
  ],
  [
    /non-mapped devices|config for real devices/i,
    "No API token may hand through a device of the host by its address; one under Datacenter > Resource Mappings is named by mapping=NAME, for PCI and USB, and takes Mapping.Use",
  ],
  [
    /arbitrary filesystem paths|mount point type (bind|device) is only/i,
    "No API token may name a path of the host: name a volume, STORAGE:SIZE for a new one or STORAGE:NAME",
  ],
  [
    /only allowed for root@pam|user != root@pam|only root (can set|may use this)/i,
    "No API token may do this, whatever its privileges: it takes a login as root@pam, by PROXMOX_PASSWORD_FILE or in the web interface",
  ],
  [
    /command guest-[a-z-]{1,40} has been disabled/,
    "The guest's agent forbids it: allow it where its settings block RPCs (block-rpcs or allow-rpcs in /etc/qemu/qemu-ga.conf, FILTER_RPC_ARGS in /etc/sysconfig/qemu-ga) and restart qemu-guest-agent there",
  ],
  [
    /invalid privilege 'VM\.Monitor'/,
    "Proxmox VE 9 has VM.GuestAgent.Audit, FileRead, FileWrite, FileSystemMgmt and Unrestricted in its place, and Sys.Audit for the monitor",
  ],
  [
    /invalid privilege 'VM\.GuestAgent\./,
    "It came with Proxmox VE 9: 8 has VM.Monitor in its place",
  ],
  [
    /binary not installed: \S*ceph|pveceph configuration not initialized/i,
    "Ceph is not set up there: pveceph install and pveceph init, or the web interface",
  ],
  [/unexpected property '/, "This type does not have it: leave it out"],
  [
    /No space left on device|Disk quota exceeded|\bout of space\b/i,
    "Something is full: proxmox_report action=capacity shows the storages, action=waste what can go; full as well may be what is written to on the way, such as /var/tmp of the node",
  ],
  [
    /storage '[^']*' is not online|is not mounted|Stale (?:NFS )?file handle|unable to activate storage/i,
    "The node does not reach the storage: proxmox_storage_config action=cluster_usage shows where it answers; look at its server, network and mount",
  ],
  [
    END_UNTOLD,
    "What did it ended without a word, as when the node went down or memory ran out: it may be done in part, and have left a lock. proxmox_node_log action=journal of that time tells why",
  ],
  [
    /storage '[^']*' (does not exist|is not available on node)/,
    "proxmox_storage_config action=cluster_usage shows which node has which storages",
  ],
  [
    /^no such resource '(vm|ct):/,
    "It is not under HA: proxmox_ha_resource action=list shows what is, action=create puts a guest under it",
  ],
  [
    /resource ID '([^']*)' already defined/,
    "It is under HA already: proxmox_ha_resource action=update sid=$1 changes how",
  ],
  [
    /^(?:resource|cannot delete service) '[^']*'(?: is|,) not HA managed/,
    "It is not under HA, so there is nothing to take out: proxmox_ha_resource action=list shows what is",
  ],
  [
    /is already used in another node affinity rule/,
    "A guest has one such rule: proxmox_ha_rule action=list shows it, action=update changes it",
  ],
  [
    /you can't start a vm if it's a template/,
    "proxmox_guest_clone makes a guest of it that can be started",
  ],
  [
    /cannot use unmanaged resource/,
    "Put the guest under HA first: proxmox_ha_resource action=create",
  ],
  [
    /no spice port/i,
    "The VM has no SPICE display: vga=qxl in its config gives it one at its next start",
  ],
  [
    /ha groups have been migrated to rules/i,
    "Proxmox VE 9 has HA rules in place of groups: proxmox_ha_rule",
  ],
  [
    /does not support (vm images|container directories|content-type)|not configured to (hold|store)/,
    "proxmox_storage_config action=list shows what each storage may hold (content)",
  ],
  [
    /(VM|CT) \d+ already exists on node|\/\d+\.conf' failed: File exists|^unable to create (VM|CT) \d+.* already exists|^Another guest has the number/,
    "proxmox_get_next_vmid finds a free number",
  ],
  [
    /missing replicate feature/,
    "Only volumes on ZFS are replicated: move the disk there (proxmox_guest_disk_move), or set replicate=0 on it",
  ],
  [
    /pool '[^']*' is not empty/i,
    "Take its members out first: proxmox_pool action=remove_members",
  ],
  [
    /Security group '[^']*' is not empty/i,
    "Delete its rules first: proxmox_cluster_firewall_rule action=list group= shows them",
  ],
  [
    /IPSet '[^']*' is not empty/i,
    "Delete its members first (proxmox_cluster_firewall_ipset_entry), or say force=true",
  ],
  [
    /(?:volume '(?=\S*' does not exist)|^There is no volume )([^':]+):/,
    "proxmox_storage_content action=list storage=$1 shows what is there",
  ],
  [
    /^unknown action '/,
    "A rule's action is ACCEPT, DROP, REJECT or, with type group, the name of a security group",
  ],
  [
    /wrong content type/,
    "proxmox_storage_config action=list shows what each storage may hold (content)",
  ],
  [
    /bridge '[^']*' does not exist/,
    "proxmox_node action=network shows the bridges of a node",
  ],
  [/^interface does not exist/, "proxmox_node action=network shows the interfaces of a node"],
  [/\brole '[^']*' does not exist/, "proxmox_role action=list shows the roles"],
  [/HA group '[^']*' does not exist/, "proxmox_ha_group action=list shows the groups"],
  [
    /(?<!Security )\bgroup '[^']*' does not exist|no such group '/,
    "proxmox_group action=list shows the groups",
  ],
  [/\buser '[^']*' does not exist|no such user \(/, "proxmox_user action=list shows what there is"],
  [/no such IPSet '/, "proxmox_cluster_firewall_ipset action=list shows what there is"],
  [/^No such timezone/, "A time zone has a name such as Europe/Berlin or UTC"],
  [
    /template if (VM|the CT) is running/,
    "proxmox_guest_shutdown stops it first",
  ],
  [
    NOT_HOTPLUGGED,
    "The running guest does not take it: it may be pending, and other keys of the call may be written",
  ],
  [
    /with-local-disks option/,
    "with-local-disks=true copies them while it runs; move them to shared storage to avoid that",
  ],
];

/** What to do about these messages of Proxmox VE, or undefined. */
export function hintForMessages(messages: readonly string[]): string | undefined {
  for (const [pattern, next] of MESSAGE_HINTS) {
    const found = messages.map((each) => pattern.exec(each)).find((each) => each !== null);
    if (found) return next.replace("$1", found[1] ?? "");
  }
  return undefined;
}
