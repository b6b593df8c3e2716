import { changes } from "../guard/late.ts";
import { connect, type HarnessOptions } from "../harness.ts";
import { hooked } from "../hooked_transport.ts";
import { assertDone, assertFailed } from "../outcome.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";

const NO_SNAPSHOT = { action: "rollback", vmid: "mail01", snapname: "pre2" };

Deno.test("what cannot be done for certain is told before anybody is asked, and sends nothing", async () => {
  const questions: string[] = [];
  const ask: HarnessOptions["ask"] = (question) => {
    questions.push(question);
    return Promise.resolve("accept");
  };
  await using harness = await connect({ ask });
  const answer = await harness.call("proxmox_guest_snapshot", NO_SNAPSHOT);
  assertFailed(answer, /rollback$/, /^There is no snapshot pre2, but monday$/);
  assertEquals([questions, changes(harness)], [[], []]);
});

Deno.test("no plan with a code is handed out for what cannot be done", async () => {
  await using harness = await connect({ settings: { CONFIRM: "plan" } });
  const answer = await harness.call("proxmox_guest_snapshot", NO_SNAPSHOT);
  assertFailed(answer, /rollback$/, /^There is no snapshot pre2/);
  assert(!answer.text.includes("confirm="), answer.text);
});

Deno.test("what another call is still making is there when its turn has come", async () => {
  await using harness = await connect();
  const vmid = 107;
  const [made, cloned] = await Promise.all([
    harness.call("proxmox_guest_snapshot", { action: "create", vmid, snapname: "new" }),
    harness.call("proxmox_guest_clone", { vmid, newid: 901, snapname: "new", full: true }),
  ]);
  assertDone(made);
  assertDone(cloned);
});

Deno.test("what cannot be looked at is left to Proxmox VE to judge", async () => {
  const path = /\/snapshot$|\/nextid$|\/content$/;
  const match = { method: "GET", path };
  const faults = [
    ...[403, 500, 595].map((status) => ({ kind: "status", status, match } as const)),
    { kind: "reset", match } as const,
  ];
  for (const fault of faults) {
    await using harness = await connect();
    harness.simulator.faults.add(fault);
    for (
      const [tool, args, does] of [
        ["proxmox_guest_snapshot", { action: "create", vmid: 104, snapname: "xy" }, "/snapshot"],
        ["proxmox_guest_clone", { vmid: 107, newid: 901 }, "/clone"],
      ] as const
    ) {
      const { text } = await harness.call(tool, args);
      assert(changes(harness).at(-1)?.endsWith(does), `${JSON.stringify(fault)} ${text}`);
    }
  }
});

Deno.test("a failed change tells what stands against it, and a change that was done does not", async () => {
  await using harness = await connect();
  const moved = await harness.call("proxmox_guest_migrate", {
    ...{ vmid: "web02", target: "pve1", despite_ha_rule: true },
  });
  assertFailed(moved, /^Task hamigrate failed$/);
  assertMatch(moved.text, /It may be why: HA keeps vm:101 apart from vm:100 on pve1/);
  const { cluster } = harness.simulator;
  cluster.guests.get(204)!.config.net0 = "name=eth0,bridge=vmbr9,ip=dhcp,type=veth";
  const started = await harness.call("proxmox_guest_start", { vmid: 204 });
  assertFailed(started, /^Task vzstart failed$/);
  assertMatch(started.text, /It may be why: pve2 has no bridge vmbr9/);
  const reads = harness.simulator.requests.length;
  const { text } = await harness.call("proxmox_guest_start", { vmid: 107 });
  assert(!text.includes("It may be why"), text);
  assert(harness.simulator.requests.slice(reads).every(({ path }) => !path.endsWith("/network")));
});

Deno.test("a failure without an answer of Proxmox VE has no causes read for it", async () => {
  const lines: string[] = [];
  await using harness = await connect({
    transport: (simulator) => hooked(simulator, { arrives: (line) => void lines.push(line) }),
  });
  const match = { method: "POST", path: "/status/start" };
  harness.simulator.faults.add({ kind: "status", status: 595, match });
  await harness.call("proxmox_guest_start", { vmid: 107 });
  const sent = lines.findIndex((line) => line.startsWith("POST"));
  assertEquals(lines.slice(sent).filter((line) => /\/(?:config|network|nodes)$/.test(line)), []);
});

Deno.test("what cannot be taken back says its warning, and so does what will not start", async () => {
  await using harness = await connect();
  const disk = { vmid: "web02", disk: "scsi0", size: "+900T" };
  const grown = await harness.call("proxmox_guest_disk_resize", disk);
  assertDone(grown);
  assertMatch(grown.text, /Warning: ceph-vm has [\d.]+ TiB free, 900\.00 TiB are needed/);
  const resized = await harness.call("proxmox_guest_resize", {
    vmid: 107,
    cores: 20,
    memory: "900G",
  });
  assertDone(resized);
  assertMatch(resized.text, /Warning: pve3 has 16 CPUs, and a VM with 20 does not start there/);
  assertMatch(resized.text, /Warning: pve3 has [\d.]+ GiB of memory, the guest may use 900/);
  const started = await harness.call("proxmox_guest_start", { vmid: 107 });
  assertFailed(started, /^Task qmstart failed$/, /^MAX 16 vcpus allowed per VM on this node$/);
  assertMatch(started.text, /It may be why: pve3 has 16 CPUs/);
  const fine = await harness.call("proxmox_guest_resize", { vmid: 107, cores: 2 });
  assert(!fine.text.includes("Warning: pve3 has 16"), fine.text);
});

Deno.test("a file is not called missing that its storage does not list, as it takes no more of them", async () => {
  const template = "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst";
  for (
    const [tool, args, content] of [
      ["proxmox_create_lxc", { ostemplate: template, rootfs: "local-lvm:8" }, "vztmpl"],
      ["proxmox_create_vm", { iso: "local:iso/debian-13.2.0-amd64-netinst.iso" }, "iso"],
    ] as const
  ) {
    await using harness = await connect();
    const local = harness.simulator.cluster.storages.definitions.get("local")!;
    local.content = "backup,iso,vztmpl".split(",").filter((each) => each !== content).join(",");
    const call = { node: "pve1", vmid: 901, ...args };
    const planned = await harness.call(tool, { ...call, dry_run: true });
    assertDone(planned, /nothing that is known stops it$/);
    assertMatch(planned.text, new RegExp(`cannot be seen: its storage lists no ${content}`));
    assertDone(await harness.call(tool, call));
  }
});

Deno.test("a file whose name is written otherwise is left to Proxmox VE, as a share may not mind", async () => {
  await using harness = await connect();
  const iso = "local:iso/DEBIAN-13.2.0-amd64-netinst.iso";
  const call = { node: "pve1", vmid: 901, iso };
  const planned = await harness.call("proxmox_create_vm", { ...call, dry_run: true });
  assertMatch(planned.text, /DEBIAN-13\S+ is listed as local:iso\/debian-13/);
  await harness.call("proxmox_create_vm", call);
  assertEquals(changes(harness), ["POST /nodes/pve1/qemu"]);
});
