/**
 * Runs the tests, and says at the end which were ignored for want of a program, and how to install
 * what is missing. Arguments go to `deno test`; files take the place of all tests.
 *
 * @module
 */
import { writeOut } from "../src/base/process/console.ts";
import { MISSING_PROGRAMS_FILE, PACKAGES, type Program } from "../tests/programs.ts";

/** Makes ignored tests a failure: for machines that have every program. */
const NONE_IGNORED = "--none-ignored";
/** An ignored test in the report; one that was filtered out has no time. */
const IGNORED = / time="[^>]*>\s*<skipped/g;
/** The report that tells how many tests were ignored; who runs the tests may want it, too. */
const REPORT = "--junit-path=";
const PERMISSIONS = [
  ...["--allow-read", "--allow-write", "--allow-env", "--allow-run", "--allow-sys"],
  "--allow-net=127.0.0.1,localhost,[::1]",
];

/** One line on tests that were ignored. */
export function ignoredLine(count: number, missing: readonly Program[]): string {
  const tests = count === 1 ? "1 test" : `${count} tests`;
  if (missing.length === 0) return `${tests} ignored`;
  const packages = new Set(missing.map((program) => PACKAGES[program]).sort());
  return `${tests} ignored: missing ${missing.join(", ")}. ` +
    `To run them, on Debian: apt-get install ${[...packages].join(" ")}`;
}

/** Runs the tests; returns the exit code. */
async function runTests(args: readonly string[], folder: string): Promise<number> {
  const missingFile = `${folder}/missing`;
  await Deno.writeTextFile(missingFile, "");
  const own = args.filter((arg) => arg !== NONE_IGNORED);
  const wanted = own.find((arg) => arg.startsWith(REPORT));
  const report = wanted?.slice(REPORT.length) ?? `${folder}/report.xml`;
  const files = own.some((arg) => /^(\.\/)?tests\//.test(arg)) ? [] : ["tests/"];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "--no-prompt", "--quiet", "--parallel"],
      ...(wanted === undefined ? [`${REPORT}${report}`] : []),
      ...PERMISSIONS,
      ...own,
      ...files,
    ],
    env: { [MISSING_PROGRAMS_FILE]: missingFile },
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
