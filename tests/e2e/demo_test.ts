/** The tour that the README offers to whoever has no cluster. */
import { assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { ENTRY } from "./process.ts";

/** Runs the tour with the permissions of `deno task demo`; answers what it printed. */
async function tour(): Promise<{ readonly code: number; readonly stdout: string }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-run", "--allow-env", "--allow-read", ENTRY, "demo"],
    stdin: "null",
    stderr: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout) };
}

/** Each call of the tour and what was answered to it. */
const STOPS: readonly (readonly [call: RegExp, answer: RegExp])[] = [
  [/^proxmox_guest_list /, /^✅ Guests: 15$/m],
  [/^proxmox_guest_status \{"vmid":"db01"\}/, /^✅ db01 \(102\), VM on pve2: running$/m],
  [/^proxmox_guest_snapshot .*"filtre"/, /^❌ Error: [^]*filtre: .*Did you mean "filter"\?/m],
  [/^proxmox_guest_stop /, /^🚫 Permission Denied: [^]*PROXMOX_ALLOW_ELEVATED=true/m],
  [/^proxmox_guest_snapshot .*"create"/, /^✅ Took snapshot "before-update" of gitlab/m],
  [/^proxmox_guest_stop /, /^✅ gitlab \(104\) is stopped$/m],
  [/^proxmox_guest_start /, /^ +… [^]*^✅ gitlab \(104\) is running\n• task qmstart on pve3: OK/m],
  [/^proxmox_guest_snapshot .*"list"/, /^before-update \|/m],
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
