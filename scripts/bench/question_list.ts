/**
 * Thirty questions and requests of an administrator of the embedded cluster, the fewest calls that
 * settle each, and what their answers must hold.
 *
 * @module
 */

/** A call of a tool; `proxmox_` is left out of its name. */
export type QuestionCall = readonly [tool: string, args?: Readonly<Record<string, unknown>>];

/** One question. */
export interface Question {
  readonly asked: string;
  readonly calls: readonly QuestionCall[];
  /** Each is in the answers. */
  readonly facts: readonly (string | RegExp)[];
}

/** About guests, all or one. */
const GUESTS: readonly Question[] = [
  {
    asked: "Which node carries the most memory of running guests?",
    calls: [["guest_list", { group: ["node"], filter: "status=running", sort: ["-mem"] }]],
    facts: ["Guests: 11 in 3 groups", /^node .*\npve2 \| 3 \|.* 30\.28 GiB/m],
  },
  {
    asked: "Is anything paused, locked, or waiting for a reboot?",
    calls: [["guest_list", {
      filter: "state=paused or lock!= or pending!=",
      fields: ["vmid", "name", "node", "state", "lock", "pending"],
    }]],
    facts: ["Guests: 3", /gitlab .* memory$/m, /ci-runner01 .* paused/, /fileserver .* backup/],
  },
  {
    asked: "Who uses more than 70 % of their memory?",
    calls: [["guest_list", {
      filter: "mem>70%",
      fields: ["vmid", "name", "node", "mem", "maxmem"],
      sort: ["-mem"],
    }]],
    facts: ["Guests: 4", "db01", "gitlab", "ci-runner01", "monitoring"],
  },
  {
    asked: "What was started within the last day?",
    calls: [["guest_list", {
      filter: "status=running uptime<1d",
      fields: ["vmid", "name", "node", "uptime"],
    }]],
    facts: ["Guests: 1", /gitlab \| pve3 \| 17 h/],
  },
  {
    asked: "Which Windows machines are there, and do they run?",
    calls: [["guest_list", {
      filter: "ostype=win10 or ostype=win11",
      fields: ["vmid", "name", "node", "status", "ostype"],
    }]],
    facts: ["Guests: 2", /legacy-erp .* stopped/, /win11-test .* stopped/],
  },
  {
    asked: "How much memory is promised to the guests of each pool, and how many run?",
    calls: [["guest_list", { group: ["pool", "status"] }]],
    facts: [/production \| running \| 8 .* 89\.00 GiB/, /development \| stopped \| 1 /],
  },
  {
    asked: "Which guests lie on ceph-vm?",
    calls: [["guest_list", { filter: "storages=ceph-vm", fields: ["vmid", "name", "storages"] }]],
    facts: ["Guests: 4", "web01", "web02", "db01", "debian13-template"],
  },
  {
    asked: "Which production guests are not under HA?",
    calls: [["guest_list", {
      filter: "tags=production hastate=",
      fields: ["vmid", "name", "node"],
    }]],
    facts: ["Guests: 6", "db01", "db02", "fileserver", "dns01", "dns02", "mail01"],
  },
  {
    asked: "Which address has db01?",
    calls: [["guest_status", { vmid: "db01", fields: ["addresses"] }]],
    facts: ["running", "198.51.100.103"],
  },
  {
    asked: "Who may reach web01 through its firewall?",
    calls: [["guest_firewall_rule", { action: "list", vmid: "web01" }], [
      "cluster_firewall_rule",
      { action: "list", group: "webserver" },
    ]],
    facts: [/SSH \| office/, /group \| webserver/, "HTTPS"],
  },
];

/** About the cluster, its nodes and storages, and who may do what. */
const CLUSTER: readonly Question[] = [
  {
    asked: "Is the cluster well?",
    calls: [["report", { action: "health" }]],
    facts: ["3 of 3 nodes online", "scratch on pve3", "fileserver (108)"],
  },
  {
    asked: "What is not backed up, and why?",
    calls: [["report", { action: "backups" }]],
    facts: ["11 without any", /fileserver .* locked/, /legacy-erp .* too old/, "backup-weekly"],
  },
  {
    asked: "How old is the newest backup of db01?",
    calls: [["backup", { action: "list", newest: true, vmid: "db01" }]],
    facts: [/db01 \| 1 d \| 2026-01-14/, "pbs:backup/vm/102"],
  },
  {
    asked: "When do backups run next, and of what?",
    calls: [["cluster_backup_job", { action: "list" }]],
    facts: [/nightly \| 1 \| 21:00 \| 2026-01-15/, /backup-weekly \| 0/, "100,101,102"],
  },
  {
    asked: "What happens when pve1 dies?",
    calls: [["report", { action: "failure", node: "pve1" }]],
    facts: ["4 of 5 running guests stay down", "db02 (103)", "quorum: kept"],
  },
  {
    asked: "Which three storages are the fullest?",
    calls: [["storage_config", {
      action: "cluster_usage",
      sort: ["-used_fraction"],
      limit: 3,
      fields: ["storage", "node", "used", "total", "used_fraction"],
    }]],
    facts: [/scratch .* 90\.0 %/, /pbs .* 40\.5 %/, /nas .* 32\.7 %/],
  },
  {
    asked: "Which disks of pve1 are free?",
    calls: [["node_disk", {
      action: "list",
      node: "pve1",
      filter: "used=",
      fields: ["devpath", "type", "size", "health"],
    }]],
    facts: ["/dev/sde", "/dev/sdf", /disks of pve1: 2/],
  },
  {
    asked: "Which nodes need updates or a reboot?",
    calls: [["report", { action: "updates" }]],
    facts: ["pve1, pve2, pve3", "no node waits for a reboot", "pve-manager"],
  },
  {
    asked: "Who changed what since yesterday, and what failed?",
    calls: [["report", { action: "changes", since: "24h" }]],
    facts: ["alice@pve!automation", "QEMU exited with code 1", "root@pam"],
  },
  {
    asked: "Who can delete guests?",
    calls: [["report", { action: "access", privilege: "VM.Allocate" }]],
    facts: ["6 identities", "alice@pve", /bob@pve .* \/pool\/development/],
  },
  {
    asked: "What can be thrown away?",
    calls: [["report", { action: "waste" }]],
    facts: ["11 things", "ubuntu-24.04.3", "legacy-erp (106)"],
  },
];

/** Requests: what is true afterwards stands in the answer. */
const CHANGES: readonly Question[] = [
  {
    asked: "Give web01 16 GiB. Is it in effect?",
    calls: [["guest_resize", { vmid: "web01", memory: "16G" }]],
    facts: ["from the next start", "16384", "proxmox_guest_reboot"],
  },
  {
    asked: "Grow the disk of db01 by 10 GiB. How large is it then?",
    calls: [["guest_disk_resize", { vmid: "db01", disk: "scsi0", size: "+10G" }]],
    facts: ["size=74G", "filesystem"],
  },
  {
    asked: "Make a VM web03 from the Debian template, with a card in VLAN 100, and start it",
    calls: [
      ["guest_clone", { vmid: "debian13-template", name: "web03" }],
      ["guest_network", { action: "update", vmid: "web03", net: "net0", vlan: "100" }],
      ["guest_start", { vmid: "web03" }],
    ],
    facts: ["to 109", "web03 (109) is running", "net0"],
  },
  {
    asked: "Make a container cache01 on pve2 with 2 GiB and the DNS server 192.0.2.53",
    calls: [
      ["storage_content", { action: "list_templates", storage: "local", node: "pve2" }],
      ["create_lxc", {
        node: "pve2",
        ostemplate: "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst",
        hostname: "cache01",
        memory: "2G",
        nameserver: "192.0.2.53",
        net0: "name=eth0,bridge=vmbr0,ip=dhcp",
        start: true,
      }],
    ],
    facts: ["Created container 109 on pve2", "cache01", "Nobody can log in yet"],
  },
  {
    asked: "Back up mail01 to nas, and keep it from being pruned",
    calls: [["backup", { action: "create", vmid: "mail01", storage: "nas", protected: true }]],
    facts: ["Backed up mail01 (202) to nas"],
  },
  {
    asked: "Move db02 to pve2 with its disks",
    calls: [["guest_migrate", { vmid: "db02", target: "pve2", "with-local-disks": true }]],
    facts: ["db02 (103) is on pve2", "running"],
  },
  {
    asked: "Put dns01 under HA, and keep it apart from dns02",
    calls: [
      ["ha_resource", { action: "create", sid: "dns01" }],
      ["ha_resource", { action: "create", sid: "dns02" }],
      ["ha_rule", {
        action: "create",
        rule: "dns-apart",
        type: "resource-affinity",
        resources: "dns01,dns02",
        affinity: "negative",
      }],
    ],
    facts: ["ct:200 is under HA", "ct:201 is under HA", "dns-apart"],
  },
  {
    asked: "Bob shall see all and change nothing more than he may now",
    calls: [["acl", { action: "update", path: "/", roles: "PVEAuditor", users: "bob@pve" }]],
    facts: [/ACL of \//],
  },
  {
    asked: "Let everybody in 10.0.0.0/8 reach PostgreSQL on db01",
    calls: [["guest_firewall_rule", {
      action: "create",
      vmid: "db01",
      rule_type: "in",
      rule_action: "ACCEPT",
      proto: "tcp",
      dport: "5432",
      source: "10.0.0.0/8",
      enable: 1,
    }]],
    facts: ["rule", "db01 (102)"],
  },
];

export const QUESTIONS: readonly Question[] = [...GUESTS, ...CLUSTER, ...CHANGES];
