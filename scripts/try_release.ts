/**
 * A dry run of the whole release, in a copy of this checkout: the next version is prepared, files
 * stand in for the binaries, all that a release publishes is made and held together, and what would
 * be published is listed. Nothing leaves the machine.
 *
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";
import { writeOut } from "../src/base/process/console.ts";
import { copyCheckout } from "./checkout.ts";
import { executable, parseSums, TARGETS, VERSION } from "./project.ts";
import { run } from "./run.ts";

/** What holds a release together, and needs no more than its files. */
const TESTS = ["container", "formula", "mcpb", "npm_package", "scoop", "server_json"];

/** A version that comes after this one. */
const NEXT = VERSION.replace(/\d+(?=$|-)/, (patch) => `${Number(patch) + 1}`);

/** The commit of a release is what its files are stamped with. */
async function commit(checkout: string): Promise<void> {
  const author = ["-c", "user.name=dry run", "-c", "user.email=dry-run@localhost"];
  for (
    const args of [
      ["init", "--quiet"],
      ["add", "--all"],
      [...author, "commit", "--quiet", "--message=The release"],
    ]
  ) await run("git", args, { cwd: checkout });
}

async function standIns(folder: string): Promise<void> {
  for (const target of TARGETS) {
    await Deno.mkdir(`${folder}/${target.id}`, { recursive: true });
    const file = `${folder}/${target.id}/${executable(target)}`;
    await Deno.writeTextFile(file, `#!/bin/sh\necho ${target.id}\n`, { mode: 0o755 });
  }
}

async function tryRelease(folder: string): Promise<void> {
  const checkout = `${folder}/checkout`;
  const deno = (...args: string[]): ReturnType<typeof run> =>
    run(Deno.execPath(), args, { cwd: checkout, env: { NO_COLOR: "1" } });
  await copyCheckout(checkout);
  await deno("task", "prepare-release", NEXT);
  await commit(checkout);
  await standIns(`${folder}/binaries`);
  const folders = ["--binaries", `${folder}/binaries`, "--output", `${folder}/release`];
  const { stdout } = await deno("task", "--quiet", "release-files", ...folders);

  const list = JSON.parse(stdout) as { version: string; releases: { files: string[] } };
  deepStrictEqual(list.version, NEXT);
  await run("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], {
    cwd: `${folder}/release`,
  });
  const sums = parseSums(await Deno.readTextFile(`${folder}/release/SHA256SUMS`));
  const signed = ["SHA256SUMS", "SHA256SUMS.sigstore.json"];
  deepStrictEqual(list.releases.files, [...sums.keys(), ...signed]);

  // In the order of the workflow's jobs.
  await deno("publish", "--dry-run", "--allow-dirty", "--no-check");
  const ofRelease = ["--sums", `${folder}/release/SHA256SUMS`, "--output"];
  await deno("task", "formula", ...ofRelease, `${folder}/proxmox-mcp.rb`);
  await deno("task", "server-json", ...ofRelease, `${folder}/server.json`);
  const tests = TESTS.map((name) => `tests/scripts/${name}_test.ts`);
  await deno("test", "--no-check", "--quiet", "-A", ...tests, "tests/docs/plugin_test.ts");
  writeOut(stdout.trim());
}

const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-release-" });
try {
  await tryRelease(folder);
} finally {
  await Deno.remove(folder, { recursive: true });
}
