/** Who is asked before something is lost, through a real client. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { connect, type Harness } from "../harness.ts";
import { assertDeclined, assertUnconfirmed } from "../outcome.ts";
import { guestNamed, guestState, refusedAnswer } from "./refused.ts";

/** A client that can be asked, and its answer. */
async function asked(
  action: "accept" | "decline" | "cancel",
  settings: Readonly<Record<string, string>> = {},
  meanwhile: (harness: Harness) => void | Promise<void> = () => {},
): Promise<{ harness: Harness; questions: string[] }> {
  const questions: string[] = [];
  const harness: Harness = await connect({
    settings,
    ask: async (question) => {
      questions.push(question);
      await meanwhile(harness);
      return action;
    },
  });
  return { harness, questions };
}

Deno.test("a destroying action asks first, naming the target as it is at that moment", async () => {
  const { harness, questions } = await asked("accept");
  await using _ = harness;
  const vmid = await guestNamed(harness, "web01");
  const answer = await harness.call("proxmox_guest_stop", { vmid: "web01" });
  assert(!answer.isError, answer.text);
  assertEquals(questions.length, 1);
  for (const words of [String(vmid), '"web01"', "running"]) {
    assertStringIncludes(questions[0] ?? "", words);
  }
  assertEquals(guestState(harness, vmid), "stopped");
});

Deno.test("a refusal says that nothing was done, and nothing was", async () => {
  for (const action of ["decline", "cancel"] as const) {
    const { harness } = await asked(action);
    await using _ = harness;
    const answer = await harness.call("proxmox_guest_stop", { vmid: "web01" });
    const assertOutcome = action === "decline" ? assertDeclined : assertUnconfirmed;
    refusedAnswer(answer, "was not confirmed", assertOutcome);
    assertEquals(guestState(harness, await guestNamed(harness, "web01")), "running");
  }
});

Deno.test("what is confirmed of one guest is not done to what it became meanwhile", async () => {
  const changes: readonly ((harness: Harness) => void)[] = [
    ({ simulator: { cluster } }) => void (cluster.guests.get(107)!.config.name = "PRODUCTION-DB"),
    ({ simulator: { cluster } }) => void (cluster.guests.get(107)!.status = "running"),
    ({ simulator: { cluster } }) => void (cluster.guests.get(107)!.config.tags = "protected"),
    ({ simulator: { cluster } }) => {
      cluster.guests.get(107)!.config.scsi1 = "local-lvm:vm-107-disk-1,size=500G";
    },
  ];
  for (const change of changes) {
    const { harness } = await asked("accept", {}, change);
    await using _ = harness;
    const answer = await harness.call("proxmox_guest_delete", { vmid: "win11-test" });
    assertMatch(
      answer.text,
      /^(❌ Error: .*\nReason: It changed after|🚫 Permission Denied: .*\nNothing may be)/,
    );
    assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
  }
});

Deno.test("what takes less away than was confirmed goes on", async () => {
  const { harness } = await asked("accept", {}, ({ simulator: { cluster } }) => {
    delete cluster.guests.get(107)!.config.net0;
    cluster.guests.get(107)!.snapshots.clear();
  });
  await using _ = harness;
  const answer = await harness.call("proxmox_guest_config_update", { vmid: 107, delete: "scsi0" });
  assert(!answer.isError, answer.text);
});

Deno.test("reads and plain changes never ask, and PROXMOX_CONFIRM=never asks nothing", async () => {
  const { harness, questions } = await asked("decline");
  await using _ = harness;
  await harness.call("proxmox_guest_snapshot", { action: "list", vmid: "web01" });
  const snapshot = { action: "create", vmid: "web01", snapname: "plain" };
  assert(!(await harness.call("proxmox_guest_snapshot", snapshot)).isError);
  assertEquals(questions, []);
  const never = await asked("decline", { CONFIRM: "never" });
  await using __ = never.harness;
  assert(!(await never.harness.call("proxmox_guest_stop", { vmid: "web01" })).isError);
  assertEquals(never.questions, []);
});

Deno.test("a client that cannot ask: auto goes on, always refuses and says why", async () => {
  await using auto = await connect();
  const first = await auto.call("proxmox_guest_stop", { vmid: "web01" });
  assert(!first.isError);
  assertStringIncludes(first.text, "Nobody was asked, as this client cannot ask a person");
  await using always = await connect({ settings: { CONFIRM: "always" } });
  refusedAnswer(
    await always.call("proxmox_guest_stop", { vmid: "web01" }),
    "PROXMOX_CONFIRM=always",
  );
});

Deno.test("that nobody was asked stands with each call that lost something, and with no other", async () => {
  const snapshot = { vmid: 107, snapname: "clean" };
  type Step = readonly [loses: boolean, tool: string, args: Readonly<Record<string, unknown>>];
  const steps: readonly Step[] = [
    [false, "proxmox_guest_snapshot", { action: "create", vmid: 107, snapname: "before" }],
    [false, "proxmox_guest_snapshot", { ...snapshot, action: "rollback", snapname: "none" }],
    [true, "proxmox_guest_snapshot", { ...snapshot, action: "rollback" }],
    [true, "proxmox_guest_stop", { vmid: "dns01", wait: 0 }],
    [true, "proxmox_api_call", { operation: "DELETE /nodes/pve3/qemu/107" }],
    [false, "proxmox_guest_delete", { vmid: "db02" }],
    [false, "proxmox_guest_list", {}],
  ];
  const said = {
    auto: /Nobody was asked, as this/,
    never: /Nobody was asked: PROXMOX_CONFIRM=never/,
  };
  for (const confirm of ["auto", "never"] as const) {
    await using harness = await connect({ settings: { CONFIRM: confirm } });
    for (const [loses, tool, args] of steps) {
      const { text } = await harness.call(tool, args);
      assertEquals(text.match(/Nobody was asked/g)?.length ?? 0, loses ? 1 : 0, text);
      if (loses) assertMatch(text, said[confirm]);
    }
  }
  const { harness } = await asked("accept");
  await using _ = harness;
  const { text } = await harness.call("proxmox_guest_delete", { vmid: 107 });
  assert(!text.includes("Nobody was asked"), text);
});

Deno.test("what takes something away only with some arguments is asked for then", async () => {
  const { harness, questions } = await asked("decline");
  await using _ = harness;
  const entry = {
    action: "update",
    path: "/pool/development",
    roles: "PVEVMAdmin",
    groups: "developers",
  };
  const token = { action: "update", userid: "bob@pve", tokenid: "ci" };
  const config = { vmid: "web02" };
  const apiCall = (params: object): Record<string, unknown> => ({
    ...{ operation: "PUT /nodes/pve2/qemu/101/config", params },
  });
  for (
    const [tool, args, taking] of [
      ["proxmox_acl", entry, { delete: true }],
      ["proxmox_user_token", { ...token, comment: "x" }, { regenerate: true }],
      ["proxmox_guest_config_update", { ...config, cores: 2 }, { delete: "net0" }],
      ["proxmox_guest_config_update", { ...config, cores: 3 }, { delete: "scsi0", force: true }],
      ["proxmox_api_call", apiCall({ cores: 4 }), apiCall({ delete: "scsi0" })],
    ] as const
  ) {
    const before = questions.length;
    assert(!(await harness.call(tool, args)).isError, tool);
    assertEquals(questions.length, before, tool);
    const answer = await harness.call(tool, { ...args, ...taking });
    refusedAnswer(answer, "was not confirmed", assertDeclined);
    assertEquals(questions.length, before + 1, tool);
  }
});

Deno.test("of the API gateway the question, the refusal and the audit log name the operation", async () => {
  const path = await Deno.makeTempFile();
  const { harness, questions } = await asked("decline", { AUDIT_LOG: path });
  await using _ = harness;
  try {
    const disarm = "POST /cluster/ha/status/disarm-ha";
    const node = "POST /nodes/{node}/status";
    for (
      const [operation, params] of [
        [disarm, { "resource-mode": "freeze" }],
        ["DELETE /nodes/pve3/qemu/107", {}],
        [node, { node: "pve1", command: "reboot" }],
      ] as const
    ) {
      const answer = await harness.call("proxmox_api_call", { operation, params });
      refusedAnswer(answer, "proxmox_api_call ", assertDeclined);
    }
    assertEquals(questions, [
      `proxmox_api_call ${disarm}\n` +
      'VM 100 "web01" on pve1, running, tags production web\n' +
      'VM 101 "web02" on pve2, running, tags production web\n' +
      "Lost: high availability of all guests: nothing starts them elsewhere\n" +
      "Request 1: POST /cluster/ha/status/disarm-ha resource-mode=freeze\nGo on?",
      "proxmox_api_call DELETE /nodes/{node}/qemu/{vmid}\n" +
      'VM 107 "win11-test" on pve3, stopped, tags development\n' +
      "Lost: the guest with scsi0 (local-lvm:vm-107-disk-0, 64G); snapshots clean\n" +
      "Request 1: DELETE /nodes/pve3/qemu/107\nGo on?",
      `proxmox_api_call ${node} on node pve1\n` +
      'VM 100 "web01" on pve1, running, tags production web\n' +
      'VM 103 "db02" on pve1, running, tags database production\n' +
      'VM 108 "fileserver" on pve1, running, locked (backup), tags production\n' +
      'container 200 "dns01" on pve1, running, tags infrastructure production\n' +
      'container 202 "mail01" on pve1, running, tags mail production\n' +
      "Lost: node pve1: reboot, with 5 of its guests: web01 (100), db02 (103), fileserver (108), " +
      "dns01 (200), mail01 (202)\nRequest 1: POST /nodes/pve1/status command=reboot\nGo on?",
    ]);
    const [before] = (await Deno.readTextFile(path)).split("\n");
    assertEquals((JSON.parse(before ?? "") as Record<string, unknown>).action, disarm);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a read-only server offers no action that changes something, and does none", async () => {
  await using harness = await connect({ settings: { READ_ONLY: "true" } });
  const { tools } = await harness.client.listTools();
  assert(
    tools.every((tool) =>
      tool.annotations?.readOnlyHint === true && tool.annotations.destructiveHint === undefined
    ),
  );
  const snapshot = tools.find((tool) => tool.name === "proxmox_guest_snapshot");
  assertEquals((snapshot?.inputSchema.properties?.action as { enum: string[] }).enum, ["list"]);
  const create = await harness.call("proxmox_guest_snapshot", {
    action: "create",
    vmid: "web01",
    snapname: "no",
  });
  refusedAnswer(create, "PROXMOX_READ_ONLY=true");
});

Deno.test("a type that contradicts the guest is refused for changes, a node where something goes", async () => {
  await using harness = await connect();
  const calls = [
    ["proxmox_guest_start", { vmid: 107, type: "lxc" }, "is not what was asked for"],
    ["proxmox_guest_start", { vmid: "lxc/107" }, "is not what was asked for"],
    ["proxmox_guest_delete", { vmid: 107, node: "pve1" }, "It is on pve3, not on pve1"],
  ] as const;
  for (const [tool, args, reason] of calls) {
    const { text, isError } = await harness.call(tool, args);
    assert(isError, text);
    assertStringIncludes(text, reason);
    assertStringIncludes(text, "Nothing was done");
  }
  assertEquals(harness.simulator.requests.filter(({ method }) => method !== "GET"), []);
  const start = await harness.call("proxmox_guest_start", { vmid: "qemu/107", node: "pve1" });
  assert(!start.isError, start.text);
  assertStringIncludes(start.text, "the given node was corrected");
});
