/**
 * Prepares a release in one step: writes its version wherever there is one, turns what is unreleased
 * in CHANGELOG.md into it, and writes anew what is generated of them.
 *
 * `VERSION`, `--date YYYY-MM-DD` (today). What is left to do is to read the difference, to commit
 * it, and to push its tag.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { writeOut } from "../src/base/process/console.ts";
import { withRelease } from "./changelog.ts";
import { IMAGE, ROOT, VERSION } from "./project.ts";
import { run } from "./run.ts";

/** Files with the version, and how it stands in them. */
const VERSIONED: Readonly<Record<string, (version: string) => string>> = {
  "deno.json": inJson,
  "mcpb/manifest.json": inJson,
  ".claude-plugin/plugin.json": inJson,
  ".codex-plugin/plugin.json": inJson,
  "gemini-extension.json": inJson,
  "packaging/container/compose.yaml": (version) => `${IMAGE}:${version}`,
  "packaging/container/kubernetes.yaml": (version) => `${IMAGE}:${version}`,
};
/** Tasks that generate files which have it, too. */
const GENERATORS = ["formula", "server-json", "docs"];

function inJson(version: string): string {
  return `"version": "${version}"`;
}

async function rewrite(path: string, change: (text: string) => string): Promise<void> {
  const text = await Deno.readTextFile(ROOT + path);
  const changed = change(text);
  if (changed === text) throw new TypeError(`Cannot find the version ${VERSION} in ${path}`);
  await Deno.writeTextFile(ROOT + path, changed);
}

if (import.meta.main) {
  const { values, positionals: [version = ""] } = parseArgs({
    args: Deno.args,
    options: { date: { type: "string" } },
    allowPositionals: true,
  });
  if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) {
    throw new TypeError(`Expected a version such as 1.2.3, got "${version}"`);
  }
  const date = values.date ?? new Date().toISOString().slice(0, 10);
  await rewrite("CHANGELOG.md", (text) => withRelease(text, version, date));
  if (version !== VERSION) {
    for (const [path, form] of Object.entries(VERSIONED)) {
      await rewrite(path, (text) => text.replace(form(VERSION), form(version)));
    }
  }
  for (const task of GENERATORS) await run(Deno.execPath(), ["task", task], { cwd: ROOT });
  writeOut(`Prepared ${version}. Read the difference, commit it, and push the tag v${version}.`);
}
