import { assert, assertEquals } from "../assert.ts";
import { connect } from "../harness.ts";
import { testSteps } from "../tools/steps.ts";
import { assertDone } from "../outcome.ts";

Deno.test("fields choose among what a status or a config says", async () => {
  await using harness = await connect();
  const data = async (tool: string, args: Record<string, unknown>): Promise<unknown> =>
    (await harness.call(tool, { vmid: "web01", ...args })).structured.data;
  assertEquals(await data("proxmox_guest_config", { fields: ["cores", "MEMORY"] }), {
    cores: 4,
    memory: "8192",
  });
  const status = await data("proxmox_guest_status", { fields: ["status", "maxmem"] });
  assertEquals(status, { status: "running", maxmem: 8589934592 });
  assertEquals(
    await data("proxmox_guest_config", { fields: ["all"] }),
    await data("proxmox_guest_config", {}),
  );
});

testSteps("a field that is not there is named, with those that are", "proxmox_guest_config", [
  {
    call: { vmid: "web01", fields: ["cores", "onbot"] },
    says: ['"onbot" is not set or no field here', "Did you mean"],
    data: { cores: 4, memory: undefined },
  },
]);

testSteps(
  "options of lists are said to have no effect on what is no list",
  "proxmox_guest_config",
  [
    {
      call: { vmid: "web01", limit: 5, filter: "cores=2", sort: "cores" },
      says: ["Without effect, since the answer is no list: limit, filter, sort"],
      data: { cores: 4, memory: "8192" },
    },
    { call: { vmid: "web01" }, hides: ["Without effect"] },
  ],
);

Deno.test("an argument that an action does not look at is said to have no effect", async () => {
  await using harness = await connect();
  const backups = { action: "list", storage: "nas" };
  const answer = await harness.call("proxmox_backup", { ...backups, content: "iso" });
  assertDone(answer);
  assert(answer.text.includes("Without effect here: content"), answer.text);
  const plain = await harness.call("proxmox_backup", backups);
  assert(!plain.text.includes("Without effect"), plain.text);
});

testSteps("a filter keeps the lines of a log that have its words", "proxmox_node_log", [
  {
    call: { action: "syslog", node: "pve1", filter: "no-such-words" },
    says: ['"no-such-words" is in 0 of'],
    hides: ["Without effect"],
  },
  {
    call: { action: "syslog", node: "pve1", filter: "PVE1" },
    says: ['"PVE1" is in', "pve1"],
    hides: ["Without effect"],
  },
]);
