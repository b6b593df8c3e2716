/**
 * What a property string lost by being written anew stands in the answer, whichever tool wrote it,
 * asked about or not.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { assertDone } from "../outcome.ts";

const CARD = "virtio=BC:24:11:AA:00:05,bridge=vmbr0,firewall=1,tag=7,link_down=1";

function withConfig(
  harness: Harness,
  vmid: number,
  values: Readonly<Record<string, string>>,
): void {
  Object.assign(harness.simulator.cluster.guests.get(vmid)!.config, values);
}

async function changed(
  config: Readonly<Record<string, string>>,
  vmid = 105,
  before: Readonly<Record<string, string>> = { net0: CARD },
): Promise<string> {
  await using harness = await connect({ settings: { CONFIRM: "never" } });
  withConfig(harness, vmid, before);
  const answer = await harness.call("proxmox_guest_config_update", { vmid, config });
  assertDone(answer);
  return answer.text;
}

Deno.test("what a card lost is said with the MAC that it has now, and the tool that keeps it", async () => {
  const text = await changed({ net0: "virtio,bridge=vmbr1" });
  const [, mac = ""] = /MAC BC:24:11:AA:00:05 became ([0-9A-F:]{17})/.exec(text) ?? [];
  assert(mac !== "" && mac !== "BC:24:11:AA:00:05", text);
  for (const words of ["bridge=vmbr0 became vmbr1", "firewall=1 dropped", "tag=7 dropped"]) {
    assertStringIncludes(text, words);
  }
  assertStringIncludes(text, "link_down=1 dropped");
  assertStringIncludes(text, "proxmox_guest_network keeps the rest");
});

Deno.test("a person who declined nothing, because nothing of weight goes, reads it as well", async () => {
  await using harness = await connect({
    settings: { CONFIRM: "always" },
    ask: (question) => Promise.reject(new Error(`Asked: ${question}`)),
  });
  withConfig(harness, 105, { net0: `${CARD},rate=10` });
  const net0 = CARD.replace("virtio", "e1000");
  const args = { vmid: 105, config: { net0 } };
  const answer = await harness.call("proxmox_guest_config_update", args);
  assertDone(answer);
  assertMatch(answer.text, /net0: .*model=virtio became e1000.*rate=10 dropped/);
});

Deno.test("every property string that is written whole tells what it dropped", async () => {
  await using harness = await connect({ settings: { CONFIRM: "never" } });
  withConfig(harness, 105, {
    scsi0: "local-lvm:vm-105-disk-0,discard=on,iothread=1,size=32G",
    agent: "1,fstrim_cloned_disks=1",
    startup: "order=2,up=30",
  });
  withConfig(harness, 200, { features: "nesting=1,keyctl=1" });
  const pve1 = "/nodes/pve1/lxc/200/config";
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ["PUT /nodes/pve3/qemu/105/config", { agent: "1" }, "agent: fstrim_cloned_disks=1 dropped"],
    [
      "POST /nodes/pve3/qemu/105/config",
      { scsi0: "local-lvm:vm-105-disk-0" },
      "scsi0: discard=on dropped, iothread=1 dropped",
    ],
    [`PUT ${pve1}`, { features: "keyctl=1" }, "features: nesting=1 dropped"],
    ["PUT /storage/nas", { "prune-backups": "keep-daily=3" }, "prune-backups: keep-last="],
  ];
  await harness.services.pve.request("PUT /storage/{storage}", {
    storage: "nas",
    "prune-backups": "keep-last=5,keep-daily=3",
  });
  for (const [operation, params, words] of cases) {
    const answer = await harness.call("proxmox_api_call", { operation, params });
    assertDone(answer);
    assertStringIncludes(answer.text, words, operation);
    assertStringIncludes(answer.text, "name what is to stay");
  }
});

Deno.test("a string that drops nothing, and a plain value, are not commented on", async () => {
  const cases = [
    [{ net0: CARD }, { net0: CARD }],
    [{ net0: CARD }, { net0: `${CARD.toLowerCase()},rate=5` }],
    [{ net0: `${CARD},queues=2` }, { net1: "virtio,bridge=vmbr0" }],
    [{ agent: "1" }, { agent: "0" }],
    [{ memory: "2048" }, { memory: "4096" }],
    [{ net0: CARD.replace("link_down=1", "link_down=0") }, {
      net0: CARD.replace(",link_down=1", ""),
    }],
  ] as const;
  for (const [before, config] of cases) {
    const text = await changed({ ...config }, 105, { ...before });
    assert(!/dropped|became/.test(text), text);
  }
});

Deno.test("the tool that keeps the rest is not told to use itself", async () => {
  await using harness = await connect({ settings: { CONFIRM: "never" } });
  withConfig(harness, 105, { net0: CARD });
  const args = { action: "update", vmid: 105, net: "net0", vlan: "" };
  const answer = await harness.call("proxmox_guest_network", args);
  assertDone(answer);
  assertStringIncludes(answer.text, "net0: tag=7 dropped");
  assert(!answer.text.includes("keeps the rest"));
});

Deno.test("while the task still runs, what was sent tells what goes", async () => {
  await using harness = await connect({ settings: { CONFIRM: "never" } });
  withConfig(harness, 105, { net0: CARD });
  const args = { vmid: 105, config: { net0: "virtio,bridge=vmbr0" }, wait: 0 };
  const { text } = await harness.call("proxmox_guest_config_update", args);
  assertStringIncludes(text, "MAC BC:24:11:AA:00:05 dropped");
  assert(!text.includes("became"), text);
});

Deno.test("what the schema lists of a config takes nothing away from a guest", async () => {
  const questions: string[] = [];
  await using harness = await connect({
    ask: (question) => Promise.reject(new Error(`Asked: ${questions.push(question)}`)),
  });
  const { tools } = await harness.client.listTools();
  const schema = tools.find(({ name }) => name === "proxmox_guest_config_update")?.inputSchema;
  const listed = (schema?.properties?.config as { properties: object }).properties;
  assertEquals(Object.keys(listed), ["onboot", "cores"]);
  for (const vmid of [105, 200]) {
    const args = { vmid, config: { onboot: true, cores: 4 } };
    const answer = await harness.call("proxmox_guest_config_update", args);
    assertDone(answer);
    assert(!/dropped|became/.test(answer.text), answer.text);
  }
  assertEquals(questions, []);
});
