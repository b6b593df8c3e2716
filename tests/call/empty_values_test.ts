import { connect } from "../harness.ts";
import { type Step, walk } from "../tools/steps.ts";

async function walkAll(steps: Readonly<Record<string, readonly Step[]>>): Promise<void> {
  for (const [tool, each] of Object.entries(steps)) {
    await using harness = await connect();
    await walk(harness, tool, each);
  }
}

Deno.test("an empty filter, place, kind or limit of a read is none", async () => {
  await walkAll({
    proxmox_acl: [{
      call: { action: "get", path: "", userid: "", groupid: "", roleid: "", limit: 0, fields: [] },
      rows: [{ path: "/", roleid: "Administrator" }],
    }],
    proxmox_guest_list: [{
      call: { type: "", node: "", limit: 0, offset: 0, filter: "", fields: "" },
      rows: [{ vmid: 100 }, { vmid: 200 }],
    }],
    proxmox_backup: [{
      call: { action: "list", storage: "", vmid: "", node: "", limit: "0" },
      content: { total: 7 },
    }],
    proxmox_node_task: [{
      call: { action: "list", node: "pve1", limit: 0, typefilter: "", vmid: "" },
      says: ["UPID:"],
    }],
    proxmox_storage_content: [{
      call: { action: "list", storage: "local", node: "", content: "", vmid: "" },
      rows: [{ content: "iso" }],
    }],
  });
});

Deno.test("an empty optional of what is made anew is none", async () => {
  await walkAll({
    proxmox_guest_clone: [{
      call: { vmid: 105, newid: 300, name: "", target: "", storage: "", pool: "", snapname: "" },
      says: ["300"],
      sends: "POST /nodes/pve3/qemu/105/clone newid=300",
    }],
    proxmox_guest_snapshot: [{
      call: { action: "create", vmid: 105, snapname: "one", description: "", type: "", node: "" },
      sends: "POST /nodes/pve3/qemu/105/snapshot snapname=one",
    }],
  });
});

Deno.test("an empty id, kind or place beside another change is left as it is, and told", async () => {
  await walkAll({
    proxmox_user: [
      {
        call: { action: "update", userid: "alice@pve", comment: "Ops", groups: "" },
        says: ['"groups" stays as it is'],
        sends: "PUT /access/users/alice@pve comment=Ops",
      },
      {
        call: { action: "update", userid: "alice@pve", groups: [], enable: true },
        sends: "PUT /access/users/alice@pve enable=1",
      },
      {
        call: { action: "update", userid: "alice@pve", groups: "", append: null },
        sends: "PUT /access/users/alice@pve groups=",
      },
    ],
    proxmox_storage_config: [
      {
        call: { action: "update", storage: "local", nodes: "", content: "", shared: false },
        sends: "PUT /storage/local shared=0",
      },
      {
        call: { action: "update", storage: "nas", nodes: "" },
        sends: "PUT /storage/nas delete=nodes",
      },
    ],
    proxmox_guest_config_update: [
      {
        call: { vmid: 105, config: { cores: 1, tags: "" } },
        sends: "POST /nodes/pve3/qemu/105/config cores=1&delete=tags",
      },
      {
        call: { vmid: 105, node: "", cores: 1, ostype: "", memory: "", delete: "", digest: "" },
        sends: "POST /nodes/pve3/qemu/105/config cores=1",
      },
    ],
  });
});

Deno.test("an empty number, switch or address beside another change is left as it is, and told", async () => {
  await walkAll({
    proxmox_cluster_firewall_rule: [
      {
        call: { action: "update", pos: 0, rule_action: "DROP", enable: "", macro: "", source: "" },
        says: ['"enable", "macro", "source" stay as they are', "; delete=enable,macro,source "],
        sends: "PUT /cluster/firewall/rules/0 action=DROP",
      },
      {
        call: { action: "update", pos: 0, source: "" },
        hides: ["stays as it is"],
        sends: "PUT /cluster/firewall/rules/0 delete=source",
      },
      {
        call: { action: "update", pos: 0, source: "", dest: "", delete: "source" },
        says: ['"dest" stays as it is'],
        hides: ['"source"'],
        sends: "PUT /cluster/firewall/rules/0 delete=source",
      },
    ],
    proxmox_guest_resize: [{
      call: { vmid: 107, memory: 4096, cores: "" },
      says: ['"cores" stays as it is'],
      sends: "PUT /nodes/pve3/qemu/107/config memory=4096",
    }],
    proxmox_node_config: [{
      call: { action: "set_dns", node: "pve1", search: "example.org", dns1: "", dns2: "" },
      sends: "PUT /nodes/pve1/dns search=example.org&dns1=192.0.2.53&dns2=192.0.2.54",
    }],
    proxmox_guest_network: [{
      call: { action: "add", vmid: 107, net: "net1", bridge: "vmbr1", vlan: "", ip: "", gw: "" },
      hides: ["delete="],
      sends: "PUT /nodes/pve3/qemu/107/config net1=virtio,bridge=vmbr1",
    }],
    proxmox_user: [{
      call: { action: "update", userid: "bob@pve", enable: true, password: "" },
      sends: "PUT /access/users/bob@pve enable=1",
    }],
  });
});

Deno.test("a list is empty however that is written", async () => {
  const empties = [[], "", " ", ",", [""], [" ", ","]];
  await walkAll({
    proxmox_user: empties.map((groups) => ({
      call: { action: "update", userid: "alice@pve", comment: "Ops", groups },
      says: ['"groups" stays as it is'],
      sends: "PUT /access/users/alice@pve comment=Ops",
    })),
    proxmox_group: empties.map((users) => ({
      call: { action: "update", groupid: "admins", comment: "Ops", users },
      says: ['"users" stays as it is'],
      sends: "PUT /access/groups/admins comment=Ops",
    })),
    proxmox_storage_config: empties.map((nodes) => ({
      call: { action: "update", storage: "nas", disable: false, nodes },
      says: ['"nodes" stays as it is'],
      sends: "PUT /storage/nas disable=0",
    })),
    proxmox_agent_exec: [{
      call: { action: "exec", vmid: 100, command: "echo", args: [""] },
      sends: "POST /nodes/pve1/qemu/100/agent/exec command=echo&command=",
    }],
  });
});

Deno.test("what says how a change is made is nothing that could be emptied", async () => {
  await walkAll({
    proxmox_user: [{
      call: { action: "update", userid: "alice@pve", comment: "", append: "", enable: "" },
      sends: "PUT /access/users/alice@pve comment=",
    }],
    proxmox_guest_config_update: [{
      call: { vmid: 105, tags: "", force: "", skiplock: "", background_delay: "" },
      sends: "POST /nodes/pve3/qemu/105/config delete=tags",
    }],
    proxmox_cluster_firewall_rule: [{
      call: { action: "update", pos: 0, source: "", moveto: "" },
      sends: "PUT /cluster/firewall/rules/0 delete=source",
    }],
    proxmox_sdn_vnet: [{
      call: { action: "update", vnet: "prod", comment: "", "lock-token": "" },
      sends: "PUT /cluster/sdn/vnets/prod delete=alias",
    }, {
      call: { action: "apply", "lock-token": "" },
      sends: "PUT /cluster/sdn",
    }],
  });
});

Deno.test("how to take away what is left is told only where that can be done", async () => {
  await walkAll({
    proxmox_pool: [{
      call: { action: "update", poolid: "development", comment: "Lab", vms: "" },
      says: ['"vms" stays as it is'],
      hides: ["delete="],
      sends: "PUT /pools poolid=development&comment=Lab",
    }],
  });
});

Deno.test("what is accepted without effect is another change, and empty it is none", async () => {
  await walkAll({
    proxmox_sdn_zone: [{
      call: { action: "update", zone: "lan", type: "vlan", comment: "", bridge: "", mtu: "" },
      says: ['"type" was not used', '"bridge", "mtu" stay as they are'],
      hides: ['"comment"'],
      sends: "PUT /cluster/sdn/zones/lan",
    }],
  });
});

Deno.test("an empty value under another name takes away nothing that the call sets", async () => {
  await walkAll({
    proxmox_sdn_vnet: [{
      call: { action: "update", vnet: "prod", alias: "Lab", comment: "", tag: 300, vlan: "" },
      hides: ["as it is"],
      sends: "PUT /cluster/sdn/vnets/prod alias=Lab&tag=300",
    }],
  });
});

Deno.test("a text that may be empty is emptied, whatever stands beside it", async () => {
  await walkAll({
    proxmox_user: [{
      call: { action: "update", userid: "alice@pve", comment: "", groups: "", enable: true },
      sends: "PUT /access/users/alice@pve enable=1&comment=",
    }],
    proxmox_guest_config_update: [{
      call: { vmid: 105, cores: 1, description: "" },
      sends: "POST /nodes/pve3/qemu/105/config cores=1&delete=description",
    }],
    proxmox_agent_file: [{
      call: { action: "write", vmid: 100, file: "/tmp/empty", content: "" },
      says: ["/tmp/empty"],
    }],
  });
});

Deno.test("an empty id that a call cannot do without is missing", async () => {
  await walkAll({
    proxmox_user: [{
      call: { action: "delete", userid: "" },
      fails: true,
      says: ["userid: is missing"],
      sends: "",
    }],
  });
});

Deno.test("an empty list of guests is not taken for all guests", async () => {
  const refused = { fails: true, says: ["vms: names no guest"], sends: "" } as const;
  const operation = "POST /cluster/bulk-action/guest/shutdown";
  await walkAll({
    proxmox_node_bulk: [[], "", " ", ",", [""], [" ", ","], [[]]].flatMap((vms) =>
      ["stop_all", "start_all", "migrate_all"].map((action) => ({
        call: { action, node: "pve1", target: "pve2", vms },
        ...refused,
      }))
    ),
    proxmox_api_call: [[], "", "[]", " [ ] "].map((vms) => ({
      call: { operation, params: { vms } },
      ...refused,
    })),
  });
});
