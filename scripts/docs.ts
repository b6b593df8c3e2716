/**
 * Writes the generated parts of the documentation and of the skills, from the definitions that the
 * program itself uses. `--check` writes nothing and fails when one of them is stale.
 *
 * @module
 */
import { clientParts } from "./docs/clients.ts";
import { commandsPage } from "./docs/commands.ts";
import { effectsPage } from "./docs/effects.ts";
import { installLinks } from "./docs/links.ts";
import { completed, type Parts } from "./docs/marked.ts";
import { meaningsTable } from "./docs/migrating.ts";
import { peopleSchemaFile } from "./docs/people_schema.ts";
import { publishedPart } from "./docs/published.ts";
import { referenceFiles } from "./docs/references.ts";
import { closedActions, grantCommands, rolesTable } from "./docs/roles.ts";
import { settingsByGroup } from "./docs/settings.ts";
import { SCHEMA_PATH, settingsSchema } from "./docs/settings_schema.ts";
import { countsTable, toolsPage } from "./docs/tools.ts";
import { writeGenerated } from "./generated.ts";
import { UNPUBLISHED } from "./project.ts";

const grants = grantCommands("guest", { user: "mcp@pve", token: "mcp", changes: true });

/** Pages that a person writes, and their generated parts. */
const PAGES: Readonly<Record<string, Parts>> = {
  "README.md": { links: installLinks(), tools: countsTable() },
  "docs/README.ko.md": {},
  "docs/clients.md": clientParts(),
  "docs/configuration.md": { settings: settingsByGroup() },
  "docs/getting-started.md": {},
  "docs/install.md": {},
  "docs/migrating.md": { meanings: meaningsTable() },
  "docs/security.md": {
    roles: rolesTable(),
    grants: `\`\`\`sh\n${grants}\n\`\`\``,
    closed: closedActions(),
  },
};

await writeGenerated([
  { path: "docs/TOOLS.md", text: toolsPage() },
  { path: "docs/commands.md", text: await commandsPage() },
  { path: "docs/effects.md", text: effectsPage() },
  { path: "docs/people.schema.json", text: peopleSchemaFile() },
  { path: SCHEMA_PATH, text: settingsSchema() },
  ...await Promise.all(
    Object.entries(PAGES).map(([path, parts]) =>
      completed(path, { ...publishedPart(path, UNPUBLISHED), ...parts })
    ),
  ),
  ...await referenceFiles(),
], { check: Deno.args.includes("--check") });
