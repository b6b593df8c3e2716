import { assert, assertEquals } from "../../assert.ts";
import { connect, type Harness } from "../../harness.ts";
import { assertDone, assertFailed } from "../../outcome.ts";
import { walk } from "../steps.ts";

const TOOL = "proxmox_create_vm";

/** A disk made of that of a guest on pve2, which has 40 GiB. */
function imported({ simulator }: Harness): { node: string; scsi0: string } {
  const [image] = String(simulator.cluster.guests.get(101)?.config.scsi0).split(",");
  return { node: "pve2", scsi0: `local-lvm:0,import-from=${image}` };
}

/** Changes that were sent since. */
function changes({ simulator }: Harness, from: number): string[] {
  return simulator.requests.slice(from).filter(({ method }) => method !== "GET")
    .map(({ method, path, body }) =>
      `${method} ${path.replace("/api2/json", "")}${/resize/.test(path) ? ` ${body}` : ""}`
    );
}

Deno.test("an imported disk is the only one, and grows before the VM starts", async () => {
  await using harness = await connect();
  const { guests } = harness.simulator.cluster;
  const before = harness.simulator.requests.length;
  const answer = await harness.call(TOOL, {
    ...{ ...imported(harness), vmid: 510, disk_size: "64G", start: true },
  });
  assertDone(answer, /Created VM 510 on pve2/);
  assertEquals(changes(harness, before), [
    "POST /nodes/pve2/qemu",
    "PUT /nodes/pve2/qemu/510/resize disk=scsi0&size=64G",
    "POST /nodes/pve2/qemu/510/status/start",
  ]);
  const { config, status } = guests.get(510)!;
  const disks = Object.entries(config).filter(([key]) => /^scsi\d/.test(key));
  assertEquals(disks.map(([key, value]) => [key, /size=64G/.test(String(value))]), [[
    "scsi0",
    true,
  ]]);
  assertEquals(status, "running");
  assert(answer.text.includes("status: running"), answer.text);
});

Deno.test("a disk smaller than its image is refused before anything is made", async () => {
  await using harness = await connect();
  const call = { ...imported(harness), disk_size: "10G" };
  await walk(harness, TOOL, [
    { call, fails: true, says: ["smaller than its image", "40.00 GiB"], sends: "" },
    { call: { ...call, disk_size: "40G" }, says: ["Created VM"] },
  ]);
});

Deno.test("where the size of the image cannot be read, Proxmox VE says that it shrinks nothing", async () => {
  await using harness = await connect();
  const { simulator } = harness;
  simulator.faults.add({
    ...{ kind: "status", status: 403, message: "Permission check failed" },
    match: { path: "/content/" },
  });
  const answer = await harness.call(TOOL, { ...imported(harness), vmid: 510, disk_size: "10G" });
  assertFailed(answer, /resize failed/, /shrink/);
  const notes = answer.structured.notes as string[];
  assert(notes.some((note) => note.startsWith("Done before that: POST /nodes/pve2/qemu")));
  assertEquals(simulator.cluster.guests.has(510), true);
});

Deno.test("a dry run shows the growth as a request of its own, and looks at no guest that is not there", async () => {
  await using harness = await connect();
  const call = { ...imported(harness), disk_size: "64G", start: true, dry_run: true };
  await walk(harness, TOOL, [{
    call,
    says: [
      "nothing that is known stops it",
      "Request 1: POST /nodes/pve2/qemu scsi0=",
      "vmid=<newid>",
      "Request 2: PUT /nodes/pve2/qemu/<newid>/resize disk=scsi0 size=64G",
      "Request 3: POST /nodes/pve2/qemu/<newid>/status/start",
    ],
    hides: ["start=1"],
    sends: "",
  }]);
});

Deno.test("the code of a dry run is good for the growth as well, whatever the number becomes", async () => {
  await using harness = await connect();
  const call = { ...imported(harness), disk_size: "64G" };
  const { text } = await harness.call(TOOL, { ...call, dry_run: true });
  const confirm = /confirm=(\S+)/.exec(text)?.[1];
  await harness.call(TOOL, { node: "pve1" });
  const before = harness.simulator.requests.length;
  assertDone(await harness.call(TOOL, { ...call, confirm }), /Created VM 110 on pve2/);
  assertEquals(changes(harness, before), [
    "POST /nodes/pve2/qemu",
    "PUT /nodes/pve2/qemu/110/resize disk=scsi0&size=64G",
  ]);
});

Deno.test("what is still to come is told when the import goes on", async () => {
  await using harness = await connect();
  const call = { ...imported(harness), vmid: 510, disk_size: "64G", wait: 0 };
  await walk(harness, TOOL, [{
    call,
    says: ["goes on", "Not sent, as it still goes on: PUT /nodes/pve2/qemu/510/resize disk=scsi0"],
  }]);
});
