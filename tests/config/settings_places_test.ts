/**
 * Where a person meets a setting: each stands in what `config` prints, in what `doctor` says, in
 * the MCP bundle, in server.json and in the plugin, unless the table of settings marks it as not
 * for them.
 */
import manifest from "../../mcpb/manifest.json" with { type: "json" };
import plugin from "../../.claude-plugin/plugin.json" with { type: "json" };
import { serverJson } from "../../scripts/server_json.ts";
import { CLIENTS } from "../../src/cli/commands/client_configs.ts";
import { startedConfig } from "../../src/cli/commands/config.ts";
import type { Program } from "../../src/cli/commands/program.ts";
import { settingLines, settingsFindings } from "../../src/cli/commands/settings_findings.ts";
import { sourceOf } from "../../src/config/source.ts";
import type { Setting } from "../../src/config/setting.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { environment } from "../environment.ts";

const ALL = Object.entries<Setting>(SETTINGS);
/** Those that the forms ask for. */
const ASKED = ALL.filter(([, { field }]) => field !== null);
/** Without these nothing can be reached, and nothing can be proposed. */
const REQUIRED = ["HOST", "TOKEN_VALUE"];

/** What a form proposes for a setting, as text. */
function proposalFor(key: string, setting: Setting): string | undefined {
  if (REQUIRED.includes(key)) return undefined;
  return setting.proposed ?? setting.default ?? "";
}

interface Field {
  readonly title: string;
  readonly required?: boolean;
  readonly default?: string | boolean;
  readonly sensitive?: boolean;
}

const FORMS: Readonly<
  Record<string, readonly [Readonly<Record<string, Field>>, Readonly<Record<string, string>>]>
> = {
  "the MCP bundle": [manifest.user_config, manifest.server.mcp_config.env],
  "the plugin": [plugin.userConfig, plugin.mcpServers.pve.env],
};

for (const [form, [fields, env]] of Object.entries(FORMS)) {
  Deno.test(`${form} asks for each setting that has a field, and proposes what the rest does`, () => {
    assertEquals(
      Object.entries(env),
      ASKED.map(([key]) => [`PROXMOX_${key}`, `\${user_config.${key.toLowerCase()}}`]),
    );
    assertEquals(Object.keys(fields), ASKED.map(([key]) => key.toLowerCase()));
    for (const [key, setting] of ASKED) {
      const field = fields[key.toLowerCase()];
      assertEquals(field?.title, setting.field, key);
      assertEquals(field?.default?.toString(), proposalFor(key, setting), key);
      assertEquals(field?.required ?? false, REQUIRED.includes(key), key);
      assertEquals(field?.sensitive ?? false, setting.secret ?? false, key);
    }
  });
}

Deno.test("server.json asks for each setting that has a field, and proposes what the rest does", () => {
  const { packages } = JSON.parse(serverJson()) as {
    readonly packages: readonly {
      readonly environmentVariables: readonly Readonly<Record<string, unknown>>[];
    }[];
  };
  assert(packages.length > 0);
  for (const { environmentVariables } of packages) {
    assertEquals(
      environmentVariables.map((each) => [each.name, each.default, each.isRequired, each.isSecret]),
      ASKED.map(([key, setting]) => [
        `PROXMOX_${key}`,
        proposalFor(key, setting) || undefined,
        REQUIRED.includes(key),
        setting.secret ?? false,
      ]),
    );
  }
});

Deno.test("all forms propose a user of the server's own and a certificate that is pinned or trusted", () => {
  for (const { user, ssl_mode } of [manifest.user_config, plugin.userConfig]) {
    assertEquals([user.default, ssl_mode.default], ["mcp@pve", "verify"]);
  }
});

const PROGRAM: Program = {
  standalone: true,
  execPath: "/usr/bin/proxmox-mcp",
  denoVersion: "2.9.6",
  mainModule: "file:///proxmox-mcp.js",
};

/** The settings in what `config` prints for a client that takes JSON. */
function configured(given: Readonly<Record<string, string>>): Record<string, string> {
  const options = { demo: false, name: "proxmox" };
  const { snippet } = startedConfig(
    CLIENTS["claude-code"]!,
    PROGRAM,
    environment(given),
    options,
  );
  const { mcpServers } = JSON.parse(snippet) as {
    readonly mcpServers: Readonly<Record<string, { readonly env: Record<string, string> }>>;
  };
  return mcpServers.proxmox?.env ?? {};
}

Deno.test("config takes over each setting that is not marked as not for it, and no other", () => {
  for (const [key, { inConfig = true, secret = false }] of ALL) {
    const name = `PROXMOX_${key}`;
    const value = configured({ [name]: "given" })[name];
    assertEquals(value !== undefined, inConfig, name);
    if (inConfig && !secret) assertEquals(value, "given", name);
  }
});

Deno.test("config proposes what the forms propose", () => {
  const env = configured({});
  const proposed = ALL.flatMap(([key, each]) =>
    each.proposed === undefined ? [] : [[key, each.proposed]]
  );
  assert(proposed.length > 0);
  for (const [key, value] of proposed) assertEquals(env[`PROXMOX_${key}`], value, key);
});

Deno.test("doctor lists each setting that was given, a secret by its name alone", () => {
  for (const [key, { secret }] of ALL) {
    const name = `PROXMOX_${key}`;
    const lines = settingLines(sourceOf(environment({ [name]: "given" })));
    assertEquals(lines, [secret ? `${name} is set` : `${name}=given`]);
  }
});

Deno.test("doctor says of each setting where it is set, in the forms and elsewhere", () => {
  for (const [key, { field, group }] of ALL) {
    const name = `PROXMOX_${key}`;
    const [finding] = settingsFindings([`${name}: wrong`], "fail", environment({}));
    assertEquals([finding?.check, finding?.text], [name, "wrong"]);
    const place = group === "HTTP"
      ? "in the environment of the server"
      : 'in "env" of the client\'s configuration';
    assertStringIncludes(
      finding?.fix ?? "",
      `Set it in this shell (export ${name}=…), and ${place}`,
    );
    assertEquals(
      finding?.fix?.includes(`"${field}" in the settings of the plugin`),
      field !== null,
    );
  }
});

Deno.test("doctor names no form for a setting of one of several clusters, as forms have none", () => {
  const [finding] = settingsFindings(
    ["PROXMOX_LAB_SSL_MODE: wrong"],
    "fail",
    environment({ PROXMOX_CLUSTERS: "home,lab" }),
  );
  assertEquals(
    finding?.fix,
    'Set it in this shell (export PROXMOX_LAB_SSL_MODE=…), and in "env" of the client\'s configuration',
  );
});

Deno.test("doctor says of a file that cannot be used which it is, and how another one is named", () => {
  const variables = { PROXMOX_CONFIG: "/etc/mcp.json" };
  for (const files of [{}, { "/etc/mcp.json": "{ // none\n}" }]) {
    const lines = environment(variables, files).file?.problems ?? [];
    const [finding] = settingsFindings(lines, "fail", environment(variables, files));
    assertEquals(finding?.check, "PROXMOX_CONFIG");
    assertStringIncludes(
      finding?.fix ?? "",
      "Mend that file, or name another one in this shell (export PROXMOX_CONFIG=…)",
    );
  }
  const file = { "/etc/mcp.json": '{"port": 0, "host": "${HOST}"}' };
  const fixes = settingsFindings(["port: wrong", "host: x"], "fail", environment(variables, file))
    .map(({ fix }) => fix);
  assertEquals(fixes[0], "Set it in /etc/mcp.json");
  assertStringIncludes(fixes[1] ?? "", "write the value itself in /etc/mcp.json");
});

Deno.test("doctor says which client would have filled in a placeholder", () => {
  const fixOf = (value: string): string =>
    settingsFindings(
      ["PROXMOX_TOKEN_VALUE: wrong"],
      "fail",
      environment({ PROXMOX_TOKEN_VALUE: value }),
    )[0]?.fix ?? "";
  const filled = {
    "Claude Code": "${PROXMOX_TOKEN_VALUE}",
    Cursor: "${env:PROXMOX_TOKEN_VALUE}",
    "Gemini CLI": "$PROXMOX_TOKEN_VALUE",
    opencode: "{env:PROXMOX_TOKEN_VALUE}",
  };
  for (const [title, value] of Object.entries(filled)) {
    assertStringIncludes(fixOf(value), title);
  }
  assertStringIncludes(fixOf("${input:proxmox-token}"), "VS Code can fill in ${input:…}");
  assertStringIncludes(fixOf("${user_config.token_value}"), 'fill in "Token secret" there');
  assertStringIncludes(fixOf("%TOKEN%"), "No client is known to fill in %…%");
});
