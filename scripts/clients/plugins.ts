/**
 * The plugins for Claude Code and Codex and the extension for Gemini CLI, held against the programs
 * that install them.
 *
 * @module
 */
import extension from "../../gemini-extension.json" with { type: "json" };
import marketplace from "../../.claude-plugin/marketplace.json" with { type: "json" };
import { mustRun, type Surroundings } from "./programs.ts";

const PLUGIN = marketplace.plugins[0]?.name;
const [SERVER = ""] = Object.keys(extension.mcpServers);

/** What Gemini says on stderr of any extension. */
const GEMINI_SAYS = /^$|^You have consented |^The extension you are about |linked successfully/;

function mustBe(right: boolean, what: string, got: string): void {
  if (!right) throw new Error(`${what}:\n${got}`);
}

/** Claude Code finds nothing wrong with the marketplace and its plugin. */
export async function checkClaude(source: string, where: Surroundings): Promise<void> {
  await mustRun("claude", ["plugin", "validate", "--strict", source], where);
}

/** Codex installs the plugin, and leaves nothing in its server that it does not fill in. */
export async function checkCodex(source: string, where: Surroundings): Promise<void> {
  await mustRun("codex", ["plugin", "marketplace", "add", source], where);
  await mustRun("codex", ["plugin", "add", `${PLUGIN}@${marketplace.name}`], where);
  const { stdout } = await mustRun("codex", ["mcp", "get", "--json", SERVER], where);
  mustBe(!stdout.includes("${"), "Codex starts the server with what it does not fill in", stdout);
  const { transport } = JSON.parse(stdout) as { readonly transport: { readonly cwd: string } };
  await Deno.stat(`${transport.cwd}/main.ts`);
}

/** Gemini CLI asks for all settings and reads the whole extension without a complaint. */
export async function checkGemini(source: string, where: Surroundings): Promise<void> {
  // The secret first, as Gemini does.
  const settings = extension.settings.toSorted((a, b) =>
    Number(b.sensitive ?? false) - Number(a.sensitive ?? false)
  );
  const linked = await mustRun("gemini", ["extensions", "link", "--consent", source], {
    ...where,
    answers: settings.map(({ description, envVar }) => [description, envVar] as const),
  });
  const complaints = linked.stderr.split("\n").filter((line) => !GEMINI_SAYS.test(line));
  mustBe(complaints.length === 0, "Gemini complains of the extension", linked.stderr);
  const listed = await mustRun("gemini", ["extensions", "list", "-o", "json"], where);
  // Without a terminal the list goes to stderr too; a complaint in it is no JSON.
  const list = JSON.parse(listed.stdout + listed.stderr) as { readonly name: string }[];
  mustBe(list.some(({ name }) => name === extension.name), "Not listed", listed.stderr);
}
