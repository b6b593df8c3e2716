/** Which of several clusters a call goes to, when it is asked back, and when nothing is done. */
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { assertDone, assertFailed } from "../../outcome.ts";
import { changesOf, clusterOf, connectSeveral, connectTwo } from "../../several.ts";
import type { ToolAnswer } from "../../harness.ts";

Deno.test("a guest, a node or a storage that one cluster alone has is found there", async () => {
  await using several = await connectTwo();
  const cases: [tool: string, args: Record<string, unknown>][] = [
    ["proxmox_guest_status", { vmid: 1000 }],
    ["proxmox_guest_status", { vmid: "1000" }],
    ["proxmox_guest_config", { vmid: "qemu/1000" }],
    ["proxmox_node", { action: "status", node: "pve4" }],
    ["proxmox_report", { action: "failure", node: "pve4" }],
    ["proxmox_api_call", { operation: "GET /nodes/pve4/status" }],
    ["proxmox_api_call", { operation: "GET /nodes/{node}/status", params: { node: "pve4" } }],
  ];
  const { services } = several.clusters.lab!;
  const { name } = await services.guests.find(1000);
  cases.push(["proxmox_guest_status", { vmid: name }]);
  await services.pve.request("POST /storage", { storage: "own", type: "dir", path: "/srv/own" });
  await services.pve.request("POST /pools", { poolid: "crew" });
  cases.push(
    ["proxmox_storage_config", { action: "get", storage: "own" }],
    ["proxmox_storage_content", { action: "list", storage: "own", node: "pve1" }],
    ["proxmox_pool", { action: "get", poolid: "crew" }],
  );
  for (const [tool, args] of cases) {
    const answer = await several.call(tool, args);
    assertDone(answer, /./);
    assertEquals(clusterOf(answer), "lab", `${tool} ${JSON.stringify(args)}`);
    assertStringIncludes(answer.text, "✅ lab: ");
  }
});

Deno.test("a name that several clusters have is asked back with what each has", async () => {
  await using several = await connectTwo();
  const guest = await several.call("proxmox_guest_status", { vmid: "web01" });
  assertFailed(guest, /^"web01" is in 2 clusters$/, /home has web01 .*\. lab has web01 /);
  assertStringIncludes(guest.text, "vmid=home/web01 or vmid=lab/web01");
  for (
    const [tool, args, param] of [
      ["proxmox_guest_config", { vmid: 100 }, "vmid=home/100"],
      ["proxmox_node", { action: "status", node: "pve1" }, "node=home/pve1"],
      ["proxmox_storage_content", { action: "list", storage: "nas" }, "cluster=home"],
      ["proxmox_pool", { action: "get", poolid: "production" }, "cluster=home"],
      ["proxmox_backup", { action: "list", vmid: "web01" }, "vmid=home/web01"],
      ["proxmox_node_task", { action: "list", node: "pve1" }, "node=home/pve1"],
      ["proxmox_api_call", { operation: "GET /nodes/pve1/qemu/100/config" }, "vmid=home/100"],
    ] as const
  ) {
    const answer = await several.call(tool, args);
    assertFailed(answer, /is in 2 clusters/, /home has .*lab has /);
    assertStringIncludes(answer.text, param);
  }
});

Deno.test("a call goes where its arguments say, in each of the ways to say it", async () => {
  await using several = await connectTwo();
  for (
    const args of [
      { vmid: "lab/web01" },
      { vmid: "lab/100" },
      { vmid: "LAB/web01" },
      { vmid: 100, cluster: "lab" },
      { vmid: "web01", cluster: "Lab" },
      { vmid: "lab/web01", cluster: "lab" },
      { vmid: "web01", node: "lab/pve1" },
      { vm_id: "lab/web01" },
    ]
  ) {
    const answer = await several.call("proxmox_guest_status", args);
    assertDone(answer, /./);
    assertEquals(clusterOf(answer), "lab", JSON.stringify(args));
  }
  for (
    const [tool, args] of [
      ["proxmox_node", { action: "list", cluster: "home" }],
      ["proxmox_guest_list", { node: "home/pve1" }],
      ["proxmox_user", { action: "list", cluster: "home" }],
      ["proxmox_storage_content", { action: "list", storage: "home/nas" }],
      ["proxmox_report", { action: "health", cluster: "home" }],
      ["proxmox_api_call", { operation: "GET /version", cluster: "home" }],
      ["proxmox_api_call", { operation: "GET /version", params: { cluster: "home" } }],
      ["proxmox_get_next_vmid", { cluster: "home" }],
    ] as const
  ) {
    const answer = await several.call(tool, args);
    assertDone(answer, /./);
    assertEquals(clusterOf(answer), "home", `${tool} ${JSON.stringify(args)}`);
  }
});

Deno.test("names of clusters that there are not, and of two at once, are refused", async () => {
  await using several = await connectTwo();
  const unknown = await several.call("proxmox_guest_status", { vmid: "la/web01" });
  assertFailed(unknown, /Cannot call/, /Nothing was sent/);
  assertStringIncludes(
    unknown.text,
    'there is no cluster "la", but home, lab. Did you mean "lab"?',
  );
  const other = await several.call("proxmox_guest_list", { cluster: "away" });
  assertStringIncludes(other.text, 'there is no cluster "away"');
  const listed = await several.call("proxmox_guest_list", { cluster: ["lab"] });
  assertStringIncludes(listed.text, 'cluster: there is no cluster ["lab"]: name one of home, lab');
  const both = await several.call("proxmox_guest_status", { vmid: "lab/web01", cluster: "home" });
  assertFailed(both, /for several clusters/, /name home and lab, and a call is about one/);
  const list = await several.call("proxmox_node_bulk", {
    action: "start_all",
    node: "home/pve1",
    vms: "lab/100,home/101",
  });
  assertFailed(list, /for several clusters/, /./);
  const apart = await several.call("proxmox_api_call", {
    operation: "POST /nodes/pve1/qemu/100/status/stop",
    params: { cluster: "lab" },
    cluster: "home",
  });
  assertFailed(apart, /two values of "cluster"/, /The call says "home", params says "lab"/);
  for (const { simulator } of Object.values(several.clusters)) assertEquals(simulator.requests, []);
});

Deno.test("a change is done where its guest is, and nowhere else", async () => {
  await using several = await connectTwo();
  assertDone(await several.call("proxmox_guest_start", { vmid: "lab/win11-test" }), /./);
  assertEquals(changesOf(several, "lab"), ["POST /nodes/pve3/qemu/107/status/start"]);
  const only = await several.call("proxmox_guest_config_update", { vmid: 1001, tags: "x" });
  assertDone(only, /./);
  const found = changesOf(several, "lab").at(-1) ?? "";
  assert(found.includes("/1001/config"), found);
  assertEquals(changesOf(several, "home"), []);
});

Deno.test("guests that lists, HA and replication name decide as well", async () => {
  await using several = await connectTwo();
  const { services } = several.clusters.lab!;
  const guest = await services.guests.find(1000);
  const kind = guest.type === "qemu" ? "vm" : "ct";
  for (
    const [tool, args] of [
      ["proxmox_ha_resource", { action: "create", sid: `${kind}:1000` }],
      ["proxmox_ha_resource", { action: "create", sid: "1001" }],
      ["proxmox_node_bulk", { action: "start_all", node: "pve4", vms: "1000" }],
      ["proxmox_api_call", {
        operation: "POST /cluster/bulk-action/guest/start",
        params: { vms: [1000] },
      }],
    ] as const
  ) {
    const answer = await several.call(tool, { ...args, dry_run: true });
    assertEquals(clusterOf(answer), "lab", `${tool}: ${answer.text}`);
  }
  const both = await several.call("proxmox_ha_resource", { action: "create", sid: "vm:107" });
  assertFailed(both, /"107" is in 2 clusters/, /./);
  const mixed = await several.call("proxmox_node_bulk", {
    action: "start_all",
    node: "pve1",
    vms: "100,1000",
  });
  assertEquals(clusterOf(mixed), "lab", mixed.text);
});

Deno.test("what names nothing that a cluster could be found by needs its name", async () => {
  await using several = await connectTwo();
  for (
    const [tool, args] of [
      ["proxmox_user", { action: "delete", userid: "bob@pve" }],
      ["proxmox_pool", { action: "create", poolid: "production" }],
      ["proxmox_storage_config", { action: "create", storage: "own", type: "dir", path: "/x" }],
      ["proxmox_api_call", { operation: "PUT /cluster/options", params: { keyboard: "de" } }],
      ["proxmox_api_call", { operation: "POST /new/thing", unchecked: true }],
      ["proxmox_node", { action: "status" }],
    ] as const
  ) {
    const answer = await several.call(tool, args);
    assertFailed(answer, /without a cluster/, /This server reaches home, lab/);
    const missing = tool === "proxmox_node"
      ? "node: is missing: home/… or lab/…"
      : "cluster: is missing";
    assertStringIncludes(answer.text, missing);
  }
  for (const name of ["home", "lab"]) assertEquals(changesOf(several, name), []);
});

Deno.test("what no cluster has is said, with what is near to it", async () => {
  await using several = await connectTwo();
  const guest = await several.call("proxmox_guest_status", { vmid: "web0" });
  assertFailed(guest, /There is no guest "web0" in home, lab/, /near to it are home\/web0/);
  const number = await several.call("proxmox_guest_delete", { vmid: 4711 });
  assertFailed(number, /There is no guest "4711" in home, lab/, /./);
  const node = await several.call("proxmox_node", { action: "status", node: "pve9" });
  assertFailed(node, /There is no node "pve9"/, /near to it are home\/pve1/);
  const split = await several.call("proxmox_storage_content", {
    action: "list",
    storage: "nas",
    node: "pve9",
  });
  assertFailed(split, /No cluster has all that is named/, /storage "nas" is in home, lab/);
});

Deno.test("a task is found in the cluster that knows it, though nodes have the same names", async () => {
  await using several = await connectTwo();
  const { services, simulator } = several.clusters.lab!;
  const { data: upid } = await services.pve.request("POST /nodes/{node}/qemu/{vmid}/status/start", {
    node: "pve3",
    vmid: 107,
  });
  const answer = await several.call("proxmox_node_task", { action: "wait", upid });
  assertDone(answer, /./);
  assertEquals(clusterOf(answer), "lab");
  assert(simulator.requests.some(({ path }) => path.includes("/tasks/UPID:pve3:")));
  const none = await several.call("proxmox_node_task", {
    action: "get",
    upid: "UPID:pve3:0000AAAA:15115F20:69688968:vncproxy:102:root@pam:",
  });
  assertFailed(none, /There is no task/, /./);
});

Deno.test("tools that are run by their names go where they would be called", async () => {
  const compact = { settings: { TOOLSETS: "compact" } };
  await using several = await connectSeveral({
    home: compact,
    lab: { ...compact, simulator: { guests: 18 } },
  });
  const run = (tool: string, args: Record<string, unknown>): Promise<ToolAnswer> =>
    several.call("proxmox_tool_run", { tool, arguments: args });
  assertEquals(clusterOf(await run("guest_status", { vmid: "lab/web01" })), "lab");
  assertEquals(clusterOf(await run("guest_status", { vmid: 1000 })), "lab");
  assertEquals(clusterOf(await run("user", { action: "list", cluster: "home" })), "home");
  assertDone(await run("guest_list", {}), /Guests: 33, in 2 clusters/);
  assertFailed(await run("guest_start", { vmid: 107 }), /is in 2 clusters/, /./);
  assertFailed(
    await run("user", { action: "delete", userid: "bob@pve" }),
    /without a cluster/,
    /./,
  );
  const found = await several.call("proxmox_api_search", { query: "guest_status" });
  assertDone(found, /./);
  for (const { simulator } of Object.values(several.clusters)) {
    assert(simulator.requests.every(({ method }) => method === "GET"));
  }
});

Deno.test("several clusters where one goes are asked back with their names", async () => {
  await using several = await connectTwo();
  const answer = await several.call("proxmox_guest_list", { cluster: ["home", "lab"] });
  assertFailed(answer, /with these arguments/, /Nothing was sent/);
  assertStringIncludes(answer.text, '["home","lab"]: name one of home, lab, or none');
});
