/**
 * Writes the generated parts of the documentation and of the skills, from the definitions that the
 * program itself uses. `--check` writes nothing and fails when one of them is stale.
 *
 * @module
 */
import { commandsPage } from "./docs/commands.ts";
import { claudeDesktopBlock, cursorBlock, installLinks, vscodeBlock } from "./docs/links.ts";
import { completed } from "./docs/marked.ts";
import { referenceFiles } from "./docs/references.ts";
import { closedActions, grantCommands, rolesTable } from "./docs/roles.ts";
import { settingsByGroup, settingsTable } from "./docs/settings.ts";
import { countsTable, toolsPage } from "./docs/tools.ts";
import { writeGenerated } from "./generated.ts";

const grants = grantCommands("guest", { user: "mcp@pve", token: "mcp", changes: true });

await writeGenerated([
  { path: "docs/TOOLS.md", text: toolsPage() },
  { path: "docs/commands.md", text: await commandsPage() },
  await completed("README.md", {
    links: installLinks(),
    "claude-desktop": claudeDesktopBlock(),
    cursor: cursorBlock(),
    vscode: vscodeBlock(),
    settings: settingsTable(),
    tools: countsTable(),
  }),
  await completed("docs/configuration.md", { settings: settingsByGroup() }),
  await completed("docs/security.md", {
    roles: rolesTable(),
    grants: `\`\`\`sh\n${grants}\n\`\`\``,
    closed: closedActions(),
  }),
  ...await referenceFiles(),
], { check: Deno.args.includes("--check") });
