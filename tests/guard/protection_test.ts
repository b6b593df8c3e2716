/** No way around the protection of a guest: through other tools, other objects, or the API gateway. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { connect, declining, type Harness } from "../harness.ts";
import { assertDenied, outcomeOf } from "../outcome.ts";

/** By number, by pool, by tag, by name; 106 has the tag `protected`. */
const PROTECT = "102,103,development,infrastructure,fileserver";

type Call = readonly [tool: string, args: Readonly<Record<string, unknown>>];

function apiCall(operation: string, params: Readonly<Record<string, unknown>> = {}): Call {
  return ["proxmox_api_call", { operation, params }];
}

async function refusedAll(harness: Harness, calls: readonly Call[], words: string): Promise<void> {
  for (const [tool, args] of calls) {
    const answer = await harness.call(tool, args);
    const { text } = answer;
    const what = `${tool} ${JSON.stringify(args)}: ${text}`;
    assertDenied(answer, / is protected$/, /./, what);
    assertStringIncludes(text, words, what);
    assertStringIncludes(text, "Nothing was done", what);
  }
  const changes = harness.simulator.requests.filter(({ method }) => method !== "GET");
  assertEquals(changes, []);
}

Deno.test("nothing of a protected guest is destroyed by way of something else", async () => {
  await using harness = await connect({ settings: { PROTECT } });
  await refusedAll(harness, [
    // The guest itself, by the API gateway and by operations that only sound harmless.
    apiCall("DELETE /nodes/pve1/qemu/103"),
    apiCall("delete /api2/json/nodes/pve1/qemu/103/"),
    apiCall("POST /nodes/pve1/qemu/103/status/shutdown", { forceStop: 1 }),
    ["proxmox_guest_shutdown", { vmid: "db02" }],
    ["proxmox_guest_pause", { vmid: "db02" }],
    ["proxmox_guest_template", { vmid: 106 }],
    ["proxmox_guest_shutdown", { vmid: "fileserver" }],
    apiCall("POST /nodes/pve1/qemu/103/agent", { command: "shutdown" }),
    apiCall("POST /nodes/pve1/qemu/103/monitor", { command: "quit" }),
    // Its volumes.
    ["proxmox_guest_config_update", { vmid: 103, delete: "scsi0" }],
    ["proxmox_guest_config_update", { vmid: 103, config: { scsi0: "tank:32" } }],
    apiCall("PUT /nodes/pve1/qemu/103/config", { delete: "scsi0", force: 1 }),
    apiCall("POST /nodes/pve1/qemu/103/config", { delete: "memory\tscsi0" }),
    apiCall("PUT /nodes/pve1/qemu/103/unlink", { idlist: "scsi0", force: 1 }),
    ["proxmox_guest_disk_move", { vmid: 103, disk: "scsi0", "target-vmid": 100 }],
    apiCall("PUT /nodes/pve1/qemu/100/config", { scsi7: "local-lvm:vm-103-disk-0" }),
    apiCall("DELETE /nodes/pve1/storage/local-lvm/content/local-lvm:vm-103-disk-0"),
    apiCall("DELETE /nodes/pve1/storage/tank/content/tank:base-900-disk-0/vm-103-disk-0"),
    // Its backups.
    ["proxmox_storage_content", {
      ...{ action: "delete", storage: "pbs", node: "pve1" },
      volume: "pbs:backup/vm/103/2026-01-14T09:30:00Z",
    }],
    ["proxmox_storage_content", {
      ...{ action: "prune", storage: "pbs", node: "pve1", "keep-last": 1 },
    }],
    // A restore over it.
    apiCall("POST /nodes/pve1/qemu", {
      ...{
        vmid: 103,
        force: true,
        archive: "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst",
      },
    }),
    apiCall("POST /nodes/pve1/lxc", {
      ...{ vmid: 203, force: 1, restore: 1 },
      ostemplate: "local:backup/vzdump-lxc-202-2026_01_06-09_30_00.tar.zst",
    }),
    // High availability and replication.
    ["proxmox_ha_resource", { action: "create", sid: "vm:103", state: "stopped" }],
    apiCall("PUT /cluster/ha/resources/103", { state: "disabled" }),
    ["proxmox_cluster_replication_job", { action: "delete", id: "103-0" }],
    // The storage that it is on.
    ["proxmox_storage_config", { action: "delete", storage: "local-lvm" }],
  ], "Nothing may be destroyed on it");
});

Deno.test("what protects a guest cannot be taken away, neither at once nor in two steps", async () => {
  await using harness = await connect({ settings: { PROTECT: `${PROTECT},pve2` } });
  await refusedAll(harness, [
    ["proxmox_guest_config_update", { vmid: 200, config: { tags: "web" } }],
    ["proxmox_guest_config_update", { vmid: 201, delete: "tags" }],
    ["proxmox_guest_config_update", { vmid: 201, config: { tags: "" } }],
    ["proxmox_guest_config_update", { vmid: 201, remove_tags: "Infrastructure" }],
    apiCall("PUT /nodes/pve1/lxc/200/config", { tags: "production" }),
    ["proxmox_guest_config_update", { vmid: "fileserver", config: { name: "other" } }],
    ["proxmox_guest_migrate", { vmid: "web02", target: "pve1" }],
    ["proxmox_node_bulk", { action: "migrate_all", node: "pve2", target: "pve3" }],
    apiCall("POST /cluster/bulk-action/guest/migrate", { target: "pve3", vms: [101] }),
    apiCall("POST /cluster/ha/resources/vm:101/relocate", { node: "pve1" }),
  ], "This would take its protection away");
});

Deno.test("a guest stays in the pool that protects it", async () => {
  await using harness = await connect({ settings: { PROTECT: "shop" } });
  await harness.call("proxmox_pool", { action: "create", poolid: "shop" });
  const moved = await harness.call("proxmox_pool", {
    ...{ action: "update", poolid: "shop", vms: "104", "allow-move": true },
  });
  assert(!moved.isError, moved.text);
  const before = harness.simulator.requests.length;
  const calls = [
    ["proxmox_pool", { action: "remove_members", poolid: "shop", vms: "203 104" }] as const,
    ["proxmox_pool", { action: "update", poolid: "shop", vms: "104", delete: "true" }] as const,
    ["proxmox_pool", {
      ...{ action: "update", poolid: "production", vms: 104, "allow-move": true },
    }] as const,
    apiCall("PUT /pools/shop", { vms: "104", delete: 1 }),
  ];
  for (const [tool, args] of calls) {
    assertDenied(await harness.call(tool, args), /^gitlab .* is protected$/);
  }
  const since = harness.simulator.requests.slice(before);
  assertEquals(since.filter(({ method }) => method !== "GET"), []);
});

Deno.test("what takes neither a guest nor its protection away goes on", async () => {
  await using harness = await connect({ settings: { PROTECT } });
  const calls: Call[] = [
    ["proxmox_guest_config_update", { vmid: 203, config: { tags: "infrastructure;more" } }],
    ["proxmox_guest_config_update", { vmid: 103, config: { description: "unused0" } }],
    ["proxmox_guest_config_update", { vmid: 106, config: { name: "older-erp" } }],
    ["proxmox_pool", { action: "update", poolid: "production", vms: 203 }],
    ["proxmox_guest_migrate", { vmid: 103, target: "pve2", "with-local-disks": true }],
    ["proxmox_guest_snapshot", { action: "create", vmid: 103, snapname: "safe" }],
    ["proxmox_guest_stop", { vmid: "web01" }],
    ["proxmox_storage_config", { action: "delete", storage: "old-nas" }],
  ];
  for (const [tool, args] of calls) {
    const { text, isError } = await harness.call(tool, args);
    assert(!isError, `${tool} ${JSON.stringify(args)}: ${text}`);
  }
});

Deno.test("a pool protects the guests of the pools in it, and a tag in any case", async () => {
  await using harness = await connect({ settings: { PROTECT: "Production" } });
  const { guests } = harness.simulator.cluster;
  guests.get(106)!.config.tags = "Protected";
  guests.get(204)!.config.tags = "web";
  await harness.call("proxmox_pool", { action: "create", poolid: "production/web" });
  const put = { action: "update", poolid: "production/web", vms: 204 };
  const joined = await harness.call("proxmox_pool", put);
  assert(!joined.isError, joined.text);
  for (const [vmid, why] of [[106, 'tag "Protected"'], [204, 'pool "production"']] as const) {
    const { text } = await harness.call("proxmox_guest_delete", { vmid });
    assertStringIncludes(text, `Nothing may be destroyed on it: it`);
    assertStringIncludes(text, why);
  }
});

Deno.test("the API gateway asks before it destroys, as the tools do", async () => {
  const questions: string[] = [];
  await using harness = await connect({ ask: declining(questions) });
  const calls = [
    apiCall("PUT /nodes/pve1/qemu/100/config", { delete: "scsi0" }),
    apiCall("PUT /nodes/pve1/qemu/100/unlink", { idlist: "scsi0", force: true }),
    apiCall("POST /nodes/pve1/qemu", {
      ...{
        vmid: 100,
        force: true,
        archive: "nas:backup/vzdump-qemu-100-2026_01_14-09_30_00.vma.zst",
      },
    }),
    apiCall("POST /nodes/pve1/qemu/100/agent", { command: "shutdown" }),
    apiCall("PUT /cluster/ha/resources/vm:100", { state: "stopped" }),
    apiCall("POST /cluster/bulk-action/guest/suspend", { vms: [100] }),
    apiCall("PUT /access/acl", {
      ...{ path: "/pool/development", roles: "PVEVMAdmin", groups: "developers", delete: true },
    }),
    apiCall("PUT /access/users/joe@pve/token/ci", { regenerate: true }),
    apiCall("PUT /nodes/pve1/network"),
    apiCall("POST /nodes/pve1/services/pveproxy/restart"),
    apiCall("POST /nodes/pve1/ceph/osd/1/out"),
    ["proxmox_ha_resource", { action: "update", sid: "vm:100", state: "stopped" }] as const,
  ];
  for (const [index, [tool, args]] of calls.entries()) {
    const { text } = await harness.call(tool, args);
    assertMatch(text, /was not confirmed/, `${JSON.stringify(args)}: ${text}`);
    assertEquals(questions.length, index + 1, JSON.stringify(args));
  }
  assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
});

Deno.test("the basic tier reaches into no guest, and sends no node to an address of the caller's", async () => {
  for (const settings of [{}, { READ_ONLY: "true", ALLOW_ELEVATED: "true" }]) {
    await using harness = await connect({ elevated: false, settings });
    const calls = [
      apiCall("get /nodes/pve1/qemu/100/agent/file-read", { file: "/etc/shadow" }),
      apiCall("GET /nodes/pve1/qemu/100/agent/exec-status", { pid: 7 }),
      apiCall("GET /nodes/pve1/query-url-metadata", { url: "https://example.com/?data" }),
      apiCall("GET /nodes/pve1/query-oci-repo-tags", { reference: "example.com/data" }),
      apiCall("GET /nodes/pve1/scan/cifs", { server: "example.com" }),
      apiCall("GET /nodes/pve1/scan/pbs", { server: "h", username: "u", password: "p" }),
      apiCall("GET /cluster/acme/tos", { directory: "https://example.com/?data" }),
      apiCall("GET /nodes/pve1/qemu/100/vncwebsocket", { port: 5900, vncticket: "x" }),
      apiCall("GET /nodes/pve1/qemu/100/mtunnelwebsocket", { socket: "/s", ticket: "x" }),
    ];
    for (const [tool, args] of calls) {
      const answer = await harness.call(tool, args);
      assertDenied(answer, /./, /./, `${JSON.stringify(args)}: ${answer.text}`);
    }
    assertEquals(harness.simulator.requests, []);
  }
});

Deno.test("the terms of an ACME directory of the caller's own need the elevated tier", async () => {
  const own = { action: "tos", directory: "https://example.com/?data" };
  await using basic = await connect({ elevated: false });
  assertDenied(await basic.call("proxmox_acme_info", own));
  const known = { action: "tos", directory: "https://acme-v02.api.letsencrypt.org/directory" };
  assert(!(await basic.call("proxmox_acme_info", known)).isError);
  await using elevated = await connect();
  assert(outcomeOf((await elevated.call("proxmox_acme_info", own)).text) !== "denied");
});
