/**
 * Deletions of what is not there: the dry run of each says what stops it, and the call is not done.
 */
import { assert, assertEquals } from "../assert.ts";
import { hasRow } from "../outcome.ts";
import { allFacts } from "../../src/tool/operation.ts";
import type { Args } from "./calls/line.ts";
import { connectForCalls, withAction } from "./calls/make.ts";
import { ROWS } from "./calls/rows.ts";

const NODE = { node: "pve1" };
const VOLUME = { ...NODE, storage: "local", volume: "local:iso/nosuch.iso" };

/** Arguments that name what is not there, by tool and action. */
const ABSENT: Readonly<Record<string, readonly Args[]>> = {
  "proxmox_acme_account delete": [{ name: "nosuch" }],
  "proxmox_acme_cert revoke": [NODE],
  "proxmox_acme_info delete_plugin": [{ id: "nosuch" }],
  "proxmox_backup delete": [{
    ...NODE,
    storage: "local",
    volume: "local:backup/vzdump-qemu-100-2020_01_01-00_00_00.vma.zst",
  }],
  "proxmox_ceph_fs delete": [{ ...NODE, name: "nosuch" }],
  "proxmox_ceph_mds delete": [{ ...NODE, name: "nosuch" }],
  "proxmox_ceph_mon delete": [{ ...NODE, monid: "nosuch" }],
  "proxmox_ceph_osd delete": [{ ...NODE, osdid: 99 }],
  "proxmox_ceph_pool delete": [{ ...NODE, name: "nosuch" }],
  "proxmox_cluster_backup_job delete": [{ id: "nosuch" }],
  "proxmox_cluster_firewall_alias delete": [
    { name: "nosuch" },
    { name: "nosuch", vmid: 100 },
    { name: "nosuch", vmid: 200 },
  ],
  "proxmox_cluster_firewall_group delete": [{ group: "nosuch" }],
  "proxmox_cluster_firewall_ipset delete": [
    { name: "nosuch" },
    { name: "nosuch", vmid: 100 },
    { name: "nosuch", vmid: 200 },
  ],
  "proxmox_cluster_firewall_ipset_entry delete": [
    { name: "nosuch", cidr: "203.0.113.77" },
    { name: "nosuch", cidr: "203.0.113.77", vmid: 100 },
    { name: "nosuch", cidr: "203.0.113.77", vmid: 200 },
  ],
  "proxmox_cluster_firewall_rule delete": [{ pos: 99 }, { group: "webserver", pos: 99 }],
  "proxmox_cluster_replication_job delete": [{ id: "100-9" }],
  "proxmox_domain delete": [{ realm: "nosuch" }],
  "proxmox_group delete": [{ groupid: "nosuch" }],
  "proxmox_guest_delete default": [{ vmid: 99999 }],
  "proxmox_guest_firewall_rule delete": [{ vmid: 100, pos: 99 }, { vmid: 200, pos: 99 }],
  "proxmox_guest_snapshot delete": [{ vmid: 100, snapname: "nosuch" }, {
    vmid: 200,
    snapname: "nosuch",
  }],
  "proxmox_ha_group delete": [{ group: "nosuch" }],
  "proxmox_ha_resource delete": [{ sid: "vm:107" }],
  "proxmox_ha_rule delete": [{ rule: "nosuch" }],
  "proxmox_node_network_iface delete": [{ ...NODE, iface: "vmbr99" }],
  "proxmox_node_task stop": [{ upid: "UPID:pve1:0000A1B2:0000C3D4:65000000:vzdump:100:root@pam:" }],
  "proxmox_notification delete": ["gotify", "sendmail", "smtp", "webhook"].map((type) => ({
    target_type: type,
    name: "nosuch",
  })),
  "proxmox_pool delete": [{ poolid: "nosuch" }],
  "proxmox_role delete": [{ roleid: "nosuch" }],
  "proxmox_sdn_controller delete": [{ controller: "nosuch" }],
  "proxmox_sdn_subnet delete": [{ subnet: "lab-10.99.0.0-24" }, {
    vnet: "nosuch",
    subnet: "lab-10.99.0.0-24",
  }],
  "proxmox_sdn_vnet delete": [{ vnet: "nosuch" }],
  "proxmox_sdn_zone delete": [{ zone: "nosuch" }],
  "proxmox_storage_config delete": [{ storage: "nosuch" }],
  "proxmox_storage_content delete": [VOLUME],
  "proxmox_user delete": [{ userid: "nosuch@pve" }],
  "proxmox_user_token delete": [{ userid: "root@pam", tokenid: "nosuch" }, {
    userid: "nosuch@pve",
    tokenid: "nosuch",
  }],
};

/** They name nothing that could be missing: a state of the node, or all that is old enough. */
const NAMELESS = [
  "proxmox_backup delete_old",
  "proxmox_certificate delete",
  "proxmox_node_network_iface apply",
  "proxmox_node_subscription delete",
  "proxmox_storage_content prune",
];

const DELETES = ROWS.filter(({ registered: { tool }, actionName }) =>
  allFacts(tool.actions[actionName]!).some(({ method }) => method === "DELETE")
).map(({ registered: { tool }, actionName }) => ({
  ...{ tool, actionName },
  name: `${tool.name} ${actionName}`,
}));

Deno.test("each action that deletes something is tried with what is not there", () => {
  const tried = [...Object.keys(ABSENT), ...NAMELESS];
  assertEquals(DELETES.map(({ name }) => name).toSorted(), tried.toSorted());
});

for (const { tool, actionName, name } of DELETES) {
  for (const given of ABSENT[name] ?? []) {
    Deno.test(`${name} of ${JSON.stringify(given)} is stopped, and its dry run says so`, async () => {
      await using harness = await connectForCalls(undefined, true);
      const args = withAction(tool, actionName, given);
      const planned = await harness.call(tool.name, { ...args, dry_run: true });
      const isStopped = planned.isError ? /There is no/.test(planned.text) : hasRow(planned, {
        verdict: "stops it",
        what: /^There (?:is|are) no |\bno such\b|not defined/,
      });
      assert(isStopped, planned.text);
      const called = await harness.call(tool.name, args);
      assert(called.isError || /nothing was deleted/.test(called.text), called.text);
    });
  }
}

Deno.test("what is there is not said to be missing, also where a list alone shows it", async () => {
  await using harness = await connectForCalls(undefined, true);
  const calls = [
    ["proxmox_ceph_osd", { ...NODE, osdid: 0 }],
    ["proxmox_ceph_mon", { ...NODE, monid: "pve1" }],
    ["proxmox_ceph_pool", { ...NODE, name: "vm" }],
  ] as const;
  for (const [tool, args] of calls) {
    const planned = await harness.call(tool, { action: "delete", ...args, dry_run: true });
    assert(!hasRow(planned, { verdict: "stops it", what: /^There is no / }), planned.text);
  }
});
