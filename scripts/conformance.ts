/**
 * Holds the server against the MCP project's own tools, on the embedded Proxmox VE: the conformance
 * suite of either revision over HTTP, the Inspector over stdio and HTTP.
 *
 * `--entry FILE` tries a bundle in place of main.ts.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeOut } from "../src/base/process/console.ts";
import { countMet, differences, readResults } from "./conformance/results.ts";
import { UNMET } from "./conformance/unmet.ts";
import { npmTool } from "./npm_tools.ts";
import { ROOT } from "./project.ts";
import { run } from "./run.ts";
import { served, STRICT } from "./served.ts";

/** Scenarios of MCP 2025-11-25 that hold for any server; the others want tools made for them. */
const SCENARIOS = [
  "server-initialize",
  "ping",
  "tools-list",
  "resources-list",
  "prompts-list",
  "dns-rebinding-protection",
  "server-sse-multiple-streams",
];
/** The revision without sessions, of which all is tried, and what is not met is named (unmet.ts). */
const STATELESS = "2026-07-28";
/** What the Inspector asks, and what its answer holds. */
const QUESTIONS: readonly (readonly [args: readonly string[], expected: string])[] = [
  [["--method", "tools/list", "--strict"], '"proxmox_guest_list"'],
  [["--method", "tools/call", "--tool-name", "proxmox_guest_list"], "web01"],
  [["--method", "resources/read", "--uri", "proxmox://guest/web01"], "# web01 (100)"],
  [
    ["--method", "prompts/get", "--prompt-name", "diagnose_guest", "--prompt-args", "guest=web01"],
    "Find out what is wrong with web01",
  ],
];
/** Forms of the tool list beside the usual one. */
const FORMS = ["PROXMOX_TOOLSETS=compact", "PROXMOX_READ_ONLY=true"];
const TOKEN = "the-token-of-the-inspector";

const { values } = parseArgs({ options: { entry: { type: "string" } } });
const entry = resolve(values.entry ?? `${ROOT}main.ts`);
const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-conformance-" });
const deno = Deno.execPath();

async function conformance(url: string): Promise<void> {
  for (const scenario of SCENARIOS) {
    const args = ["server", "--url", url, "--scenario", scenario];
    const { stdout } = await run(deno, [...npmTool("conformance"), ...args], { cwd: folder });
    if (!/\b0 failed, 0 warnings/.test(stdout)) throw new Error(`${scenario} failed:\n${stdout}`);
    writeOut(`conformance ${scenario}: ok`);
  }
}

async function requirements(url: string): Promise<void> {
  const output = `${folder}/requirements`;
  const args = ["server", "--url", url, "--requirements", STATELESS, "--output-dir", output];
  await run(deno, [...npmTool("conformance-2026"), ...args], { cwd: folder, mayFail: true });
  const results = await readResults(output);
  const wrong = differences(results, UNMET);
  if (wrong.length > 0) throw new Error(`Conformance to ${STATELESS}:\n${wrong.join("\n")}`);
  writeOut(`conformance ${STATELESS}: ${countMet(results)} checks ok, what is not is named`);
}

async function inspect(
  name: string,
  target: readonly string[],
  question: readonly string[],
  expected: string,
): Promise<void> {
  const { stdout, stderr } = await run(
    deno,
    [...npmTool("inspector"), "--cli", ...target, ...question, "--quiet"],
    {
      cwd: folder,
      env: {
        MCP_CATALOG_PATH: `${folder}/catalog.json`,
        MCP_CLIENT_CONFIG_PATH: `${folder}/client.json`,
      },
    },
  );
  if (!stdout.includes(expected)) {
    throw new Error(`Expected "${expected}" of ${question.join(" ")}, got:\n${stdout}${stderr}`);
  }
  writeOut(`inspector over ${name}, ${question[1]}: ok`);
}

try {
  await served(entry, ["--without-token"], {}, async (url) => {
    await conformance(url);
    await requirements(url);
  });
  const stdio = [deno, ...STRICT, entry, "--demo"];
  await served(entry, [], { PROXMOX_HTTP_TOKEN: TOKEN }, async (url) => {
    const http = [url, "--transport", "http", "--header", `Authorization: Bearer ${TOKEN}`];
    for (const [question, expected] of QUESTIONS) {
      await inspect("stdio", stdio, question, expected);
      await inspect("HTTP", http, question, expected);
    }
  });
  for (const form of FORMS) {
    const list = ["--method", "tools/list", "--strict"];
    await inspect(`stdio with ${form}`, ["-e", form, ...stdio], list, '"proxmox_api_search"');
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
