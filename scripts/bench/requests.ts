/**
 * What an administrator asks for, as the calls that it takes where every tool is listed, and the
 * words by which a model would search for the tool where it is not. All of it works on the embedded
 * cluster, in this order.
 *
 * @module
 */

/** A call that a request takes. */
export interface Step {
  /** What to search for. */
  readonly words: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

function step(words: string, tool: string, args: Readonly<Record<string, unknown>> = {}): Step {
  return { words, tool: `proxmox_${tool}`, args };
}

const list = step("list guests", "guest_list");
const status = (vmid: string): Step => step("guest status", "guest_status", { vmid });
const config = (vmid: string): Step => step("guest configuration", "guest_config", { vmid });
const tasks = (more = {}): Step => step("list tasks", "node_task", { action: "list", ...more });
const nodes = step("list nodes", "node", { action: "list" });
const snapshot = (action: string, vmid: string, snapname?: string): Step =>
  step("snapshot of a guest", "guest_snapshot", { action, vmid, ...snapname && { snapname } });

/** Requests, each a conversation of its own. */
export const REQUESTS: Readonly<Record<string, readonly Step[]>> = {
  "which guests run, and how is web01?": [list, status("web01"), config("web01")],
  "is the cluster well?": [
    step("cluster status", "cluster", { action: "status" }),
    nodes,
    tasks({ errors: true }),
    list,
  ],
  "a snapshot of web01 before the update, and away with it afterwards": [
    status("web01"),
    snapshot("list", "web01"),
    snapshot("create", "web01", "before"),
    snapshot("list", "web01"),
    snapshot("delete", "web01", "before"),
  ],
  "back to the snapshot of db01": [
    list,
    snapshot("create", "db01", "good"),
    snapshot("list", "db01"),
    snapshot("rollback", "db01", "good"),
    status("db01"),
  ],
  "more memory for web02": [
    status("web02"),
    config("web02"),
    step("change memory", "guest_resize", { vmid: "web02", memory: "10G" }),
    config("web02"),
    step("pending changes", "guest_pending", { vmid: "web02" }),
  ],
  "start 107 and see that it runs": [
    list,
    config("107"),
    step("start a guest", "guest_start", { vmid: "107" }),
    status("107"),
    tasks(),
  ],
  "why did the last tasks fail?": [tasks({ errors: true }), tasks({ limit: 10 }), nodes],
  "a new VM for tests": [
    list,
    step("create VM", "create_vm", {
      node: "pve1",
      vmid: "990",
      name: "test-a",
      memory: "2G",
      cores: 2,
    }),
    config("990"),
    step("start a VM", "guest_start", { vmid: "990" }),
    status("990"),
  ],
  "rename and tag web02": [
    config("web02"),
    step("rename a VM", "guest_config_update", { vmid: "web02", name: "web-two" }),
    step("set tags", "guest_config_update", { vmid: "101", tags: "web;test" }),
    config("101"),
  ],
  "an account for Anna, with a look at web01": [
    step("list users", "user", { action: "list" }),
    step("create user", "user", { action: "create", userid: "anna@pve" }),
    step("list roles", "role", { action: "list" }),
    step("grant a role", "acl", {
      action: "update",
      path: "/vms/100",
      roles: "PVEAuditor",
      users: "anna@pve",
    }),
    step("grant a role", "acl", { action: "get" }),
    step("get user", "user", { action: "get", userid: "anna@pve" }),
  ],
  "how full is the storage, and what takes the room?": [
    step("storage usage", "storage_config", { action: "list" }),
    step("contents of a storage", "storage_content", { action: "list", storage: "local" }),
    step("contents of a storage", "storage_content", { action: "list", storage: "local-lvm" }),
    nodes,
  ],
  "move db02 away from pve1": [
    list,
    status("db02"),
    config("db02"),
    nodes,
    step("migrate a VM", "guest_migrate", {
      vmid: "db02",
      target: "pve2",
      "with-local-disks": true,
    }),
    status("db02"),
    tasks(),
  ],
  "a backup of web01, and is it there?": [
    config("web01"),
    step("list backups", "backup", { action: "list" }),
    step("back up a guest", "backup", { action: "create", vmid: "web01" }),
    step("list backups", "backup", { action: "list" }),
    tasks(),
  ],
};
