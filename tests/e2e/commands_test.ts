import { COMMANDS } from "../../src/cli/commands.ts";
import { helpOf } from "../../src/cli/commands/command.ts";
import { fileAuditLog } from "../../src/guard/audit.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import config from "../../deno.json" with { type: "json" };
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { needs } from "../programs.ts";
import { type Ended, runLines, start } from "./process.ts";
import { MARKS } from "../outcome.ts";

function cli(args: readonly string[], settings?: Record<string, string>): Promise<Ended> {
  return runLines(start(args, settings), []);
}

Deno.test("--version prints the program's version, its commit and Deno's version", async () => {
  const { code, stdout } = await cli(["--version"]);
  assertEquals(code, 0);
  assertMatch(
    stdout,
    /^proxmox-mcp [\d.]+ \((from source|[0-9a-f]{12}(\+changes)?), Deno [\d.]+\)\n$/,
  );
  assertStringIncludes(stdout, ` ${config.version} `);
  assertStringIncludes(stdout, `Deno ${Deno.version.deno}`);
});

Deno.test("--help names every command and the exit codes", async () => {
  const { code, stdout } = await cli(["--help"]);
  assertEquals(code, 0);
  for (const name of Object.keys(COMMANDS)) assertMatch(stdout, new RegExp(`^  ${name} `, "m"));
  assertStringIncludes(stdout, "Exit codes: 0 done, 1 failed, 2 wrong usage");
});

Deno.test("every command explains itself, its options and its exit codes", async () => {
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const { spec } = await entry.load();
    const { code, stdout } = await cli([name, "--help"]);
    assertEquals(code, 0, name);
    assertEquals(stdout, helpOf(spec) + "\n");
    assertStringIncludes(stdout, "Exit codes: 0 done, ");
    for (const option of Object.keys(spec.options)) assertStringIncludes(stdout, `--${option}`);
  }
});

for (
  const [args, message] of [
    [["tolls"], 'There is no command "tolls". Did you mean "tools"?'],
    [
      ["tools", "--jsno"],
      'There is no option "--jsno". Did you mean "--json"?\nproxmox-mcp tools --help',
    ],
    [["tools", "-q"], 'There is no option "-q". There are: --json, --all, --help\n'],
    [["serve", "--http"], "Option '--http <value>' argument missing\n"],
    [["tools", "proxmox_guest_snapshto"], 'Did you mean "proxmox_guest_snapshot"?'],
    [["tools", "a", "b"], 'Expected less than "b": tools [NAME]'],
    [["call"], "Expected more: call TOOL"],
    [["call", "proxmox_guest_start", "web01"], 'Expected key=value or a JSON object, got "web01"'],
    [["config", "claude"], 'There is no client "claude"'],
    [["audit", "check", "a.jsonl"], 'Expected verify or rotate, got "check"'],
    [["completions", "tcsh"], 'There are no completions for "tcsh"'],
  ] as const
) {
  Deno.test(`"${args.join(" ")}" is wrong usage: exit code 2, words on stderr alone`, async () => {
    const { code, stdout, stderr } = await cli(args);
    assertEquals(code, 2);
    assertEquals(stdout, "");
    assertStringIncludes(stderr, message);
  });
}

Deno.test("tools lists every tool, and explains each", async () => {
  const list = await cli(["tools"]);
  assertEquals(list.code, 0);
  const listed = list.stdout.matchAll(/^ {2}(proxmox_\w+) /gm).map((match) => match[1]).toArray();
  const named = TOOLS.map(({ tool }) => tool.name);
  assertEquals(listed, [...named, "proxmox_api_search", "proxmox_api_call"]);
  assertStringIncludes(list.stdout, "High Availability (3)\n  proxmox_ha_group ");
  const one = await cli(["tools", "guest_snapshot"]);
  assertEquals(one.code, 0);
  assertStringIncludes(one.stdout, "action=rollback (elevated, confirmed)");
  assertStringIncludes(one.stdout, "    snapname: required; string");
  assertStringIncludes(one.stdout, "VM.Snapshot.Rollback");
  const described = await cli(["tools", "proxmox_api_call"]);
  assertStringIncludes(described.stdout, "    operation: required; string");
  const json = await cli(["tools", "--json"]);
  const manuals = JSON.parse(json.stdout) as { name: string }[];
  assertEquals(manuals.map(({ name }) => name), named);
});

Deno.test("tools and config heed the settings that choose tools", async () => {
  const settings = { PROXMOX_TOOLSETS: "disk", PROXMOX_TOOLS: "guest_list" };
  const list = await cli(["tools"], settings);
  assertStringIncludes(list.stdout, "proxmox_vm_disk");
  assertStringIncludes(list.stdout, "proxmox_guest_list");
  assert(!list.stdout.includes("proxmox_guest_start"));
  assertStringIncludes(list.stderr, `PROXMOX_TOOLSETS left 2 of ${TOOLS.length} tools`);
  const all = await cli(["tools", "--all"], settings);
  assertStringIncludes(all.stdout, "proxmox_guest_start");
  const one = await cli(["tools", "guest_start"], settings);
  assertStringIncludes(one.stdout, "proxmox_guest_start: ");
  assertStringIncludes(one.stderr, "leave it out: PROXMOX_TOOLSETS");
  for (const args of [["tools"], ["config", "cursor"], ["doctor"], ["serve", "--demo"]]) {
    const wrong = await cli(args, { PROXMOX_TOOLSETS: "gest" });
    assertEquals(wrong.code, 2, args[0]);
    assertStringIncludes(wrong.stdout + wrong.stderr, 'there is no "gest". Did you mean "guest"?');
    assert(!wrong.stderr.includes("--demo starts"));
  }
});

Deno.test("config prints the snippet alone on stdout", async () => {
  const { code, stdout, stderr } = await cli(["config", "cursor", "--demo"]);
  assertEquals(code, 0);
  const { mcpServers } = JSON.parse(stdout) as { mcpServers: Record<string, { args: string[] }> };
  assertEquals(mcpServers.proxmox?.args.at(-1), "--demo");
  assertStringIncludes(stderr, "~/.cursor/mcp.json");
});

async function completionsOf(shell: string): Promise<string> {
  const { code, stdout } = await cli(["completions", shell]);
  assertEquals(code, 0);
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, stdout);
  return path;
}

async function shell(name: string, script: string): Promise<string[]> {
  const { stdout, stderr, success } = await new Deno.Command(name, { args: ["-c", script] })
    .output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return decoder.decode(stdout).split("\n").filter((line) => line !== "").sort();
}

const FIRST_TOOLS = TOOLS.map(({ tool }) => tool.name).filter((name) => name.includes("_guest_s"))
  .sort();
const API_TOOLS = ["proxmox_api_call", "proxmox_api_search"];

/** That a shell completes commands, options, tools and clients; it is given the words so far. */
async function assertCompletes(
  complete: (...words: string[]) => Promise<string[]>,
): Promise<void> {
  assertEquals(await complete("co"), ["completions", "config"]);
  assertEquals(await complete("call", "--j"), ["--json"]);
  assertEquals(await complete("call", "proxmox_guest_s"), FIRST_TOOLS);
  assertEquals(await complete("call", "proxmox_api_"), API_TOOLS);
  assertEquals(await complete("config", "cu"), ["cursor"]);
}

Deno.test("bash completes commands, options, tools and clients", needs("bash"), async () => {
  const path = await completionsOf("bash");
  const complete = (...words: string[]): Promise<string[]> =>
    shell(
      "bash",
      `source ${path}; COMP_WORDS=(proxmox-mcp ${words.map((word) => `'${word}'`).join(" ")}); ` +
        `COMP_CWORD=${words.length}; _proxmox_mcp; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
  await assertCompletes(complete);
  assertEquals(await complete("call", "proxmox_guest_start", "proxmox"), []);
  await Deno.remove(path);
});

Deno.test("fish completes commands, options, tools and clients", needs("fish"), async () => {
  const path = await completionsOf("fish");
  const complete = async (line: string): Promise<string[]> =>
    (await shell("fish", `source ${path}; complete -C '${line}'`))
      .map((each) => each.split("\t")[0] ?? "");
  await assertCompletes((...words) => complete(`proxmox-mcp ${words.join(" ")}`));
  await Deno.remove(path);
});

Deno.test("zsh completes commands, options, tools and clients", needs("zsh"), async () => {
  const path = await completionsOf("zsh");
  // Stands in for zsh's completion widgets, which need a terminal: it prints what they would offer.
  const complete = (...words: string[]): Promise<string[]> =>
    shell(
      "zsh",
      `compdef() { :; }
       compadd() { [[ $1 == -- ]] && shift; print -l -- \${(M)@:#$words[CURRENT]*}; }
       _describe() { local -a all; all=(\${(P)2}); print -l -- \${(M)\${all%%:*}:#$words[CURRENT]*}; }
       source ${path}
       words=(proxmox-mcp ${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${
        words.length + 1
      }
       _proxmox_mcp`,
    );
  await assertCompletes(complete);
  await Deno.remove(path);
});

Deno.test("the log goes to stderr and names operations as Proxmox VE does", async () => {
  const args = ["call", "guest_status", "vmid=web01", "--demo"];
  const { code, stdout, stderr } = await runLines(start(args, { PROXMOX_LOG_LEVEL: "debug" }), []);
  assertEquals(code, 0);
  assert(stdout.startsWith(`${MARKS.done}web01 (100)`), stdout);
  assertMatch(
    stderr,
    /^DEBUG pve: GET \/nodes\/\{node\}\/qemu\/\{vmid\}\/status\/current took \d+ ms$/m,
  );
});

Deno.test("audit verify tells of a log whether its chain is whole, where not, and what it ends with", async () => {
  const path = await Deno.makeTempFile();
  const audit = fileAuditLog(path, () => 0);
  for (const action of ["one", "two"]) {
    await audit.write({ phase: "before", tool: "test", action, target: "" });
  }
  audit.close();
  const verify = (...args: string[]): Promise<Ended> =>
    runLines(start(["audit", "verify", path, ...args], {}, { read: path }), []);
  const text = await Deno.readTextFile(path);
  const hash = JSON.parse(text.split("\n")[1]!).hash;
  const whole = await verify("--expect", hash);
  assertEquals([whole.code, whole.stderr], [0, ""]);
  assertEquals(whole.stdout, `2 lines; the last is number 2, hash ${hash}\nThe chain is whole\n`);
  const other = "0".repeat(64);
  const unknown = await verify("--expect", other);
  assertEquals(unknown.code, 1);
  assertStringIncludes(unknown.stdout, `✖ No line has the hash ${other}`);
  await Deno.writeTextFile(path, text.replace("one", "all"));
  const broken = await verify();
  assertEquals(broken.code, 1);
  assertStringIncludes(broken.stdout, `✖ ${path}, line 1: was changed`);
  await Deno.remove(path);
});
