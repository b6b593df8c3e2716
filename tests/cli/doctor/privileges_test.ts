/** What the doctor finds of a token and its privileges. */
import { grant } from "../../../src/simulator/access/acl.ts";
import { findingLines } from "../../../src/cli/doctor/finding.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { type Case, examine, limited, settingsFor, testCases } from "./examine.ts";
import { startPve } from "./pve_server.ts";

const LIMITED = "viewer@pve!limited";

/** The token has privileges of its own, and nobody has any. */
function separateToken({ cluster }: Simulator): void {
  const tokens = cluster.table("access.tokens");
  tokens.set(LIMITED, { ...tokens.get(LIMITED), privsep: 1 });
  cluster.table("access.acl").clear();
}

/** A token and its user with a role each, and what grants the rest. */
const HALF_GRANTED: readonly (readonly [who: string, user: string, token: string, fix: RegExp])[] =
  [
    [
      "the token",
      "Administrator",
      "PVEAuditor",
      /→ Its user viewer@pve has it, the token itself lacks it \(privilege separation\): `pveum acl modify PATH --tokens 'viewer@pve!limited' --roles ROLE`/,
    ],
    [
      "the user",
      "PVEAuditor",
      "Administrator",
      /→ Its user viewer@pve lacks it, and a token has no more than its user: `pveum acl modify PATH --users viewer@pve --roles ROLE`/,
    ],
    [
      "both",
      "PVEAuditor",
      "PVEAuditor",
      /→ The token and its user viewer@pve lack it: `pveum acl modify PATH --users viewer@pve --tokens 'viewer@pve!limited' --roles ROLE`/,
    ],
  ];

testCases([
  {
    fault: "a token without privileges",
    arrange: ({ simulator }) => simulator.cluster.table("access.acl").clear(),
    settings: limited,
    find: [
      ["fail", /^Privileges$/, /the token has none[^]*PVEAuditor/],
      ["warn", /^Tools that read$/, /work with this token in full(?![^]*Refused)/],
    ],
  },
  ...HALF_GRANTED.map(([who, user, token, fix]): Case => ({
    fault: `that ${who} lacks privileges`,
    arrange: ({ simulator }) => {
      separateToken(simulator);
      grant(simulator.cluster, "/", "users", "viewer@pve", user);
      grant(simulator.cluster, "/", "tokens", LIMITED, token);
    },
    settings: limited,
    find: [["warn", /^Tools that read$/, fix]],
  })),
  {
    fault: "a token of which nobody can see who lacks privileges",
    arrange: ({ simulator }) => {
      separateToken(simulator);
      grant(simulator.cluster, "/", "tokens", LIMITED, "PVEAuditor");
    },
    settings: limited,
    find: [[
      "fail",
      /^Privileges$/,
      /→ To let it read: Whether the token or its user viewer@pve lacks it cannot be seen \(`pveum user permissions viewer@pve`[^]*both need it: `pveum acl modify \/ --users viewer@pve --tokens 'viewer@pve!limited' --roles PVEAuditor`/,
    ]],
  },
  {
    fault: "a token with few privileges",
    settings: limited,
    find: [
      ["ok", /^Privileges$/, /on 5 paths[^]*\/vms: .*VM\.Audit/],
      ["warn", /^Tools that read$/, /Refused for lack of privileges:[^]*Sys\.Audit on/],
    ],
  },
  {
    fault: "what a token for reading does not see",
    arrange: ({ simulator }) => grant(simulator.cluster, "/", "users", "viewer@pve", "PVEAuditor"),
    settings: limited,
    find: [[
      "ok",
      /^Tools that read$/,
      /VM\.Backup on \/vms\/\{vmid\} and Datastore\.AllocateSpace on \/storage\/\{storage\}, or [^]*, to see backups: proxmox_report \(backups\), proxmox_backup \(list\)/,
    ]],
  },
  {
    fault: "a token that may only read, and changes allowed",
    settings: (pve) => ({ ...limited(pve), ALLOW_ELEVATED: "true" }),
    find: [["warn", /^Tools$/, /VM\.Snapshot on \/vms\/\{vmid\}: [^]*proxmox_guest_snapshot/]],
  },
  {
    fault: "what is closed to every token",
    find: [[
      "ok",
      /^Tools that read$/,
      /closed to every API token[^]*proxmox_acme_account \(get\)/,
    ]],
  },
  {
    fault: "a token of root that may do anything",
    settings: () => ({ ALLOW_ELEVATED: "true" }),
    find: [["warn", /^Token$/, /it may do anything[^]*just the roles it needs/]],
  },
  {
    fault: "a token that ends soon",
    arrange: ({ simulator }) => {
      const tokens = simulator.cluster.table("access.tokens");
      const token = tokens.get(simulator.tokens.full.id);
      tokens.set(simulator.tokens.full.id, { ...token, expire: Date.now() / 1000 + 200_000 });
    },
    find: [["warn", /^Token$/, /ends in 2 days/]],
  },
]);

Deno.test("what a token for reading lacks for changes is told in a few lines, and in full as JSON", async () => {
  await using pve = await startPve();
  grant(pve.simulator.cluster, "/", "users", "viewer@pve", "PVEAuditor");
  const settings = { ...settingsFor(pve), ...limited(pve), ALLOW_ELEVATED: "true" };
  const findings = (await examine(settings)).filter(({ check }) => check === "Tools");
  const shown = findings.map((each) => findingLines(each, false)).join("\n");
  assert(shown.split("\n").length <= 25, shown);
  assertMatch(shown, /VM\.Snapshot on \/vms: \d+ actions of guest, /);
  assertMatch(shown, /proxmox-mcp doctor --json/);
  assertMatch(shown, /→ .*`pveum acl modify [^`]*`.* PROXMOX_ALLOW_ELEVATED=false/);
  // Each privilege of the full list has its part of the tree in the short one.
  const [refused] = findings;
  const lacks = (refused?.details ?? []).map((line) => line.split(": ")[0] ?? "");
  const sole = lacks.flatMap((each) => /^([\w.]+) on (\/[a-z]*)(?:\/\S*)?$/.exec(each) ?? []);
  assert(sole.length > 20);
  for (let index = 0; index < sole.length; index += 3) {
    const [privilege, area] = sole.slice(index + 1);
    const line = refused?.brief?.find((each) => each.includes(` on ${area}: `));
    assertEquals(line?.includes(privilege ?? "?"), true, `${privilege} on ${area}`);
  }
});
