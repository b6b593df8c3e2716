/** What Proxmox VE takes though there is no such thing: the dry run and the answer say so. */
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { connect, type HarnessOptions, rowsOf } from "../../harness.ts";
import { assertDone } from "../../outcome.ts";
import { api, type Case } from "./cases.ts";

const OF_8: HarnessOptions = { simulator: { release: "8.4" } };
const JOB = { schedule: "01:00", storage: "nas" };

/** A call that Proxmox VE takes, and what it names that is not there. */
const TAKEN: readonly (readonly [call: Case["call"], missing: string, options?: HarnessOptions])[] =
  [
    [["proxmox_user", { action: "create", userid: "joe@nowhere" }], 'realm "nowhere"'],
    [["proxmox_pool", { action: "update", poolid: "development", vms: "9999" }], 'guest "9999"'],
    [
      ["proxmox_pool", { action: "update", poolid: "development", storage: "nass" }],
      'storage "nass"',
    ],
    [backup({ vmid: "100", storage: "nass" }), 'storage "nass"'],
    [backup({ vmid: "100,9999" }), 'guest "9999"'],
    [backup({ all: true, exclude: "9999" }), 'guest "9999"'],
    [backup({ all: true, node: "pve9" }), 'node "pve9"'],
    [
      ["proxmox_storage_config", {
        ...{ action: "create", storage: "far", type: "dir", path: "/srv", nodes: "pve1,pve9" },
      }],
      'node "pve9"',
    ],
    [
      ["proxmox_storage_config", { action: "update", storage: "nas", nodes: "pve9" }],
      'node "pve9"',
    ],
    [
      ["proxmox_sdn_zone", { action: "create", zone: "far", type: "simple", nodes: "pve9" }],
      'node "pve9"',
    ],
    [api("POST /cluster/ha/resources/vm:100/migrate", { node: "pve9" }), 'node "pve9"'],
    [
      ["proxmox_ha_group", { action: "create", group: "far", nodes: "pve9:2" }],
      'node "pve9"',
      OF_8,
    ],
    [api("POST /nodes/pve1/startall", { vms: "9999", force: true }), 'guest "9999"'],
    [api("POST /cluster/bulk-action/guest/start", { vms: "9999" }), 'guest "9999"'],
    [acl("/vms/9999"), 'guest "9999"'],
    [acl("/storage/nass"), 'storage "nass"'],
    [acl("/pool/prod"), 'pool "prod"'],
    [acl("/nodes/pve9"), 'node "pve9"'],
  ];

function backup(args: Readonly<Record<string, unknown>>): Case["call"] {
  return ["proxmox_cluster_backup_job", { action: "create", ...JOB, ...args }];
}

function acl(path: string): Case["call"] {
  return ["proxmox_acl", { action: "update", path, roles: "PVEAuditor", users: "root@pam" }];
}

for (const [[tool, args], missing, options] of TAKEN) {
  Deno.test(`${tool} ${JSON.stringify(args)} is done, and said to name what is not there`, async () => {
    await using harness = await connect(options);
    const planned = await harness.call(tool, { ...args, dry_run: true });
    const warned = rowsOf(planned).filter(({ verdict }) => verdict === "warns");
    assert(
      warned.some(({ what }) => String(what).startsWith(`There is no ${missing}`)),
      planned.text,
    );
    const done = await harness.call(tool, args);
    assertDone(done);
    assertStringIncludes(done.text, `Warning: There is no ${missing}`);
  });
}

Deno.test("what is near to the name is told, and nothing of what is taken away", async () => {
  await using harness = await connect();
  const job = await harness.call(...backup({ vmid: "100", storage: "nass" }));
  assertStringIncludes(job.text, 'the job fails without it. Did you mean "nas"?');
  const [tool, args] = acl("/vms/9999");
  await harness.call(tool, args);
  const taken = await harness.call(tool, { ...args, action: "delete" });
  assertDone(taken);
  assertEquals(taken.text.includes("There is no"), false, taken.text);
});

Deno.test("names that are not there are told once, and a few of very many", async () => {
  await using harness = await connect();
  const call = (vms: readonly number[]) =>
    harness.call("proxmox_pool", { action: "update", poolid: "development", vms: vms.join(",") });
  const twice = await call([9999, 9999, 104]);
  assertStringIncludes(twice.text, 'Warning: There is no guest "9999" that the token may see');
  assertEquals(twice.text.match(/Warning: /g)?.length, 1, twice.text);
  const many = await call(Array.from({ length: 10_000 }, (_, index) => 100_000 + index));
  assertDone(many);
  assertStringIncludes(many.text, 'There is no guest "100000", ');
  assertStringIncludes(many.text, "and 9994 more that the token may see");
  assertEquals(many.text.match(/Warning: /g)?.length, 1, many.text);
});
