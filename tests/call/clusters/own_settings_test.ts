/** Each cluster goes by its own settings, confirmations and words. */
import { assertEquals, assertMatch, assertStringIncludes } from "../../assert.ts";
import { type Transport, TransportError } from "../../../src/pve/transport/transport.ts";
import {
  assertDeclined,
  assertDenied,
  assertDone,
  assertFailed,
  assertUnconfirmed,
} from "../../outcome.ts";
import { changesOf, clusterOf, connectSeveral } from "../../several.ts";
import type { ToolAnswer } from "../../harness.ts";

Deno.test("what is not checked is refused in the name of its cluster", async () => {
  await using several = await connectSeveral({
    home: {},
    lab: { elevated: false, settings: { CONFIRM: "plan" } },
  });
  const call = { operation: "POST /newer/thing", unchecked: true };
  for (
    const [cluster, assertOutcome] of [["home", assertUnconfirmed], ["lab", assertDenied]] as const
  ) {
    const answer = await several.call("proxmox_api_call", { ...call, cluster });
    assertOutcome(answer);
    assertEquals(clusterOf(answer), cluster);
  }
});

Deno.test("each call is judged by the settings of its own cluster", async () => {
  await using several = await connectSeveral({
    home: { elevated: false },
    lab: { settings: { PROTECT: "web02" } },
    archive: { settings: { READ_ONLY: "true" } },
  });
  const start = (vmid: string): Promise<ToolAnswer> =>
    several.call("proxmox_guest_config_update", { vmid, description: "x" });
  const denied = await start("home/web02");
  assertDenied(denied, /needs the elevated tier/, /set PROXMOX_HOME_ALLOW_ELEVATED=true/);
  assertEquals(clusterOf(denied), "home");
  assertDenied(await start("archive/web02"), /only reads/, /./);
  assertDone(await start("lab/web02"), /./);
  const kept = await several.call("proxmox_guest_delete", { vmid: "lab/web02" });
  assertDenied(kept, /is protected/, /./);
  assertEquals(changesOf(several, "home"), []);
  assertEquals(changesOf(several, "archive"), []);
});

Deno.test("what no cluster allows is refused before anything is looked for", async () => {
  await using several = await connectSeveral({
    home: { elevated: false },
    lab: { elevated: false },
  });
  const answer = await several.call("proxmox_guest_start", { vmid: "win11-test" });
  const own = /home: .*PROXMOX_HOME_ALLOW_ELEVATED=true.* lab: .*PROXMOX_LAB_ALLOW_ELEVATED=true/;
  assertDenied(answer, /needs the elevated tier/, own);
  for (const { simulator } of Object.values(several.clusters)) assertEquals(simulator.requests, []);
});

Deno.test("what each cluster refuses for a reason of its own is told with each reason", async () => {
  await using several = await connectSeveral({
    home: { settings: { READ_ONLY: "true" } },
    lab: { elevated: false },
  });
  const answer = await several.call("proxmox_guest_start", { vmid: "win11-test" });
  const each = /home: .*this server only reads: .*lab: .*the elevated tier: .*_LAB_ALLOW_ELEVATED/;
  assertDenied(answer, /No cluster allows proxmox_guest_start/, each);
});

Deno.test("what is wrong before a cluster is known names the settings of none", async () => {
  await using several = await connectSeveral({ home: {}, lab: {} });
  const calls = [
    ["proxmox_api_call", { operation: "GET /nowhere" }],
    ["proxmox_api_call", { operation: "POST /newer", unchecked: true }],
    ["proxmox_guest_status", { vmid: "web9999" }],
    ["proxmox_guest_delete", {}],
  ] as const;
  for (const [tool, args] of calls) {
    const answer = await several.call(tool, args);
    assertFailed(answer);
    assertEquals(/PROXMOX_(?:HOME|LAB)_/.test(answer.text), false, answer.text);
  }
});

Deno.test("a code confirms what it was given for in one cluster, and in no other", async () => {
  const plan = { settings: { CONFIRM: "plan" } };
  await using several = await connectSeveral({ home: plan, lab: plan });
  for (const { services } of Object.values(several.clusters)) {
    const guest = { node: "pve1", vmid: 100, snapname: "before" };
    await services.pve.request("POST /nodes/{node}/qemu/{vmid}/snapshot", guest);
  }
  several.clock.advance(10_000);
  const before = changesOf(several, "lab").length;
  const args = { action: "delete", snapname: "before" };
  const told = await several.call("proxmox_guest_snapshot", { ...args, vmid: "lab/web01" });
  assertUnconfirmed(told, /waits to be confirmed/, /./);
  assertStringIncludes(told.text, "in the cluster lab");
  const [, confirm] = /confirm=(\S+)/.exec(told.text) ?? [];
  const elsewhere = await several.call("proxmox_guest_snapshot", {
    ...args,
    vmid: "home/web01",
    confirm,
  });
  assertUnconfirmed(elsewhere, /waits to be confirmed/, /no code that this server has given/);
  assertEquals(changesOf(several, "home").length, before);
  assertDone(
    await several.call("proxmox_guest_snapshot", { ...args, vmid: "lab/web01", confirm }),
    /./,
  );
  assertEquals(changesOf(several, "lab").length, before + 1);
});

Deno.test("a question names the cluster", async () => {
  const questions: string[] = [];
  await using several = await connectSeveral({ home: {}, lab: {} }, {
    ask: (question) => {
      questions.push(question);
      return Promise.resolve("decline");
    },
  });
  const answer = await several.call("proxmox_guest_delete", { vmid: "lab/win11-test" });
  assertDeclined(answer, /was not confirmed/, /./);
  assertStringIncludes(questions.join(), "proxmox_guest_delete in the cluster lab");
});

Deno.test("what is wrong with a cluster is said with the settings that it has of its own", async () => {
  const transport = (): Transport => ({
    fetch: () =>
      Promise.reject(
        new TransportError("refused", "no way", { hint: "Check PROXMOX_HOST", maybeSent: false }),
      ),
    close: () => {},
  });
  await using several = await connectSeveral({ home: {}, lab: { transport } });
  const one = await several.call("proxmox_guest_status", { vmid: "lab/web01" });
  assertFailed(one, /./, /no way/);
  assertStringIncludes(one.text, "Check PROXMOX_LAB_HOST");
  const all = await several.call("proxmox_guest_list");
  assertDone(all, /in 1 of 2 clusters$/);
  assertMatch(all.text, /lab is not shown: .*no way\. Check PROXMOX_LAB_HOST/);
  await using none = await connectSeveral({ home: { transport }, lab: { transport } });
  const failed = await none.call("proxmox_guest_list");
  assertFailed(failed, /in any cluster/, /home: .*no way\. lab: .*no way$/);
  assertEquals([...failed.text.matchAll(/Check PROXMOX_LAB_HOST/g)].length, 1, failed.text);
});

Deno.test("what refuses a dry run is said with the settings of its cluster, and where they came from", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/secret`;
    await Deno.writeTextFile(path, "a-secret-of-nobody");
    const settings = { TOKEN_NAME: "mcp", TOKEN_VALUE_FILE: path };
    await using several = await connectSeveral({ home: {}, lab: { settings } });
    several.clusters.lab?.simulator.faults.add({
      ...{ kind: "status", status: 401, message: "invalid token value!" },
      match: { path: /\/nodes$/ },
    });
    const call = { action: "migrate_all", node: "lab/pve1", dry_run: true };
    const { text } = await several.call("proxmox_node_bulk", call);
    assertStringIncludes(text, "stops it | ");
    assertStringIncludes(text, "PROXMOX_LAB_TOKEN_VALUE_FILE");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
