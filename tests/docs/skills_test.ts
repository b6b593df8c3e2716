/** The skills have the form that agentskills.io asks for, and their references are complete. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { REFERENCES } from "../../scripts/docs/references.ts";
import { toolsOf } from "../../scripts/docs/tools.ts";
import { ROOT } from "../../scripts/project.ts";
import { CATEGORIES } from "../../src/tool/categories.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { frontmatterOf } from "./frontmatter.ts";

const KEYS = ["name", "description", "license", "compatibility", "metadata", "allowed-tools"];
const SKILLS = Array.from(Deno.readDirSync(`${ROOT}skills`), ({ name }) => name).sort();
const MAX_LINES = 500;
const MAX_TOKENS = 5_000;

function read(path: string): string {
  return Deno.readTextFileSync(`${ROOT}skills/${path}`);
}

function filesOf(skill: string): string[] {
  return Array.from(Deno.readDirSync(`${ROOT}skills/${skill}/references`), (entry) => {
    assert(entry.isFile, `${skill}/references/${entry.name} is a level too deep`);
    return entry.name;
  }).sort();
}

Deno.test("there are the two skills that the plugin speaks of", () => {
  assertEquals(SKILLS, ["proxmox-admin", "proxmox-mcp-tools"]);
});

for (const skill of SKILLS) {
  const text = read(`${skill}/SKILL.md`);

  Deno.test(`${skill} has the frontmatter of an Agent Skill`, () => {
    const { data } = frontmatterOf(text, skill);
    for (const key of Object.keys(data)) assert(KEYS.includes(key), `Unknown key: ${key}`);
    assertEquals(data.name, skill);
    assertMatch(skill, /^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$/);
    const description = String(data.description);
    assert(description.length > 0 && description.length <= 1024, `${description.length} long`);
    assertMatch(description, /\bUse (it|this)\b/);
    assert(!/[<>]/.test(description), "The description has markup");
    assert(String(data.compatibility).length <= 500);
  });

  Deno.test(`${skill} is short enough to be read as a whole`, () => {
    const lines = text.split("\n").length;
    const tokens = countTokens(text);
    assert(lines < MAX_LINES, `${lines} lines`);
    assert(tokens < MAX_TOKENS, `${tokens} tokens`);
  });

  Deno.test(`${skill} says of every reference when to read it`, () => {
    const rows = [
      ...text.matchAll(/^\| \[[^\]]+\]\(references\/([\w-]+\.md)\)\s*\| (.+?)\s*\|$/gm),
    ];
    const named = rows.map(([, file = ""]) => file).sort();
    assertEquals(named, filesOf(skill));
    for (const [, file, when = ""] of rows) assert(when.length > 20, `${file}: ${when}`);
  });
}

Deno.test("the references have every tool, each in the file of its domain", () => {
  const covered = Object.values(REFERENCES).flat().sort();
  assertEquals(covered, Object.keys(CATEGORIES).sort());
  assertEquals(
    filesOf("proxmox-mcp-tools"),
    Object.keys(REFERENCES).map((it) => `${it}.md`).sort(),
  );
  for (const [file, categories] of Object.entries(REFERENCES)) {
    const text = read(`proxmox-mcp-tools/references/${file}.md`);
    for (const { tool } of categories.flatMap(toolsOf)) {
      assert(text.includes(`### ${tool.name}\n`), `${file}.md lacks ${tool.name}`);
    }
  }
});

Deno.test("every reference has notes of its own before what is generated", () => {
  for (const file of filesOf("proxmox-mcp-tools")) {
    const text = read(`proxmox-mcp-tools/references/${file}`);
    const [notes = ""] = text.split("<!-- tools:begin -->");
    assertMatch(notes, /^# .+\n\n[\s\S]+## Notes\n\n[\s\S]{200,}/, file);
  }
});
