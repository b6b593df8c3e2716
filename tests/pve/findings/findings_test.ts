/** What a dry run finds, beside what happens when the call is made all the same. */
import { assertMatch } from "../../assert.ts";
import { connect } from "../../harness.ts";
import { hooked } from "../../hooked_transport.ts";
import { api, type Case, type Config, configure, switchOff, testFindings } from "./cases.ts";

const STOPPED = "/nodes/pve3/qemu/107";
const RUNNING = "/nodes/pve1/qemu/100";
const LOCAL = "/nodes/pve3/qemu/105";
const NEW_VM = { node: "pve1", vmid: 333 };

const CASES: readonly Case[] = [
  {
    what: "that all are to move to where they are",
    call: ["proxmox_node_bulk", { action: "migrate_all", node: "pve2", target: "pve2" }],
    finds: /^The target is the node itself$/,
    answers: /target/,
  },
  {
    what: "a lock",
    call: ["proxmox_guest_start", { vmid: 107 }],
    seed: configure(107, { lock: "backup" }),
    finds: /^Locked \(backup\)/,
    answers: /is locked/,
  },
  {
    what: "a guest that runs",
    call: ["proxmox_guest_delete", { vmid: 105 }],
    finds: /^VM 105 is running$/,
    answers: /is running/,
  },
  {
    what: "a guest that does not run",
    call: ["proxmox_guest_reboot", { vmid: 107 }],
    finds: /^VM 107 is not running$/,
    answers: /not running/,
  },
  {
    what: "a container that runs already",
    call: api("POST /nodes/pve1/lxc/200/status/start"),
    finds: /^container 200 is running$/,
    answers: /already running/,
  },
  {
    what: "a template",
    call: ["proxmox_guest_start", { vmid: 900 }],
    finds: /is a template/,
    answers: /template/,
  },
  {
    what: "Proxmox VE's own protection",
    call: ["proxmox_guest_delete", { vmid: 107 }],
    seed: configure(107, { protection: 1 }),
    finds: /protection is on/,
    answers: /protection mode/,
  },
  {
    what: "no guest agent",
    call: api(`POST ${RUNNING}/agent/fstrim`),
    seed: ({ cluster }) => void delete cluster.guests.get(100)!.config.agent,
    finds: /No guest agent is configured/,
    answers: /No QEMU guest agent configured/,
  },
  {
    what: "a storage that the node has not",
    call: ["proxmox_create_vm", { ...NEW_VM, storage: "scratch", disk_size: "1G" }],
    finds: /^pve1 has no storage scratch$/,
    answers: /scratch/,
  },
  {
    what: "a storage that is disabled",
    call: ["proxmox_backup", { action: "create", vmid: 107, storage: "old-nas" }],
    finds: /^old-nas is disabled$/,
    answers: /old-nas/,
  },
  {
    what: "content that a storage does not take",
    call: ["proxmox_create_vm", { ...NEW_VM, storage: "local", disk_size: "1G" }],
    finds: /^local takes .*, not images$/,
    answers: /local/,
  },
  {
    what: "no room on a storage that gives all at once",
    call: ["proxmox_create_vm", {
      node: "pve3",
      vmid: 333,
      storage: "scratch",
      disk_size: "100G",
    }],
    finds: /^scratch has .* free, 100.* are needed$/,
    answers: /insufficient free space/,
  },
  {
    what: "room that is promised twice",
    call: ["proxmox_create_vm", { ...NEW_VM, storage: "tank", disk_size: "9T" }],
    finds: /^tank has .* free, 9.* are needed$/,
    verdict: "warns",
  },
  {
    what: "room enough",
    call: ["proxmox_guest_disk_resize", { vmid: 107, disk: "scsi0", size: "+1G" }],
    finds: /^local-lvm has .* free, 1.* are needed$/,
    verdict: "fine",
  },
  {
    what: "an ISO that is not there",
    call: ["proxmox_create_vm", { ...NEW_VM, disk_size: "1G", iso: "local:iso/none.iso" }],
    finds: /^There is no volume local:iso\/none\.iso$/,
    answers: /none\.iso/,
  },
  {
    what: "a template that is not there",
    call: ["proxmox_create_lxc", { ...NEW_VM, ostemplate: "local:vztmpl/none.tar.zst" }],
    finds: /^There is no volume local:vztmpl\/none\.tar\.zst$/,
    answers: /none\.tar\.zst/,
  },
  {
    what: "a bridge that a guest which runs is plugged into",
    call: ["proxmox_guest_network", { action: "add", vmid: 100, net: "net5", bridge: "vmbr77" }],
    finds: /^pve1 has no bridge vmbr77$/,
  },
  {
    what: "a bridge that a guest lacks when it is to start",
    call: ["proxmox_guest_network", { action: "add", vmid: 107, net: "net5", bridge: "vmbr77" }],
    finds: /^pve3 has no bridge vmbr77: the guest will not start$/,
    verdict: "warns",
  },
  {
    what: "a pool that is not there",
    call: api("POST /nodes/pve1/qemu", { vmid: 333, pool: "nowhere" }),
    finds: /^There is no pool nowhere$/,
    answers: /nowhere/,
  },
  {
    what: "a node that is not there",
    call: api(`POST ${STOPPED}/migrate`, { target: "pve9" }),
    finds: /^There is no node pve9$/,
    answers: /pve9/,
  },
  {
    what: "a target that is offline",
    call: api(`POST ${STOPPED}/migrate`, { target: "pve2" }),
    seed: switchOff("pve2"),
    finds: /^pve2 is offline$/,
  },
  {
    what: "that nobody knows whether a target answers",
    call: ["proxmox_guest_migrate", { vmid: 106, target: "pve1" }],
    options: {
      transport: (simulator) =>
        hooked(simulator, {
          answers: (line, data) =>
            line === "GET /nodes"
              ? (data as readonly Config[]).map((row) => ({ ...row, status: "unknown" }))
              : undefined,
        }),
    },
    finds: /^pve1 is unknown$/,
    verdict: "warns",
  },
  {
    what: "no quorum",
    call: ["proxmox_pool", { action: "create", poolid: "new" }],
    seed: switchOff("pve2", "pve3"),
    finds: /^The cluster has no quorum$/,
    answers: /no quorum/,
  },
  {
    what: "memory that the node lacks",
    call: ["proxmox_guest_start", { vmid: 107 }],
    seed: configure(107, { memory: "900000" }),
    finds: /^pve3 has .* of memory free, the guest may use 87.*$/,
    verdict: "warns",
  },
  {
    what: "snapshots that stand against a move",
    call: api(`POST ${STOPPED}/migrate`, { target: "pve1" }),
    finds: /^snapshots of local scsi0 on local-lvm$/,
    answers: /non-migratable snapshot exists/,
  },
  {
    what: "local disks of a VM that runs",
    call: api(`POST ${LOCAL}/migrate`, { target: "pve1", online: true }),
    finds: /^local scsi0 on local-lvm: with-local-disks=true copies what runs$/,
    answers: /with-local-disks/,
  },
  {
    what: "a guest that may not move while it runs",
    call: api("POST /nodes/pve1/lxc/200/migrate", { target: "pve2" }),
    finds: /^it runs: restart=true moves it so$/,
    answers: /without --online or --restart/,
  },
  {
    what: "that a container does not stay online while it moves",
    call: api("POST /nodes/pve1/lxc/200/migrate", { target: "pve2", online: true }),
    finds: /^it runs, and containers cannot move online$/,
    answers: /live migration is currently not implemented/,
  },
  {
    what: "a device of the node",
    call: api(`POST ${STOPPED}/migrate`, { target: "pve1" }),
    seed: configure(107, { hostpci0: "0000:01:00.0" }),
    finds: /^device of the node: hostpci0$/,
    answers: /local devices: hostpci0|uses what only/,
  },
  {
    what: "an image that only the node has",
    call: api("POST /nodes/pve2/qemu/106/migrate", { target: "pve1" }),
    seed: configure(106, { ide2: "local:iso/virtio-win-0.1.285.iso,media=cdrom" }),
    finds: /^local CD image local:iso/,
    answers: /local cdrom image/,
  },
  {
    what: "a storage that the target lacks",
    call: api("POST /nodes/pve2/qemu/106/migrate", { target: "pve1" }),
    seed: ({ cluster }) => {
      cluster.storages.definitions.get("local-lvm")!.nodes = "pve2,pve3";
    },
    finds: /^pve1 has no local-lvm$/,
    answers: /local-lvm/,
  },
  {
    what: "how a guest moves",
    call: ["proxmox_guest_migrate", { vmid: 106, target: "pve3" }],
    finds: /^It moves while it is stopped, copying its local disks$/,
    verdict: "fine",
  },
  {
    what: "a release that does not have it",
    call: ["proxmox_ha_rule", { action: "delete", rule: "apart" }],
    options: { simulator: { release: "8.4" } },
    finds: /does not have it: it came with 9/,
  },
  {
    what: "a privilege that the token lacks",
    call: ["proxmox_guest_reboot", { vmid: 100 }],
    options: { token: "limited" },
    finds: /^The token lacks VM\.PowerMgmt on \/vms\/100$/,
    answers: /VM\.PowerMgmt/,
  },
  {
    what: "a privilege for an option that the token lacks",
    call: ["proxmox_guest_config_update", {
      vmid: 107,
      config: { hotplug: "disk" },
      delete: "net0",
    }],
    options: { token: "limited" },
    finds: /^The token lacks VM\.Config\.HWType on \/vms\/107, VM\.Config\.Network on/,
    answers: /VM\.Config\.(?:HWType|Network)/,
  },
  {
    what: "a storage on which the token may take no space",
    call: api(`POST ${STOPPED}/config`, { scsi5: "tank:1" }),
    options: { token: "limited" },
    finds: /^The token lacks Datastore\.AllocateSpace on \/storage\/tank$/,
    answers: /\/(?:storage\/tank|vms\/107)/,
  },
  {
    what: "a bridge that the token may not use",
    call: api(`POST ${STOPPED}/config`, { net3: "virtio,bridge=vmbr0,tag=7" }),
    options: { token: "limited" },
    finds: /^The token lacks SDN\.Use on \/sdn\/zones\/localnetwork\/vmbr0\/7$/,
    answers: /Permission check failed/,
  },
  {
    what: "that it may not see everything",
    call: ["proxmox_guest_shutdown", { vmid: 100 }],
    options: { token: "limited" },
    finds: /^Not looked at: the token lacks a privilege$/,
    verdict: "warns",
  },
];

testFindings(CASES);

Deno.test("a dry run takes no size of a new disk for a volume, and no guest for a new one", async () => {
  await using harness = await connect();
  const disk = { action: "add", vmid: 103, storage: "ceph-vm", size: "512M", dry_run: true };
  assertMatch((await harness.call("proxmox_vm_disk", disk)).text, /nothing that is known stops it/);
  const backup = { action: "create", vmid: 101, storage: "nas", dry_run: true };
  assertMatch((await harness.call("proxmox_backup", backup)).text, /vzdump.* vmid=101\b/);
});
