/** Refusals say what to do next, whichever tool was called clumsily. */
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { connect } from "../harness.ts";
import { didYouMeanTool } from "../../src/tool/registry.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";

type Case = readonly [tool: string, args: Readonly<Record<string, unknown>>, next: string];

const REFUSED: readonly Case[] = [
  ["create_vm", { node: "pve1", disk: "20G" }, 'Did you mean "disk_size"?'],
  ["create_vm", { node: "pve1", memory: 4 }, "expected MiB from 16, or a unit such as 4G"],
  ["create_vm", { node: "pve1", cpu: "2" }, "a type such as host or x86-64-v2-AES; cores is"],
  ["create_vm", { node: "pve1", vmid: 100 }, "proxmox_get_next_vmid finds a free number"],
  [
    "create_lxc",
    { node: "pve1", ostemplate: "local:vztmpl/nope.tar.zst" },
    "proxmox_storage_content action=list storage=local shows what is there",
  ],
  ["guest_start", { vmid: 900 }, "proxmox_guest_clone makes a guest of it"],
  ["guest_clone", { vmid: 102, newid: 103 }, "proxmox_get_next_vmid finds a free number"],
  ["ha_resource", { action: "create", sid: "vm:100" }, "action=update sid=vm:100 changes how"],
  ["ha_resource", { action: "delete", sid: "vm:102" }, "there is nothing to take out"],
  [
    "ha_rule",
    { action: "create", rule: "one-more", type: "node-affinity", resources: "100", nodes: "pve1" },
    "proxmox_ha_rule action=list shows it",
  ],
  ["guest_reboot", { vmid: "win11-test" }, "proxmox_guest_start starts it"],
  ["guest_template", { vmid: "web01" }, "proxmox_guest_shutdown stops it first"],
  ["guest_resize", { vmid: 100, disk: "scsi0", size: "+1G" }, "proxmox_guest_disk_resize"],
  [
    "guest_network",
    { action: "add", vmid: 100, net: "eth0", bridge: "vmbr0" },
    "expected net0, net1…",
  ],
  [
    "guest_firewall_rule",
    { action: "create", vmid: 100, rule_type: "in", rule_action: "allow" },
    "ACCEPT, DROP, REJECT",
  ],
  [
    "guest_firewall_rule",
    { action: "delete", vmid: 100, pos: 99 },
    "proxmox_guest_firewall_rule action=list shows what there is",
  ],
  ["user", { action: "get", userid: "nope@pve" }, "proxmox_user action=list shows what there is"],
  ["sdn_zone", { action: "get", zone: "nope" }, "proxmox_sdn_zone action=list"],
  ["cluster_backup_job", { action: "get", id: "nope" }, "proxmox_cluster_backup_job action=list"],
  [
    "cluster_backup_job",
    { action: "create", schedule: "whenever", storage: "nas", all: true },
    "such as 03:30, sat 22:00",
  ],
  ["backup", { action: "create", vmid: 105, storage: "ceph-vm" }, "what each storage may hold"],
  ["node_disk", { action: "smart", node: "pve1", disk: "sda" }, "a device such as /dev/sda"],
  ["agent_file", { operation: "read", vmid: 100, path: "/etc/hosts" }, 'Did you mean "file"?'],
];

Deno.test("each refusal of a clumsy call names the next step", async () => {
  await using harness = await connect();
  for (const [name, args, next] of REFUSED) {
    const { text, isError } = await harness.call(`proxmox_${name}`, args);
    assert(isError, text);
    assertStringIncludes(text, next, name);
  }
});

Deno.test("what a new thing lacks is not looked for among its like", async () => {
  await using harness = await connect();
  const call = { action: "create", vnet: "nope", subnet: "10.0.0.0/24" };
  const { text } = await harness.call("proxmox_sdn_subnet", call);
  assertStringIncludes(text, "does not exist");
  assert(!text.includes("action=list"), text);
});

Deno.test("a new card, disk or mount point goes into the first free slot", async () => {
  await using harness = await connect();
  const titleOf = async (tool: string, args: Record<string, unknown>): Promise<unknown> =>
    (await harness.call(tool, { action: "add", ...args })).structured.summary;
  const size = { storage: "tank", size: "8G" };
  assertEquals(
    await titleOf("proxmox_guest_network", { vmid: "web01", bridge: "vmbr0" }),
    "Added net1 to web01 (100)",
  );
  assertEquals(
    await titleOf("proxmox_vm_disk", { vmid: "web01", ...size }),
    "Added scsi1 (8G on tank) to web01 (100)",
  );
  assertEquals(
    await titleOf("proxmox_lxc_mountpoint", { vmid: "dns01", path: "/data", ...size }),
    "Added mp0 at /data to dns01 (200)",
  );
});

Deno.test("didYouMeanTool() knows tools by the names of other clients", () => {
  const names = TOOLS.map(({ tool }) => tool.name);
  for (
    const [given, meant] of [
      ["proxmox_snapshot", "proxmox_guest_snapshot"],
      ["list_vms", "proxmox_guest_list"],
      ["start_vm", "proxmox_guest_start"],
      ["delete_container", "proxmox_guest_delete"],
      ["get_nodes", "proxmox_node"],
    ] as const
  ) assertStringIncludes(didYouMeanTool(given, names), `"${meant}"`);
  assertEquals(didYouMeanTool("foo", names), "");
});
