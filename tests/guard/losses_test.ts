/** Changes that take something away by their arguments alone, through a real client. */
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { connect, declining } from "../harness.ts";
import { assertDenied } from "../outcome.ts";

type Call = readonly [tool: string, args: Readonly<Record<string, unknown>>];

const LOSING: readonly Call[] = [
  ["proxmox_acl", {
    action: "update",
    path: "/pool/development",
    roles: "PVEVMAdmin",
    groups: "developers",
    delete: "yes",
  }],
  ["proxmox_user", { action: "update", userid: "bob@pve", enable: false }],
  ["proxmox_user", { action: "update", userid: "bob@pve", groups: "ops" }],
  ["proxmox_user", { action: "update", userid: "bob@pve", delete: "groups" }],
  ["proxmox_user_token", { action: "update", userid: "bob@pve", tokenid: "ci", regenerate: 1 }],
  ["proxmox_group", { action: "update", groupid: "helpdesk", users: "bob@pve" }],
  ["proxmox_role", { action: "update", roleid: "Pilot", privs: "VM.Audit" }],
  ["proxmox_pool", { action: "remove_members", poolid: "development", vms: "105" }],
  ["proxmox_pool", { action: "update", poolid: "development", vms: "105", delete: true }],
  ["proxmox_pool", { action: "update", poolid: "development", vms: "100", "allow-move": true }],
  ["proxmox_guest_config_update", { vmid: 105, delete: "scsi0" }],
  ["proxmox_guest_config_update", { vmid: 105, delete: "cores net0" }],
  ["proxmox_guest_config_update", { vmid: 105, config: { scsi0: "" } }],
  ["proxmox_guest_config_update", { vmid: 105, config: { scsi0: "tank:32" } }],
  ["proxmox_guest_config_update", { vmid: 105, config: { net0: "virtio,bridge=vmbr0" } }],
  ["proxmox_guest_resize", { vmid: 105, cores: 2, delete: "net0" }],
  ["proxmox_guest_network", { action: "update", vmid: 105, net: "net0", link_down: true }],
  ["proxmox_guest_disk_move", { vmid: 105, disk: "scsi0", "target-vmid": 107 }],
  ["proxmox_guest_shutdown", { vmid: 105, forceStop: true }],
  ["proxmox_guest_template", { vmid: 107 }],
  ["proxmox_guest_firewall_rule", { action: "update", vmid: 100, pos: 0, enable: 0 }],
  ["proxmox_cluster_firewall", { action: "update_options", enable: 0 }],
  ["proxmox_cluster_firewall", { action: "update_options", policy_in: "ACCEPT" }],
  ["proxmox_storage_config", { action: "update", storage: "nas", disable: true }],
  ["proxmox_storage_config", { action: "update", storage: "nas", nodes: "pve1" }],
  ["proxmox_backup", { action: "create", vmid: 100, storage: "nas", "keep-last": 1 }],
  ["proxmox_ha_resource", { action: "update", sid: "vm:100", state: "stopped" }],
  ["proxmox_cluster_replication_job", { action: "update", id: "100-0", remove_job: "full" }],
  ["proxmox_node_config", { action: "set_hosts", node: "pve1", data: "127.0.0.1 localhost" }],
  ["proxmox_api_call", {
    operation: "PUT /access/acl",
    params: { path: "/pool/development", roles: "PVEVMAdmin", groups: "developers", delete: 1 },
  }],
  ["proxmox_api_call", {
    operation: "PUT /nodes/pve3/qemu/105/unlink",
    params: { idlist: "scsi0" },
  }],
  ["proxmox_api_call", {
    operation: "PUT /nodes/pve3/qemu/105/config",
    params: { delete: "scsi0" },
  }],
  [
    "proxmox_api_call",
    {
      operation: "POST /nodes/pve3/qemu",
      params: { vmid: 105, archive: "local:backup/x.vma.zst", force: true },
    },
  ],
  ["proxmox_api_call", { operation: "PUT /nodes/pve1/network" }],
  ["proxmox_cluster_firewall", { action: "update_options", delete: "enable" }],
  ["proxmox_api_call", {
    operation: "PUT /nodes/pve1/qemu/100/firewall/options",
    params: { delete: "enable" },
  }],
  ["proxmox_guest_config_update", { vmid: 107, config: { template: 1 } }],
  ["proxmox_user", { action: "update", userid: "bob@pve", expire: 1 }],
  ["proxmox_api_call", { operation: "PUT /cluster/ceph/flags/pause", params: { value: 1 } }],
  ["proxmox_api_call", {
    operation: "POST /nodes/pve1/qemu/100/status/suspend",
    params: { todisk: 1 },
  }],
  ["proxmox_api_call", { operation: "POST /nodes/pve1/qemu/100/agent/fsfreeze-freeze" }],
  ["proxmox_backup", { action: "create", vmid: 100, storage: "nas", mode: "stop" }],
  ["proxmox_storage_config", { action: "update", storage: "nas", content: "iso" }],
  ["proxmox_guest_reboot", { vmid: 100 }],
  ["proxmox_api_call", { operation: "POST /nodes/pve1/ceph/stop" }],
  ["proxmox_api_call", { operation: "DELETE /nodes/pve1/disks/lvm/pve" }],
  ["proxmox_api_call", { operation: "DELETE /nodes/pve1/disks/zfs/tank" }],
  ["proxmox_api_call", { operation: "POST /nodes/pve3/qemu/107/template" }],
];

const HARMLESS: readonly Call[] = [
  ["proxmox_user", { action: "update", userid: "bob@pve", enable: true, comment: "x" }],
  ["proxmox_user", { action: "update", userid: "bob@pve", groups: "ops", append: true }],
  ["proxmox_role", { action: "update", roleid: "Pilot", privs: "VM.Audit", append: true }],
  ["proxmox_guest_config_update", { vmid: 105, delete: "description", cores: 2 }],
  ["proxmox_guest_network", { action: "update", vmid: 105, net: "net0", firewall: true }],
  ["proxmox_cluster_firewall", { action: "update_options", ebtables: true }],
  ["proxmox_storage_config", {
    action: "update",
    storage: "nas",
    content: "iso,vztmpl,backup,images,snippets,import",
  }],
  ["proxmox_ha_resource", { action: "update", sid: "vm:100", state: "started" }],
  ["proxmox_backup", { action: "create", vmid: 105 }],
];

Deno.test("arguments that take something away are asked about, whichever tool sends them", async () => {
  const questions: string[] = [];
  await using harness = await connect({ ask: declining(questions) });
  for (const [tool, args] of LOSING) {
    const { text } = await harness.call(tool, args);
    assertStringIncludes(text, "The client answered no", `${tool} ${JSON.stringify(args)}`);
    assertStringIncludes(questions.at(-1) ?? "", "\nLost: ");
  }
  assertEquals(questions.length, LOSING.length);
  assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
});

Deno.test("where nobody can be asked though somebody must be, none of them is sent", async () => {
  await using harness = await connect({ settings: { CONFIRM: "always" } });
  for (const [tool, args] of LOSING) {
    const answer = await harness.call(tool, args);
    assertDenied(answer, /was not confirmed/, /./, `${tool} ${JSON.stringify(args)}`);
  }
  assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
});

Deno.test("a backup that loses its protection, and what an SDN apply removes, are asked about", async () => {
  await using harness = await connect({ settings: { CONFIRM: "always" } });
  const { pve } = harness.services;
  const volume = "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst";
  const place = { node: "pve1", storage: "nas", volume };
  const content = "PUT /nodes/{node}/storage/{storage}/content/{volume}";
  await pve.request(content, { ...place, protected: true });
  const zones = (await pve.request("GET /cluster/sdn/vnets", {})).data as { vnet: string }[];
  const [{ vnet = "" } = {}] = zones;
  for (
    const { subnet } of (await pve.request("GET /cluster/sdn/vnets/{vnet}/subnets", { vnet }))
      .data as { subnet: string }[]
  ) {
    await pve.request("DELETE /cluster/sdn/vnets/{vnet}/subnets/{subnet}", { vnet, subnet });
  }
  await pve.request("DELETE /cluster/sdn/vnets/{vnet}", { vnet });
  const from = harness.simulator.requests.length;
  const unprotect = { operation: content, params: { ...place, protected: false } };
  assertDenied(await harness.call("proxmox_api_call", unprotect), /was not confirmed/);
  const apply = { operation: "PUT /cluster/sdn" };
  assertDenied(await harness.call("proxmox_api_call", apply), /was not confirmed/);
  const sent = harness.simulator.requests.slice(from).filter(({ method }) => method !== "GET");
  assertEquals(sent, []);
});

Deno.test("the same changes without a loss are not asked about", async () => {
  await using harness = await connect({
    ask: (question) => Promise.reject(new Error(`Asked: ${question}`)),
  });
  for (const [tool, args] of HARMLESS) {
    const { text } = await harness.call(tool, args);
    assert(!text.includes("Asked"), `${tool} ${JSON.stringify(args)}: ${text}`);
  }
});

Deno.test("a guest that is named in place of its number is protected all the same", async () => {
  await using harness = await connect({ settings: { PROTECT: "web01" } });
  const { text } = await harness.call("proxmox_ha_resource", {
    action: "update",
    sid: "web01",
    state: "stopped",
  });
  assertStringIncludes(text, 'PROXMOX_PROTECT names "web01"');
  assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
});
