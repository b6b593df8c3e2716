/** dry_run: what a call would do is told, and nothing but reads is sent. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { CONFIRMATION_MS } from "../../src/guard/seal.ts";
import {
  connect,
  declining,
  type Harness,
  type HarnessOptions,
  type ToolAnswer,
} from "../harness.ts";
import { changes } from "../guard/late.ts";
import { assertDenied, assertDone, assertFailed, assertUnconfirmed, hasRow } from "../outcome.ts";

type Call = readonly [tool: string, args: Readonly<Record<string, unknown>>];

const DELETE: Call = ["proxmox_guest_delete", { vmid: "win11-test" }];
const CONFIG: Call = ["proxmox_guest_config_update", { vmid: 107, config: { onboot: true } }];

/** The answer to a dry run, which has changed nothing. */
async function planned(harness: Harness, [tool, args]: Call): Promise<ToolAnswer> {
  const before = changes(harness);
  const answer = await harness.call(tool, { ...args, dry_run: true });
  assertEquals(changes(harness), before);
  return answer;
}

function codeIn({ text }: ToolAnswer): string | undefined {
  return /\bconfirm=([\w.-]+)/.exec(text)?.[1];
}

/** A dry run, and what its code does after something has happened. */
async function confirmed(
  call: Call,
  happens: (harness: Harness) => unknown = () => {},
  options: HarnessOptions = {},
): Promise<{ readonly answer: ToolAnswer; readonly sent: readonly string[] }> {
  await using harness = await connect(options);
  const confirm = codeIn(await planned(harness, call));
  assert(confirm !== undefined);
  await happens(harness);
  const before = changes(harness).length;
  const answer = await harness.call(call[0], { ...call[1], confirm });
  return { answer, sent: changes(harness).slice(before) };
}

Deno.test("a dry run tells the guest, the request, what is lost, and the code that does it", async () => {
  await using harness = await connect();
  const answer = await planned(harness, DELETE);
  assertDone(answer, /^Dry run of proxmox_guest_delete: nothing that is known stops it$/);
  for (
    const words of [
      'VM 107 "win11-test" on pve3, stopped',
      "Request 1: DELETE /nodes/pve3/qemu/107",
      "Lost: the guest with scsi0 (local-lvm:vm-107-disk-0",
      "Nothing was changed",
    ]
  ) assertStringIncludes(answer.text, words);
  assert(codeIn(answer) !== undefined);
});

Deno.test("the code of a dry run does what was planned, whether or not one is due", async () => {
  for (const confirm of ["auto", "never", "plan"]) {
    const settings = { CONFIRM: confirm };
    const deleted = await confirmed(DELETE, undefined, { settings });
    assertDone(deleted.answer);
    assertEquals(deleted.sent, ["DELETE /nodes/pve3/qemu/107"]);
    const changed = await confirmed(CONFIG, undefined, { settings });
    assertDone(changed.answer);
    assertEquals(changed.sent, ["POST /nodes/pve3/qemu/107/config"]);
  }
});

Deno.test("a code does nothing else: what has changed since, and what it is not for, is told", async () => {
  const use = async (harness: Harness): Promise<void> => {
    const confirm = codeIn(await planned(harness, DELETE));
    await harness.call(DELETE[0], { ...DELETE[1], purge: true, confirm });
  };
  const cases: readonly (readonly [Call, (harness: Harness) => unknown, RegExp])[] = [
    [DELETE, ({ simulator: { cluster } }) => {
      cluster.guests.get(107)!.status = "running";
    }, /changed since the code was given: .*a guest that loses something/],
    [DELETE, ({ simulator: { cluster } }) => {
      delete cluster.guests.get(107)!.config.scsi0;
    }, /changed since the code was given: what is taken away/],
    [
      ["proxmox_guest_network", { action: "update", vmid: 107, net: "net0", firewall: true }],
      (harness) =>
        harness.call("proxmox_guest_network", {
          ...{ action: "update", vmid: 107, net: "net0", bridge: "vmbr1" },
        }),
      /changed since the code was given: what is sent/,
    ],
    [CONFIG, ({ clock }) => clock.advance(CONFIRMATION_MS + 1_000), /older than ten minutes/],
  ];
  for (const [call, happens, why] of cases) {
    const { answer, sent } = await confirmed(call, happens);
    assertUnconfirmed(answer, /waits to be confirmed/, why);
    assertEquals(sent, []);
    assert(codeIn(answer) !== undefined);
  }
  await using harness = await connect();
  await use(harness);
  assertEquals(changes(harness), []);
});

Deno.test("a dry run needs no elevated tier, and says what would", async () => {
  await using harness = await connect({ elevated: false });
  const answer = await planned(harness, DELETE);
  assertDone(answer, /one thing stops it$/);
  assert(hasRow(answer, { verdict: "stops it", from: "PROXMOX_ALLOW_ELEVATED" }));
  assertEquals(codeIn(answer), undefined);
  assertDenied(await harness.call(...DELETE), /needs the elevated tier/);
});

Deno.test("a server that only reads plans no change either, and no read takes a dry run", async () => {
  await using reading = await connect({ settings: { READ_ONLY: "true" } });
  const snapshot: Call = ["proxmox_guest_snapshot", {
    action: "create",
    vmid: 107,
    snapname: "a1",
  }];
  assertDenied(await planned(reading, snapshot), /only reads/);
  await using harness = await connect({ elevated: false });
  const status: Call = ["proxmox_guest_status", { vmid: 107 }];
  assertFailed(await planned(harness, status), /with these arguments/);
});

Deno.test("what something stops is given no code; of many guests, those that stay stop nothing", async () => {
  await using harness = await connect();
  const running = await planned(harness, ["proxmox_guest_delete", { vmid: 105 }]);
  assertDone(running, /one thing stops it$/);
  assertStringIncludes(running.text, "It is given no code while something stops it");
  assertEquals(codeIn(running), undefined);
  const drain = { action: "migrate_all", node: "pve3", target: "pve2", maxworkers: 1 };
  const some = await planned(harness, ["proxmox_node_bulk", drain]);
  assertDone(some, /of 4 guests [1-4] cannot take part$/);
  assert(codeIn(some) !== undefined);
});

Deno.test("what is sent for the state that was looked at alone is planned with its digest", async () => {
  const unset: Call = ["proxmox_guest_config_update", { vmid: 105, delete: "net0" }];
  await using harness = await connect();
  const { text } = await planned(harness, unset);
  const [, digest] = /Request 1: POST .* delete=net0 digest=(\w{40})/.exec(text) ?? [];
  assert(digest !== undefined, text);
  assertDone(await harness.call(...unset));
  const sent = harness.simulator.requests.find(({ method }) => method !== "GET");
  assertStringIncludes(sent?.body ?? "", `digest=${digest}`);
});

Deno.test("where a person would be asked nobody is, and no code takes a person's place", async () => {
  const questions: string[] = [];
  await using harness = await connect({ ask: declining(questions) });
  const answer = await planned(harness, DELETE);
  assertStringIncludes(answer.text, "A person is asked before it is done");
  assertEquals([codeIn(answer), questions.length], [undefined, 0]);
  await using always = await connect({ settings: { CONFIRM: "always" } });
  const refused = await planned(always, DELETE);
  assert(hasRow(refused, { verdict: "stops it", from: "PROXMOX_CONFIRM" }));
  assertEquals(codeIn(refused), undefined);
});

Deno.test("what is protected is told with what would be lost, and without a code", async () => {
  await using harness = await connect({ settings: { PROTECT: "win11-test" } });
  const answer = await planned(harness, DELETE);
  assert(
    hasRow(answer, { verdict: "stops it", what: /is protected/, from: "what this server allows" }),
  );
  assertStringIncludes(answer.text, "Lost: the guest with scsi0");
  assertEquals(codeIn(answer), undefined);
});

Deno.test("what the tool itself would refuse is told in its words", async () => {
  await using harness = await connect();
  const answer = await planned(harness, ["proxmox_guest_migrate", { vmid: 102, target: "pve2" }]);
  const what = /It is there already/;
  assert(hasRow(answer, { verdict: "stops it", what, from: "proxmox_guest_migrate" }));
});

Deno.test("secrets are masked, and a free number is kept for nobody", async () => {
  await using harness = await connect();
  const create: Call = ["proxmox_create_lxc", {
    node: "pve2",
    ostemplate: "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst",
    password: "geheim123",
  }];
  const { text, structured } = await planned(harness, create);
  assertStringIncludes(text, "vmid=<newid>");
  assertStringIncludes(text, "password=[masked]");
  assert(!JSON.stringify([text, structured]).includes("geheim123"));
  const { text: number } = await harness.call("proxmox_get_next_vmid");
  assertDone(await harness.call(...create));
  const [vmid] = /\d+/.exec(number) ?? [];
  assert(harness.simulator.cluster.guests.has(Number(vmid)), number);
});

Deno.test("Proxmox VE's own dry-run reaches it from a tool; any other spelling is this server's", async () => {
  await using harness = await connect();
  const prune = { action: "prune", storage: "nas", "keep-last": 1 };
  assertDone(await harness.call("proxmox_storage_content", { ...prune, "dry-run": true }));
  assert(harness.simulator.requests.some(({ path }) => path.endsWith("/nas/prunebackups")));
  const sync = { action: "sync", realm: "corp", "dry-run": true };
  const { text } = await planned(harness, ["proxmox_domain", sync]);
  assertStringIncludes(text, "Request 1: POST /access/domains/corp/sync dry-run=1");
  for (const name of ["dryRun", "dry-run", "DRY_RUN"]) {
    const [tool, args] = DELETE;
    assertDone(await harness.call(tool, { ...args, [name]: true }), /^Dry run of/, name);
  }
  assertEquals(changes(harness), []);
  assertDone(
    await harness.call("proxmox_domain", { ...sync, scope: "users" }),
    /^Nothing was changed/,
  );
});

Deno.test("the API gateway plans any operation, the argument beside its parameters or among them", async () => {
  await using harness = await connect();
  const operation = "DELETE /nodes/pve3/qemu/107";
  const beside = await planned(harness, ["proxmox_api_call", { operation }]);
  const among = await harness.call("proxmox_api_call", { operation, params: { dry_run: true } });
  for (const answer of [beside, among]) {
    assertDone(answer, /^Dry run of proxmox_api_call DELETE/);
    assertMatch(answer.text, /Request 1: DELETE \/nodes\/pve3\/qemu\/107/);
  }
  assertEquals(changes(harness), []);
  assertDone(await harness.call("proxmox_api_call", { operation, confirm: codeIn(beside) }));
  assertEquals(changes(harness), [operation]);
});

Deno.test("a dry run logs nobody in: it says who would be, and its code lets that happen", async () => {
  const wipe: Call = ["proxmox_node_disk_admin", {
    ...{ action: "wipe", node: "pve1", disk: "/dev/sde" },
  }];
  await using harness = await connect({ settings: { PASSWORD: "proxmox-demo" } });
  const answer = await planned(harness, wipe);
  assertStringIncludes(answer.text, "As root@pam, logged in with a password");
  assert(!harness.simulator.requests.some(({ path }) => path.endsWith("/access/ticket")));
  assertDone(await harness.call(wipe[0], { ...wipe[1], confirm: codeIn(answer) }));
  await using without = await connect();
  const what = /cannot be done with an API token\. Proxmox VE allows it only/;
  assert(hasRow(await planned(without, wipe), { verdict: "stops it", what }));
});

Deno.test("a dry run opens no SSH, asks no guest, and stands in no audit log", async () => {
  const audit: unknown[] = [];
  await using harness = await connect({
    settings: { SSH_ENABLED: "true", SSH_KEY_PATH: "/dev/null", SSH_NODE: "pve1" },
    services: {
      audit: { write: (entry) => Promise.resolve(void audit.push(entry)), close: () => {} },
      containerExec: () => Promise.reject(new Error("SSH was opened")),
    },
  });
  const exec: Call = ["proxmox_lxc_exec", { vmid: 200, command: "reboot" }];
  const answer = await planned(harness, exec);
  assertDone(answer);
  assertStringIncludes(answer.text, "What the command itself does cannot be told");
  const agent: Call = ["proxmox_agent_exec", { operation: "exec", vmid: 100, command: "reboot" }];
  assertStringIncludes((await planned(harness, agent)).text, "/agent/exec command=");
  assert(!harness.simulator.requests.some(({ path }) => path.includes("/agent/")));
  assertEquals(audit, []);
});

Deno.test("many requests are named in their order", async () => {
  await using harness = await connect();
  const { text } = await planned(harness, ["proxmox_group", {
    ...{ action: "create", groupid: "ops", users: "anna@pve,root@pam" },
  }]);
  assertMatch(
    text,
    /Request 1: POST \/access\/groups groupid=ops[^]*Request 2: PUT \/access\/users\//,
  );
});
