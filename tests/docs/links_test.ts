/** Links in the documents lead somewhere. */
import { dirname, normalize } from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { assert, assertEquals } from "../assert.ts";
import { DOCUMENTS } from "./documents.ts";

const OTHERS = [
  "AGENTS.md",
  "CHANGELOG.md",
  "CODE_OF_CONDUCT.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ".github/pull_request_template.md",
];

function read(path: string): string {
  return Deno.readTextFileSync(ROOT + path);
}

/** A document without its blocks of code. */
function prose(text: string): string {
  return text.replace(/^\s*```[\s\S]*?^\s*```/gm, "");
}

/** What GitHub makes of a heading, to link to. */
function slug(heading: string): string {
  return heading.toLowerCase().replace(/[`*]/g, "").replace(/[^\p{L}\p{N} _-]/gu, "")
    .trim().replaceAll(" ", "-");
}

function anchorsOf(path: string): string[] {
  return [...prose(read(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => slug(heading));
}

for (const path of [...DOCUMENTS, ...OTHERS]) {
  Deno.test(`links in ${path} lead to files and headings that exist`, () => {
    for (const [, target = ""] of prose(read(path)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = "", anchor] = target.split("#");
      const to = file === "" ? path : normalize(`${dirname(path)}/${file}`);
      const { isFile } = Deno.statSync(ROOT + to);
      assert(isFile, `${target} is no file`);
      if (anchor) assert(anchorsOf(to).includes(anchor), `${to} has no heading #${anchor}`);
    }
  });
}

Deno.test("every page of docs/ is linked from the README or a page that it links", () => {
  const linked = (path: string): string[] =>
    [...read(path).matchAll(/\]\(([\w./-]+\.md)/g)]
      .map(([, target = ""]) => normalize(`${dirname(path)}/${target}`));
  const near = new Set(["README.md", ...linked("README.md")]);
  const far = new Set([...near].filter((path) => path.startsWith("docs/")).flatMap(linked));
  const pages = DOCUMENTS.filter((path) => path.startsWith("docs/"));
  assertEquals(pages.filter((path) => !near.has(path) && !far.has(path)), []);
});
