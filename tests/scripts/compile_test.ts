/**
 * What a binary holds and may do. Deno itself stands in for the base binary, which only a machine
 * with a network can download, so the result can be read but is not our program.
 *
 * @module
 */
import { chooseTargets, compile } from "../../scripts/compile.ts";
import { TARGETS } from "../../scripts/project.ts";
import { V8_FLAGS } from "../../scripts/runtime.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

const PROGRAM = 'await Deno.stdout.write(new Uint8Array(1)); import("./late/part.js");\n';
const PART = "export const part = 1;\n";

interface Metadata {
  readonly permissions: Record<string, unknown>;
  readonly v8_flags: readonly string[];
}

/** The settings that `deno compile` appends to a binary, as JSON between a length and the rest. */
async function metadata(path: string): Promise<Metadata> {
  const bytes = await Deno.readFile(path);
  const tail = bytes.subarray(bytes.length - 1_000_000);
  const text = new TextDecoder("latin1").decode(tail);
  const start = text.lastIndexOf('{"argv":');
  const length = new DataView(tail.buffer, tail.byteOffset).getBigUint64(start - 8, true);
  return JSON.parse(text.slice(start, start + Number(length))) as Metadata;
}

Deno.test("compile() embeds the bundle and what it loads late, with net, PROXMOX_*, read and write", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const bundle = `${folder}/bundle.js`;
    await Deno.writeTextFile(bundle, PROGRAM);
    await Deno.mkdir(`${folder}/late`);
    await Deno.writeTextFile(`${folder}/late/part.js`, PART);
    await Deno.mkdir(`${folder}/node_modules/left-pad`, { recursive: true });
    await Deno.writeTextFile(`${folder}/node_modules/left-pad/index.js`, "leftPad");
    const [target] = chooseTargets([]);
    assert(target);
    const output = `${folder}/proxmox-mcp`;
    const listing = await compile({
      bundle,
      target,
      output,
      env: { DENORT_BIN: Deno.execPath() },
    });
    const embedded = listing.split("\n").filter((line) => /[├└]──/.test(line));
    assertEquals(embedded.length, 2, listing);
    assertStringIncludes(embedded[0]!, `late/* (${PART.length}B)`);
    assertStringIncludes(embedded[1]!, `proxmox-mcp.js (${PROGRAM.length}B)`);
    const { permissions, v8_flags } = await metadata(output);
    assertEquals(v8_flags.at(-1), V8_FLAGS.replace("--v8-flags=", ""));
    const granted = Object.entries(permissions).filter(([, value]) => value !== null);
    assertEquals(Object.fromEntries(granted), {
      allow_env: ["PROXMOX_*"],
      ignore_env: [],
      allow_net: [],
      allow_read: [],
      allow_write: [],
      deny_run: [],
      deny_ffi: [],
      deny_sys: [],
      deny_import: [],
      // Deno's own default, of which deny_import leaves nothing.
      allow_import: permissions.allow_import,
      prompt: false,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("chooseTargets() knows one target, all of them and this machine's", () => {
  assertEquals(chooseTargets(["macos-arm64"]).map((target) => target.triple), [
    "aarch64-apple-darwin",
  ]);
  assertEquals(chooseTargets(["all"]), TARGETS);
  assertEquals(chooseTargets([]).map((target) => target.triple), [Deno.build.target]);
  assertThrows(
    () => chooseTargets(["linux-riscv"]),
    TypeError,
    'Cannot compile for "linux-riscv": expected all or one of linux-x64',
  );
});
