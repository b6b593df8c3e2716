/** The embedded Proxmox VE as a server of its own, and the program against it. */
import { assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { runLines, start } from "./process.ts";
import { MARKS } from "../outcome.ts";

/** What the simulator printed once it serves, as settings. */
async function settingsOf(child: Deno.ChildProcess): Promise<Record<string, string>> {
  let text = "";
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("Ctrl-C ends it")) break;
  }
  assertMatch(text, /^Embedded Proxmox VE with 40 guests on https:\/\/127\.0\.0\.1:\d+$/m);
  const lines = [...text.matchAll(/^(PROXMOX_\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
}

Deno.test("simulator serves a cluster over HTTPS, with faults, and prints how to reach it", async () => {
  const args = ["simulator", "--port", "0", "--guests", "40", "--fault", "node-offline=pve3"];
  const child = start(args, {}, { net: "127.0.0.1" });
  try {
    const settings = await settingsOf(child);
    const asked = start(["call", "guest_list", "limit=1"], settings, { net: "127.0.0.1" });
    const { code, stdout, stderr } = await runLines(asked, []);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `${MARKS.done}Guests: 40`);
    assertStringIncludes(stdout, "Not online: pve3");
  } finally {
    child.kill("SIGTERM");
    await child.stdin.close();
    await child.stdout.cancel();
    assertEquals((await child.status).code, 0);
  }
});

Deno.test("simulator refuses what it does not know, with exit code 2", async () => {
  for (
    const [args, words] of [
      [["--guests", "20001"], 'Cannot use "20001" as --guests: expected a number from 0 to 20000'],
      [["--release", "7"], "expected 9.2 or 8.4"],
      [["--fault", "node-of=pve3"], "node-of"],
    ] as const
  ) {
    const { code, stdout, stderr } = await runLines(start(["simulator", ...args]), []);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, words);
  }
});
