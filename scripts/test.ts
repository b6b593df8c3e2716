/**
 * Runs the tests, and says at the end which were ignored for want of a program, and how to install
 * what is missing. Arguments go to `deno test`; files take the place of all tests. Types are left
 * to `deno check`.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { writeOut } from "../src/base/process/console.ts";
import { counted } from "../src/base/text/units.ts";
import { MISSING_PROGRAMS_FILE, PACKAGES, type Program } from "../tests/programs.ts";
import { ROOT } from "./project.ts";

/** Makes ignored tests a failure: for machines that have every program. */
const NONE_IGNORED = "--none-ignored";
/** An ignored test in the report; one that was filtered out has no time. */
const IGNORED = / time="[^>]*>\s*<skipped/g;
/** The report that tells how many tests were ignored; who runs the tests may want it, too. */
const REPORT = "--junit-path=";
/**
 * Folders of tests/ whose files run by themselves: they start other programs, or take long. The files
 * of every other folder share one module, as each module loads the program anew, which takes longer
 * than most tests.
 */
const APART = ["contract", "e2e", "faults", "fuzz", "install", "scripts", "ssh"];
/**
 * Its tests have a task of their own: what drives the browser looks for WSL below /proc/sys, which Deno
 * allows with all permissions alone.
 */
const BROWSER = "browser";
/** Modules at the same time: one more than processors, as some of them wait for programs. */
const DENO_JOBS = Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 1);
const PERMISSIONS = [
  ...["--allow-read", "--allow-write", "--allow-env", "--allow-run", "--allow-sys"],
  "--allow-net=127.0.0.1,localhost,[::1]",
];

/** One line on tests that were ignored. */
function ignoredLine(count: number, missing: readonly Program[]): string {
  const tests = counted(count, "test");
  if (missing.length === 0) return `${tests} ignored`;
  const packages = new Set(missing.map((program) => PACKAGES[program]).sort());
  return `${tests} ignored: missing ${missing.join(", ")}. ` +
    `To run them, on Debian: apt-get install ${[...packages].join(" ")}`;
}

/** Paths of the test files in a folder. */
async function* testFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* testFiles(`${folder}/${name}`);
    else if (name.endsWith("_test.ts")) yield `${folder}/${name}`;
  }
}

/** All test files, with a module in their place for those that share one. */
async function allFiles(folder: string): Promise<string[]> {
  const modules = new Map<string, string[]>();
  for await (const file of testFiles(`${ROOT}tests`)) {
    const [part = "", ...below] = file.slice(`${ROOT}tests/`.length).split("/");
    if (part === BROWSER) continue;
    const isApart = below.length === 0 || APART.includes(part);
    const module = isApart ? file : `${folder}/${part}_tests.ts`;
    modules.set(module, [...modules.get(module) ?? [], file]);
  }
  for (const [module, files] of modules) {
    if (files.includes(module)) continue;
    const lines = files.sort().map((file) => `import ${JSON.stringify(pathToFileURL(file))};\n`);
    await Deno.writeTextFile(module, lines.join(""));
  }
  return [...modules.keys()].sort();
}

/** Runs the tests; returns the exit code. */
async function runTests(args: readonly string[], folder: string): Promise<number> {
  const missingFile = `${folder}/missing`;
  await Deno.writeTextFile(missingFile, "");
  const own = args.filter((arg) => arg !== NONE_IGNORED);
  const wanted = own.find((arg) => arg.startsWith(REPORT));
  const report = wanted?.slice(REPORT.length) ?? `${folder}/report.xml`;
  const files = own.some((arg) => /^(\.\/)?tests\//.test(arg)) ? [] : await allFiles(folder);
  const inBrowser = own.some((arg) => arg.includes(`tests/${BROWSER}/`));
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "--no-check", "--no-prompt", "--quiet", "--parallel"],
      ...(wanted === undefined ? [`${REPORT}${report}`] : []),
      ...(inBrowser ? ["--allow-all"] : PERMISSIONS),
      ...own,
      ...files,
    ],
    env: { DENO_JOBS, [MISSING_PROGRAMS_FILE]: missingFile },
  }).spawn().status;
  const tests = await Deno.readTextFile(report).catch(() => "");
  const ignored = tests.match(IGNORED)?.length ?? 0;
  if (ignored === 0) return code;
  const missing = new Set((await Deno.readTextFile(missingFile)).split("\n").filter(Boolean));
  writeOut(ignoredLine(ignored, [...missing].sort() as Program[]));
  return args.includes(NONE_IGNORED) ? code || 1 : code;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    Deno.exitCode = await runTests(Deno.args, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
