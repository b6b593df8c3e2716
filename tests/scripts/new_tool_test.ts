/** `deno task new-tool` writes a tool that every check accepts, once a person has said what is to come. */
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../assert.ts";
import { type CheckoutCopy, copyCheckout } from "./checkout_copy.ts";
import { depth } from "../depth.ts";

const TOOL = "src/tools/certificate/node_clock.ts";
const TEST = "tests/tools/certificate/node_clock_test.ts";
const CONTRACT = "tests/contract/calls/ceph.ts";
const CONTRACT_TEST = "tests/contract/every_action_test.ts";

function copyAll(): Promise<CheckoutCopy> {
  return copyCheckout(
    ["src", "scripts", "skills", "facts", "tests", "deno.json", "deno.lock", "main.ts", ".dvmrc"],
  );
}

/** Writes what a person is asked to write, one after another. */
async function fillIn(path: string, texts: Readonly<Record<string, string>>): Promise<void> {
  let text = await Deno.readTextFile(path);
  for (const [todo, instead] of Object.entries(texts)) {
    assertStringIncludes(text, todo);
    text = text.replace(todo, instead);
  }
  assertEquals(text.includes("TODO"), false, text);
  await Deno.writeTextFile(path, text);
}

Deno.test("a new tool needs what only a person can say, and then passes every check", async () => {
  await using copy = await copyAll();
  const test = (...args: string[]): Promise<unknown> =>
    copy.deno("test", "-A", "--no-check", "--no-prompt", ...args);

  const { stdout } = await copy.deno(
    ...["task", "-q", "new-tool", "certificate", "node_clock"],
    ...["GET /nodes/{node}/time", "PUT /nodes/{node}/time"],
  );
  for (const path of [TOOL, TEST, CONTRACT]) assertStringIncludes(stdout, path);
  await copy.deno("task", "-q", "scan");
  const written = [TOOL, TEST, CONTRACT, "src/tools/manifest_gen.ts"];
  await copy.deno("fmt", "--check", ...written);
  await copy.deno("lint", ...written);

  await assertRejects(() => test(TEST), Error, "TODO: what the answer says");
  await fillIn(`${copy.folder}/${TOOL}`, {
    "TODO: what it is for, in a sentence": "Time and time zone of a node.",
    "TODO: what is true afterwards": "{node} has the time zone {timezone}",
  });
  await fillIn(`${copy.folder}/${TEST}`, {
    "TODO: what the answer says": "timezone: Etc/UTC",
    '"TODO: what the answer says"': '"pve1 has the time zone Europe/Vienna"',
    "TODO: what reaches Proxmox VE": "PUT /nodes/pve1/time timezone=Europe/Vienna",
  });
  await test(TEST);

  await assertRejects(() => test(CONTRACT_TEST, "--filter=Certificates"), Error, "node_clock");
  await copy.deno("task", "-q", "snapshots");
  await test(CONTRACT_TEST, "--filter=Certificates");
  // The longest of all: a copy has no types checked before.
  if (depth(0, 1) > 0) await copy.deno("check", ...written);
});

Deno.test("a tool of guests has a call for each type, arguments of other tools, and is written where its category is", async () => {
  await using copy = await copyAll();
  await copy.deno(
    ...["task", "-q", "new-tool", "guest", "proxmox_guest_copies"],
    ...[
      "GET /nodes/{node}/{type}/{vmid}/snapshot",
      "POST /nodes/{node}/{type}/{vmid}/snapshot",
      "DELETE /nodes/{node}/{type}/{vmid}/snapshot/{snapname}",
    ],
  );
  const tool = await Deno.readTextFile(`${copy.folder}/src/tools/guest/guest_copies.ts`);
  assertStringIncludes(tool, 'list: read("GET /nodes/{node}/{type}/{vmid}/snapshot"');
  assertStringIncludes(tool, 'create: write("POST');
  assertStringIncludes(tool, 'delete: write("DELETE');
  const lines = await Deno.readTextFile(`${copy.folder}/tests/contract/calls/guest.ts`);
  assertStringIncludes(lines, "list: { qemu: [{ vmid: 100 }], lxc: [{ vmid: 200 }] }");
});

Deno.test("what cannot become a tool is refused with what would do, and nothing is written", async () => {
  await using copy = await copyAll();
  const cases: readonly (readonly [args: readonly string[], message: string])[] = [
    [["ha"], "Usage: "],
    [["guset", "x", "GET /nodes"], 'Did you mean "guest"?'],
    [["ha", "HA-Rule", "GET /nodes"], "expected a name such as node_clock"],
    [["ha", "ha_rule", "GET /nodes"], "there is a tool of this name"],
    [["node", "x", "GET /nodes/{node}/tme"], '"GET /nodes/{node}/time"'],
    [["guest", "x", "GET /nodes/{node}/{type}/{vmid}/agent/info"], "/lxc/{vmid}/agent/info"],
    [
      [
        ...["guest", "x", "GET /nodes/{node}/qemu/{vmid}/snapshot"],
        "GET /nodes/{node}/lxc/{vmid}/snapshot",
      ],
      "{type} in place of qemu and lxc",
    ],
  ];
  for (const [args, message] of cases) {
    await assertRejects(() => copy.deno("task", "-q", "new-tool", ...args), Error, message);
  }
  const committed = await Deno.readTextFile(`${copy.folder}/src/tools/manifest_gen.ts`);
  await copy.deno("task", "-q", "scan");
  assertEquals(await Deno.readTextFile(`${copy.folder}/src/tools/manifest_gen.ts`), committed);
});

Deno.test("no tool is left with a text that was still to be written", () => {
  const open = TOOLS.filter(({ tool }) => JSON.stringify(tool).includes("TODO"));
  assertEquals(open.map(({ tool }) => tool.name), []);
});
