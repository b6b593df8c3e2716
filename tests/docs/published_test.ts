/** What nobody can have yet is marked as that wherever a document offers it. */
import { publishedPart } from "../../scripts/docs/published.ts";
import { completed } from "../../scripts/docs/marked.ts";
import { ROOT, UNPUBLISHED } from "../../scripts/project.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { DOCUMENTS } from "./documents.ts";

/** What a reader would run or open. */
const OFFERS =
  /install\.sh \| sh|brew install|scoop install|docker run|jsr:@|%3A%40proxmox-mcp|releases\/latest/;

for (const path of DOCUMENTS) {
  const text = Deno.readTextFileSync(ROOT + path);
  if (!OFFERS.test(text)) continue;
  Deno.test(`${path} says of what it offers whether it is published`, () => {
    const { published } = publishedPart(path, UNPUBLISHED);
    assert(published !== undefined, "It has no such line in scripts/docs/published.ts");
    assert(text.indexOf("<!-- published:begin -->") >= 0, "It has no marks");
    assert(text.indexOf("<!-- published:begin -->") < text.search(OFFERS), "The marks come late");
    if (published !== "") assertStringIncludes(text, published);
  });
}

Deno.test("the line names what is not published, and goes with the last of it", async () => {
  const { published = "" } = publishedPart("docs/install.md", ["jsr", "homebrew"]);
  assertStringIncludes(published, "JSR");
  assert(!published.includes("install.sh"), published);
  assertEquals(publishedPart("docs/install.md", []), { published: "" });
  assertEquals(publishedPart("docs/ssl.md", UNPUBLISHED), {});
  const { text } = await completed("docs/install.md", { published: "" });
  assertStringIncludes(text, "<!-- published:begin -->\n<!-- published:end -->");
});
