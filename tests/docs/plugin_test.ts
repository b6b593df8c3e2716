/** The plugins and the extension: their manifests, and that their server starts. */
import config from "../../deno.json" with { type: "json" };
import { PROGRAM, REPOSITORY, ROOT } from "../../scripts/project.ts";
import type { SettingName } from "../../src/config/names.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { Client } from "../../src/mcp/sdk_client.ts";
import { StdioClientTransport } from "../stdio_client.ts";
import codexServers from "../../.codex-plugin/mcp.json" with { type: "json" };
import codex from "../../.codex-plugin/plugin.json" with { type: "json" };
import gemini from "../../gemini-extension.json" with { type: "json" };
import marketplace from "../../.claude-plugin/marketplace.json" with { type: "json" };
import plugin from "../../.claude-plugin/plugin.json" with { type: "json" };
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";

interface Option {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string | boolean;
  readonly sensitive?: boolean;
}

const OPTIONS = Object.entries(plugin.userConfig) as [string, Option][];
const { pve } = plugin.mcpServers;
const ENV = Object.entries(pve.env);

Deno.test("the plugin's manifest has what Claude Code asks for, and the project's version", () => {
  assertMatch(plugin.name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
  assertEquals(plugin.version, config.version);
  assertEquals(plugin.repository, REPOSITORY);
  assertEquals(plugin.license, config.license);
  const known = [
    ...["name", "version", "description", "author", "homepage", "repository", "license"],
    ...["keywords", "agents", "mcpServers", "userConfig"],
  ];
  assertEquals(Object.keys(plugin).filter((key) => !known.includes(key)), []);
});

Deno.test("the plugin names all subagents, which stand where Gemini CLI does not read them", () => {
  const agents = Array.from(Deno.readDirSync(`${ROOT}subagents`), ({ name }) => name).sort();
  assertEquals(plugin.agents, agents.map((name) => `./subagents/${name}`));
  assertThrows(() => Deno.statSync(`${ROOT}agents`), Deno.errors.NotFound);
});

Deno.test("the plugin for Codex and the extension for Gemini CLI are the same plugin", () => {
  for (const manifest of [codex, gemini]) {
    assertEquals([manifest.name, manifest.version], [plugin.name, config.version]);
    assertStringIncludes(manifest.description, "the proxmox-mcp server");
  }
  assertEquals(
    [codex.repository, codex.homepage, codex.license, codex.keywords],
    [plugin.repository, plugin.homepage, plugin.license, plugin.keywords],
  );
  for (const path of [codex.skills, codex.mcpServers]) Deno.statSync(ROOT + path);
  assertEquals(Object.keys(codexServers.mcpServers), Object.keys(plugin.mcpServers));
  assertEquals(Object.keys(gemini.mcpServers), Object.keys(plugin.mcpServers));
});

Deno.test("all start the same server, each from its own folder", () => {
  const ofCodex = codexServers.mcpServers.pve;
  const ofGemini = gemini.mcpServers.pve;
  const start = (args: readonly string[], main: string): string[] => {
    assertEquals(args.at(-1), main);
    return args.slice(0, -1);
  };
  const expected = start(pve.args, "${CLAUDE_PLUGIN_ROOT}/main.ts");
  assertEquals(start(ofCodex.args, "main.ts"), expected);
  assertEquals(ofCodex.cwd, ".");
  assertEquals(start(ofGemini.args, "${extensionPath}${/}main.ts"), expected);
  assertEquals([ofCodex.command, ofGemini.command], [pve.command, pve.command]);
});

Deno.test("all take the same settings, and none holds what its client does not fill in", () => {
  const names = ENV.map(([name]) => name);
  assertEquals(codexServers.mcpServers.pve.env_vars, names);
  assertEquals(gemini.settings.map(({ envVar }) => envVar), names);
  for (const [index, { name, description, sensitive = false }] of gemini.settings.entries()) {
    const option = OPTIONS[index]?.[1];
    assertEquals([name, description], [option?.title, option?.description]);
    assertEquals(sensitive, option?.sensitive ?? false);
  }
  assert(!JSON.stringify([codex, codexServers]).includes("${"));
});

Deno.test("the marketplace is the repository itself, with this plugin", () => {
  assertEquals(marketplace.name, PROGRAM);
  assert(marketplace.owner.name.length > 0);
  assertEquals(marketplace.plugins.map(({ name, source }) => [name, source]), [
    [plugin.name, "./"],
  ]);
});

Deno.test("every option has a title and a description, and only the secret is sensitive", () => {
  const known = ["type", "title", "description", "required", "default", "sensitive"];
  for (const [key, option] of OPTIONS) {
    assertMatch(key, /^[a-z_]+$/);
    assert(["string", "boolean"].includes(option.type), key);
    assert(option.title.length > 0 && option.description.length > 10, key);
    assertEquals(Object.keys(option).filter((each) => !known.includes(each)), []);
    assertEquals(option.required === true || option.default !== undefined, true, key);
    assertEquals(option.sensitive === true, key === "token_value", key);
  }
});

Deno.test("every option becomes one setting that exists, secrets to secrets", () => {
  const used = ENV.map(([name, value]) => {
    const [, key = ""] = /^\$\{user_config\.(\w+)\}$/.exec(value) ?? [];
    const setting = name.replace(/^PROXMOX_/, "") as SettingName;
    assert(setting in SETTINGS, name);
    const { sensitive = false } = OPTIONS.find(([each]) => each === key)?.[1] ?? {};
    assertEquals("secret" in SETTINGS[setting], sensitive, name);
    return key;
  });
  assertEquals(used.toSorted(), OPTIONS.map(([key]) => key).sort());
});

Deno.test("the plugin's server may do what its options need, and no more", () => {
  const options = pve.args.filter((each) => each.startsWith("-") && each !== "-y");
  const needed = ["--no-prompt", "--allow-net", "--allow-env=PROXMOX_*", "--ignore-env"];
  assertEquals(options, needed);
  assertEquals(ENV.filter(([name]) => /_(FILE|PATH|CERT|DIR|LOG)$/.test(name)), []);
});

Deno.test("changes are off until somebody turns them on", () => {
  assertEquals(plugin.userConfig.allow_elevated.default, false);
});

Deno.test("the plugin's server starts from any folder, with its options left at their defaults", async () => {
  const [yes, deno, ...args] = pve.args;
  assertEquals([pve.command, yes], ["npx", "-y"]);
  assertEquals(deno, `deno@${Deno.readTextFileSync(`${ROOT}.dvmrc`).trim()}`);
  const given: Readonly<Record<string, string>> = {
    host: "pve1.invalid",
    token_value: "11111111-2222-3333-4444-555555555555",
  };
  const values = Object.fromEntries(
    OPTIONS.map(([key, option]) => [key, given[key] ?? String(option.default)]),
  );
  const fill = (text: string): string =>
    text.replace("${CLAUDE_PLUGIN_ROOT}/", ROOT)
      .replace(/\$\{user_config\.(\w+)\}/g, (_, key: string) => values[key] ?? "");
  const inherited = ["PATH", "HOME", "DENO_DIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const elsewhere = await Deno.makeTempDir();
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({
      command: Deno.execPath(),
      args: args.map(fill),
      env: Object.fromEntries([...inherited, ...ENV.map(([name, value]) => [name, fill(value)])]),
      cwd: elsewhere,
      stderr: "ignore",
    }),
  );
  const { tools } = await client.listTools();
  await client.close();
  await Deno.remove(elsewhere);
  assert(tools.some(({ name }) => name === "proxmox_guest_list"));
});
