/** What contributors and GitHub read names what is there. */
import config from "../../deno.json" with { type: "json" };
import { OWNER, REPOSITORY, ROOT } from "../../scripts/project.ts";
import { assert, assertEquals } from "../assert.ts";
import { parse } from "../yaml.ts";

const PAGES = [
  "AGENTS.md",
  "CONTRIBUTING.md",
  "docs/adding-a-tool.md",
  "docs/architecture.md",
  "docs/decisions.md",
];
/** A method of MCP, which looks like a path of ours. */
const NO_PATH = "tools/list";
const FORMS = ["bug.yml", "feature.yml"];

function read(path: string): string {
  return Deno.readTextFileSync(ROOT + path);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(ROOT + path);
    return true;
  } catch {
    return false;
  }
}

function foldersIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(ROOT + folder)).filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name);
}

/** The first code block below a heading. */
function blockBelow(heading: string): string {
  const text = read("docs/architecture.md");
  const [, block = ""] = /^```text\n([^]*?)^```/m.exec(text.slice(text.indexOf(heading))) ?? [];
  return block;
}

/** What stands at the start of the lines of the layout. */
function layoutPaths(): string[] {
  return blockBelow("## Layout").split("\n").flatMap((line) =>
    /^(\S+(?: \S+)*?)(?: {2,}|$)/.exec(line)?.[1]?.split(" ") ?? []
  ).filter((path) => path !== "");
}

/** Paths of this checkout in a page; NAME and the like stand for any name, so their folder counts. */
function pathsIn(page: string): string[] {
  const quoted = [...read(page).matchAll(/`((?:\.?[\w-]+\/)+[\w.-]*)`/g)]
    .map(([, path = ""]) => path)
    .filter((path) => path !== NO_PATH && foldersIn("").includes(path.split("/")[0]!));
  const all = page === "docs/architecture.md" ? [...layoutPaths(), ...quoted] : quoted;
  return all.map((path) => path.replace(/\/[^/]*[A-Z]{3}.*$/, "/"));
}

for (const page of PAGES) {
  Deno.test(`every file and folder that ${page} names exists`, () => {
    const paths = pathsIn(page);
    assert(paths.length > 1, "No path was found in it");
    assertEquals(paths.filter((path) => !exists(path)), []);
  });
}

Deno.test("docs/architecture.md has every folder of src/ in its layout and in the order of imports", () => {
  const folders = foldersIn("src").sort();
  const inLayout = layoutPaths().flatMap((path) => /^src\/(\w+)\//.exec(path)?.[1] ?? []);
  assertEquals([...new Set(inLayout)].sort(), folders);
  const inOrder = blockBelow("### The order of imports").trim().split(" < ");
  assertEquals([...inOrder, "apps", "simulator", "tools"].sort(), folders);
});

Deno.test("the glossary explains each word once", () => {
  const text = read("docs/architecture.md");
  const glossary = text.slice(text.indexOf("## Glossary"), text.indexOf("## A tool"));
  const words = [...glossary.matchAll(/^\| ([a-z][^|]*?) *\|/gim)].slice(1)
    .flatMap(([, entry = ""]) => entry.split(", "));
  assert(words.length >= 20, `${words.length} words`);
  assertEquals(words.length, new Set(words).size);
});

Deno.test("AGENTS.md is one page", () => {
  const lines = read("AGENTS.md").trimEnd().split("\n").length;
  assert(lines <= 80, `${lines} lines`);
});

Deno.test("CODEOWNERS names what exists, and owners of this project", () => {
  const lines = read(".github/CODEOWNERS").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of lines) {
    const [path = "", ...owners] = line.split(/ +/);
    assert(path === "*" || (path.startsWith("/") && exists(path.slice(1))), `${path} is not there`);
    assert(owners.length > 0, `${path} has no owner`);
    for (const owner of owners) assert(owner.startsWith(`@${OWNER}/`), owner);
  }
});

interface FormElement {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly FormElement[];
}

for (const name of FORMS) {
  Deno.test(`the issue form ${name} is one that GitHub takes`, () => {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as Form;
    assert(form.name.length > 3 && form.description.length > 3);
    const asking = form.body.filter(({ type }) => type !== "markdown");
    for (const { type, id, attributes } of asking) {
      assert(["textarea", "input", "checkboxes", "dropdown"].includes(type), type);
      assert(/^[\w-]+$/.test(id ?? ""), `${attributes.label} has no id`);
      assertEquals(typeof attributes.label, "string", id);
    }
    const ids = asking.map(({ id }) => id);
    assertEquals(ids.length, new Set(ids).size);
    for (const { type, attributes } of form.body) {
      if (type === "markdown") assertEquals(typeof attributes.value, "string");
    }
  });
}

Deno.test("issue forms and their chooser are all that is in their folder, and lead into this repository", () => {
  const folder = ".github/ISSUE_TEMPLATE/";
  const names = Array.from(Deno.readDirSync(ROOT + folder), ({ name }) => name).sort();
  assertEquals(names, [...FORMS, "config.yml"].sort());
  const chooser = parse(read(`${folder}config.yml`)) as {
    readonly contact_links: readonly Readonly<Record<"name" | "url" | "about", string>>[];
  };
  for (const { url } of chooser.contact_links) assert(url.startsWith(`${REPOSITORY}/`), url);
  for (const name of names) {
    for (
      const [url, path] of read(folder + name).matchAll(
        /https:[^\s)]*?(?:\/main\/([^\s)]+)|(?=[\s)]))/g,
      )
    ) {
      assert(url.startsWith(`${REPOSITORY}/`), url);
      assert(path === undefined || exists(path), `${url} leads nowhere`);
    }
  }
});

Deno.test("the development container installs what tests need, by files and tasks that exist", () => {
  const container = JSON.parse(read(".devcontainer/devcontainer.json")) as Readonly<
    Record<"image" | "onCreateCommand" | "updateContentCommand", string>
  >;
  const commands = `${container.onCreateCommand} ${container.updateContentCommand}`;
  assert(commands.includes(".ci/packages") && exists(".ci/packages"));
  assert(commands.includes(`deno@${read(".dvmrc").trim()}`));
  for (const [, task = ""] of commands.matchAll(/deno task (\w+)/g)) {
    assert(task in config.tasks, task);
  }
});

Deno.test(".editorconfig has the line width of deno fmt", () => {
  assert(read(".editorconfig").includes(`max_line_length = ${config.fmt.lineWidth}\n`));
});
