/** The tour that the README offers to whoever has no cluster. */
import { assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { literally, MARKS } from "../outcome.ts";
import { ENTRY } from "./process.ts";

/** Runs the tour with the permissions of `deno task demo`; answers what it printed. */
async function tour(
  ...args: string[]
): Promise<{ readonly code: number; readonly stdout: string }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-run", "--allow-env", "--allow-read", ENTRY, "demo"],
      ...args,
    ],
    stdin: "null",
    stderr: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout) };
}

/** A pattern of an answer that tells of this outcome. */
function starting(outcome: keyof typeof MARKS, rest: RegExp, before = /^/): RegExp {
  return new RegExp(`${before.source}^${literally(MARKS[outcome])}${rest.source}`, "m");
}

/** Each call of the tour and what was answered to it. */
const STOPS: readonly (readonly [call: RegExp, answer: RegExp])[] = [
  [/^proxmox_guest_list /, starting("done", /Guests: 15$/)],
  [/^proxmox_report .*"health"/, starting("done", /The cluster is not all well: /)],
  [/^proxmox_report .*"failure"/, starting("done", /If pve2 fails, \d+ of \d+ running guests /)],
  [
    /^proxmox_guest_status \{"vmid":"db01"\}/,
    starting("done", /db01 \(102\), VM on pve2: running$/),
  ],
  [
    /^proxmox_guest_snapshot .*"filtre"/,
    starting("failed", /[^]*filtre: .*Did you mean "filter"\?/),
  ],
  [/^proxmox_guest_stop /, starting("denied", /[^]*PROXMOX_ALLOW_ELEVATED=true/)],
  [
    /^proxmox_guest_snapshot .*"create"/,
    starting("done", /Took snapshot "before-update" of gitlab/),
  ],
  [/^proxmox_guest_stop /, starting("done", /gitlab \(104\) is stopped$/)],
  [/^proxmox_guest_start /, starting("done", /gitlab \(104\) is running\n.*qmstart/, /^ +… [^]*/)],
  [/^proxmox_guest_snapshot .*"list"/, /^\W*before-update\b/m],
];

Deno.test("demo prints a tour of calls and answers, guests by their names, and ends with code 0", async () => {
  const { code, stdout } = await tour();
  assertEquals(code, 0, stdout);
  assertEquals(stdout.match(/^Server in a child process over stdio/gm)?.length, 2);
  const stops = stdout.split("\n▶ ").slice(1);
  assertEquals(stops.length, STOPS.length);
  for (const [index, [call, answer]] of STOPS.entries()) {
    assertMatch(stops[index] ?? "", call);
    assertMatch(stops[index] ?? "", answer);
  }
  assertEquals(stdout.match(/"vmid":\d/), null);
  assertStringIncludes(stdout, "That was the tour");
});

/** Each call of the tour over several clusters, and what was answered to it. */
const CLUSTER_STOPS: typeof STOPS = [
  [/^proxmox_guest_list /, starting("done", /Guests: 24, in 3 clusters$/)],
  [
    /^proxmox_guest_status .*"web01"/,
    starting("failed", /[^]*vmid=home\/web01 or vmid=lab\/web01/),
  ],
  [/^proxmox_guest_status .*"lab\/web01"/, starting("done", /lab: web01 \(100\), VM on lab1/)],
  [/^proxmox_guest_status .*"cameras"/, starting("done", /branch: cameras \(400\), VM on pve1/)],
  [
    /^proxmox_guest_migrate .*"web02"/,
    starting("done", /home: Dry run of .*: 3 things stop it$/),
  ],
  [
    /^proxmox_guest_migrate .*"gitlab"/,
    starting("done", /home: gitlab \(104\) is on pve1 in the cluster branch$/, /^ +… [^]*/),
  ],
  [/^proxmox_guest_status /, starting("done", /branch: gitlab \(104\), VM on pve1: running$/)],
];

Deno.test("demo --clusters shows several clusters, and moves a guest from one to another", async () => {
  const { code, stdout } = await tour("--clusters");
  assertEquals(code, 0, stdout);
  const stops = stdout.split("\n▶ ").slice(1);
  assertEquals(stops.length, CLUSTER_STOPS.length);
  for (const [index, [call, answer]] of CLUSTER_STOPS.entries()) {
    assertMatch(stops[index] ?? "", call);
    assertMatch(stops[index] ?? "", answer);
  }
});
