/**
 * Arguments with which a change takes something away, whichever tool sends them: such a call is
 * protected and confirmed as a deletion is. A call that only plans a loss, such as the retention of
 * a backup job, or that moves or copies, is not among them.
 *
 * @module
 */
import type { Operation } from "../api.ts";
import type { Args } from "../encode.ts";
import { splitList } from "../split_list.ts";

/** One way to lose something. */
interface Loss {
  readonly operations: readonly Operation[];
  /** The arguments that decide. */
  readonly by: readonly string[];
  readonly when: (args: Args) => boolean;
  /** What is lost. */
  readonly loses: string;
}

function isOn(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || value === "true";
}

function isOff(value: unknown): boolean {
  return value === false || value === 0 || value === "0";
}

/** A list that replaces the one there is, unless it is added to it. */
function replaces(name: string): Pick<Loss, "by" | "when"> {
  return { by: [name], when: (args) => args[name] !== undefined && args.append !== true };
}

/** A switch that is turned on. */
function on(name: string): Pick<Loss, "by" | "when"> {
  return { by: [name], when: (args) => isOn(args[name]) };
}

/** A switch that is turned off. */
function off(name: string): Pick<Loss, "by" | "when"> {
  return { by: [name], when: (args) => isOff(args[name]) };
}

/** Anything that is given, whatever its value. */
function given(...by: string[]): Pick<Loss, "by" | "when"> {
  return { by, when: (args) => by.some((name) => args[name] !== undefined) };
}

const CONFIG = [
  "POST /nodes/{node}/qemu/{vmid}/config",
  "PUT /nodes/{node}/qemu/{vmid}/config",
  "PUT /nodes/{node}/lxc/{vmid}/config",
] as const;
const POOL = ["PUT /pools", "PUT /pools/{poolid}"] as const;
const SHUTDOWN = [
  "POST /nodes/{node}/qemu/{vmid}/status/shutdown",
  "POST /nodes/{node}/lxc/{vmid}/status/shutdown",
] as const;
const HELD = /^(ide|sata|scsi|virtio|efidisk|tpmstate|rootfs|mp|net|unused)\d*$/;

const LOSSES: readonly Loss[] = [
  { operations: ["PUT /access/acl"], ...on("delete"), loses: "access" },
  {
    operations: ["PUT /access/users/{userid}"],
    ...off("enable"),
    loses: "the access of the user and of all tokens of it",
  },
  {
    operations: ["PUT /access/users/{userid}"],
    by: ["groups", "append", "delete"],
    when: (args) => replaces("groups").when(args) || splitList(args.delete).includes("groups"),
    loses: "what groups that are not named let the user do",
  },
  {
    operations: ["PUT /access/users/{userid}/token/{tokenid}"],
    ...on("regenerate"),
    loses: "the present secret: what uses it stops working",
  },
  {
    operations: ["PUT /access/users/{userid}/token/{tokenid}"],
    ...on("privsep"),
    loses: "what only the user of the token may do, not the token itself",
  },
  {
    operations: ["PUT /access/groups/{groupid}"],
    ...replaces("users"),
    loses: "what the group lets users do that are not named",
  },
  {
    operations: ["PUT /access/roles/{roleid}"],
    ...replaces("privs"),
    loses: "privileges that are not named, for all who have the role",
  },
  {
    operations: POOL,
    ...on("delete"),
    loses: "the permissions and the protection that the pool gives its members",
  },
  {
    operations: POOL,
    ...on("allow-move"),
    loses: "the permissions and the protection that the present pools give",
  },
  {
    operations: CONFIG,
    by: ["delete", "force"],
    when: ({ delete: keys, force }) => isOn(force) || splitList(keys).some((key) => HELD.test(key)),
    loses: "the place of deleted disks and cards in the guest; of unusedN or with force, the data",
  },
  { operations: CONFIG, ...on("link_down"), loses: "the guest's connection over this card" },
  {
    operations: [
      "POST /nodes/{node}/qemu/{vmid}/move_disk",
      "POST /nodes/{node}/lxc/{vmid}/move_volume",
    ],
    ...given("target-vmid"),
    loses: "the disk, which goes to another guest",
  },
  {
    operations: [
      "POST /nodes/{node}/qemu/{vmid}/remote_migrate",
      "POST /nodes/{node}/lxc/{vmid}/remote_migrate",
    ],
    ...on("delete"),
    loses: "the guest in this cluster",
  },
  {
    operations: SHUTDOWN,
    ...on("forceStop"),
    loses: "what a guest that does not shut down in time has not written",
  },
  {
    operations: ["POST /nodes/{node}/qemu", "POST /nodes/{node}/lxc"],
    ...on("force"),
    loses: "all data of the guest that has the number",
  },
  {
    operations: ["POST /nodes/{node}/vzdump"],
    ...given(
      "prune-backups",
      "maxfiles",
      ...["last", "hourly", "daily", "weekly", "monthly", "yearly"].map((each) => `keep-${each}`),
    ),
    loses: "older backups of the guest that this retention does not keep",
  },
  {
    operations: ["POST /cluster/ha/resources", "PUT /cluster/ha/resources/{sid}"],
    by: ["state"],
    when: ({ state }) => state === "stopped" || state === "disabled",
    loses: "the running guest: HA stops it",
  },
  {
    operations: ["PUT /cluster/replication/{id}"],
    ...given("remove_job"),
    loses: "the job; with full, its copies too",
  },
  {
    operations: [
      "PUT /cluster/firewall/options",
      "PUT /nodes/{node}/firewall/options",
      "PUT /nodes/{node}/qemu/{vmid}/firewall/options",
      "PUT /nodes/{node}/lxc/{vmid}/firewall/options",
      "PUT /cluster/sdn/vnets/{vnet}/firewall/options",
    ],
    ...given("enable", "policy_in", "policy_out", "policy_forward"),
    loses: "protection, where the firewall lets more through; connections, where it lets less",
  },
  {
    operations: [
      "PUT /cluster/firewall/rules/{pos}",
      "PUT /cluster/firewall/groups/{group}/{pos}",
      "PUT /nodes/{node}/firewall/rules/{pos}",
      "PUT /nodes/{node}/qemu/{vmid}/firewall/rules/{pos}",
      "PUT /nodes/{node}/lxc/{vmid}/firewall/rules/{pos}",
      "PUT /cluster/sdn/vnets/{vnet}/firewall/rules/{pos}",
    ],
    ...off("enable"),
    loses: "what the rule allows or keeps out",
  },
  {
    operations: ["PUT /storage/{storage}"],
    by: ["disable", "nodes"],
    when: ({ disable, nodes }) => isOn(disable) || nodes !== undefined,
    loses: "the storage on nodes that are left out: guests with disks there cannot start",
  },
  {
    operations: ["PUT /nodes/{node}/ceph/pool/{name}"],
    ...given("size", "min_size"),
    loses: "redundancy, where the number is lower",
  },
  {
    operations: [
      "PUT /cluster/notifications/endpoints/gotify/{name}",
      "PUT /cluster/notifications/endpoints/sendmail/{name}",
      "PUT /cluster/notifications/endpoints/smtp/{name}",
      "PUT /cluster/notifications/endpoints/webhook/{name}",
      "PUT /cluster/notifications/matchers/{name}",
    ],
    ...on("disable"),
    loses: "notifications that only go this way",
  },
  {
    operations: ["POST /nodes/{node}/hosts"],
    ...given("data"),
    loses: "entries of /etc/hosts that data leaves out",
  },
  {
    operations: [
      "POST /nodes/{node}/certificates/custom",
      "POST /nodes/{node}/certificates/acme/certificate",
    ],
    ...on("force"),
    loses: "the certificate that is there",
  },
];

function lossesOf(operations: readonly Operation[]): Loss[] {
  return LOSSES.filter((loss) => loss.operations.some((each) => operations.includes(each)));
}

/** What a call of these operations takes away with these arguments, or undefined. */
export function lossOf(operations: readonly Operation[], args: Args): string | undefined {
  return lossesOf(operations).find(({ when }) => when(args))?.loses;
}

/** Names of the arguments on which it depends whether the operations take something away. */
export function lossParameters(operations: readonly Operation[]): string[] {
  return lossesOf(operations).flatMap(({ by }) => by);
}
