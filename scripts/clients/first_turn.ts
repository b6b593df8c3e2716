/**
 * Each client, configured as `proxmox-mcp config` prints it, offers all tools to its model in its
 * first turn.
 *
 * @module
 */
import { dirname } from "node:path";
import { GATEWAY } from "../../src/tool/gateway_names.ts";
import { TOOLS } from "../../src/tools/manifest_gen.ts";
import { serveModelApi } from "./model_api.ts";
import { type ClientProgram, runClient } from "./programs.ts";

const TOOL_NAMES = [...TOOLS.map(({ tool }) => tool.name), GATEWAY.search, GATEWAY.call];
const KEY = "a-key-that-nobody-checks";

/** A client that can be pointed at another API of its model. */
interface Client {
  readonly program: ClientProgram;
  /** Where its configuration belongs, from its home. */
  readonly file: string;
  /** The printed configuration with what points it at the API, and keeps it to itself. */
  readonly configure: (printed: string, api: string) => string;
  readonly env: (api: string) => Readonly<Record<string, string>>;
  /** Arguments that ask it something. */
  readonly ask: readonly string[];
}

function withJson(printed: string, more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...more, ...JSON.parse(printed) as Record<string, unknown> });
}

/** By the name that `config` takes. */
const CLIENTS: Readonly<Record<string, Client>> = {
  "claude-code": {
    program: "claude",
    file: ".mcp.json",
    configure: (printed) => printed,
    // With its search for tools it offers their names alone, which the model then asks for.
    env: (api) => ({
      ANTHROPIC_BASE_URL: api,
      ANTHROPIC_API_KEY: KEY,
      ENABLE_TOOL_SEARCH: "false",
    }),
    ask: ["-p", "--mcp-config", ".mcp.json", "--strict-mcp-config", "--", "Hello"],
  },
  codex: {
    program: "codex",
    file: ".codex/config.toml",
    configure: (printed, api) =>
      `model = "gpt-5"
model_provider = "recorder"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.recorder]
name = "Recorder"
base_url = "${api}/v1"
env_key = "RECORDER_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
${printed}
`,
    env: () => ({ RECORDER_KEY: KEY }),
    ask: ["exec", "--skip-git-repo-check", "Hello"],
  },
  gemini: {
    program: "gemini",
    file: ".gemini/settings.json",
    configure: (printed) =>
      withJson(printed, {
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
        privacy: { usageStatisticsEnabled: false },
        security: { auth: { selectedType: "gemini-api-key" } },
      }),
    env: (api) => ({ GOOGLE_GEMINI_BASE_URL: api, GEMINI_API_KEY: KEY }),
    ask: [
      ...["--skip-trust", "--allowed-mcp-server-names=proxmox", "--model", "gemini-2.5-flash"],
      ...["--prompt", "Hello"],
    ],
  },
  opencode: {
    program: "opencode",
    file: ".config/opencode/opencode.json",
    configure: (printed, api) =>
      withJson(printed, {
        model: "recorder/model",
        small_model: "recorder/model",
        provider: {
          recorder: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${api}/v1`, apiKey: KEY },
            models: { model: {} },
          },
        },
      }),
    env: () => ({}),
    ask: ["run", "Hello"],
  },
};

/** The names of all clients that can be tried. */
export const TRIED: readonly string[] = Object.keys(CLIENTS);

/** Whether a client's name for a tool is that of ours, behind the prefix that the client puts. */
function isNameOf(tool: string, name: string): boolean {
  return name === tool || name.endsWith(`_${tool}`);
}

/**
 * Asks a client something.
 *
 * @param name The client, as `config` calls it.
 * @param printed What `config` prints for it.
 * @param env What the configuration takes from the environment.
 * @throws {Error} When the first request that offers tools lacks one of ours.
 */
export async function checkFirstTurn(
  name: string,
  printed: string,
  path: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const client = CLIENTS[name];
  if (!client) throw new TypeError(`Cannot find a way to try "${name}"`);
  const home = await Deno.makeTempDir({ prefix: "proxmox-mcp-client-" });
  await using api = serveModelApi();
  try {
    const file = `${home}/${client.file}`;
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, client.configure(printed, api.url));
    const { stdout, stderr } = await runClient(client.program, client.ask, {
      home,
      cwd: home,
      path,
      env: { ...client.env(api.url), ...env },
    });
    const offered = api.offered.find((names) => names.length > 0) ?? [];
    const missing = TOOL_NAMES.filter((tool) => !offered.some((each) => isNameOf(tool, each)));
    if (missing.length > 0) {
      throw new Error(
        `The first turn of ${name} lacks ${missing.length} of ${TOOL_NAMES.length} tools ` +
          `(${missing.slice(0, 3).join(", ")}, …):\n${stdout}${stderr}`,
      );
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
