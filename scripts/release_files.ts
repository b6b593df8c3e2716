/**
 * Makes all that a release publishes, of binaries that were compiled before: archives, MCP bundles,
 * the npm package, and what installs and runs the program, with their checksums.
 *
 * `--binaries FOLDER` (dist, as scripts/compile.ts fills it), `--output FOLDER` (release). Beside
 * the files of the release it writes into `FOLDER-plan` what the workflow reads: `notes.md`, and
 * `publish.json`, the list of what is published where, which it prints as well.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { writeOut } from "../src/base/process/console.ts";
import { notesOf } from "./changelog.ts";
import { currentCommit } from "./bundle.ts";
import { pack } from "./mcpb.ts";
import { npmPackage, TARBALL } from "./npm_package.ts";
import {
  archive,
  executable,
  IMAGE,
  mcpBundle,
  OWNER,
  PACKAGE,
  PROGRAM,
  REGISTRY_NAME,
  REPOSITORY,
  ROOT,
  type Target,
  TARGETS,
  VERSION,
} from "./project.ts";
import { run } from "./run.ts";
import { billOfMaterials } from "./sbom.ts";
import { scoopManifest } from "./scoop.ts";

/** What is published as it stands here. */
const AS_IT_IS = [
  "install.sh",
  "packaging/container/compose.yaml",
  "packaging/container/kubernetes.yaml",
  "packaging/systemd/proxmox-mcp.service",
];
/** A version such as 1.2.3-rc.1, which is not for everybody. */
const PRERELEASE = VERSION.includes("-");

async function makeArchive(target: Target, folder: string, output: string): Promise<void> {
  const file = `${output}/${archive(target)}`;
  const binary = executable(target);
  if (target.platform === "win32") {
    await run("zip", ["-jqX", file, `${folder}/${binary}`, `${ROOT}LICENSE`]);
  } else {
    const owner = ["--owner=0", "--group=0"];
    await run("tar", [...owner, "-czf", file, "-C", folder, binary, "-C", ROOT, "LICENSE"]);
  }
}

/** Checksums of a folder's files by name. */
async function checksums(folder: string): Promise<Map<string, string>> {
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  return new Map(
    await Promise.all(names.map(async (name) => {
      const bytes = await Deno.readFile(`${folder}/${name}`);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      return [name, digest.toHex()] as const;
    })),
  );
}

async function makeFiles(binaries: string, output: string): Promise<void> {
  for (const target of TARGETS) {
    const folder = `${binaries}/${target.id}`;
    await makeArchive(target, folder, output);
    await pack(target, `${folder}/${executable(target)}`, `${output}/${mcpBundle(target)}`);
  }
  const work = await Deno.makeTempDir({ prefix: "proxmox-mcp-release-" });
  try {
    await npmPackage(work, await currentCommit());
    await Deno.copyFile(`${work}/${TARBALL}`, `${output}/${TARBALL}`);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  for (const path of AS_IT_IS) {
    await Deno.copyFile(ROOT + path, `${output}/${path.slice(path.lastIndexOf("/") + 1)}`);
  }
  const bill = JSON.stringify(await billOfMaterials(), null, 2);
  await Deno.writeTextFile(`${output}/${PROGRAM}.cdx.json`, `${bill}\n`);
  await Deno.writeTextFile(
    `${output}/${PROGRAM}.json`,
    scoopManifest(await checksums(output)),
  );
}

/** What is published where; what is not for everybody stays out of the lists that everybody reads. */
function plan(files: readonly string[]): Record<string, unknown> {
  return {
    version: VERSION,
    prerelease: PRERELEASE,
    releases: { repository: REPOSITORY, tag: `v${VERSION}`, files },
    npm: { package: PACKAGE, file: TARBALL, tag: PRERELEASE ? "next" : "latest" },
    image: {
      name: IMAGE,
      tags: PRERELEASE ? [VERSION] : [VERSION, "latest"],
      platforms: ["linux/amd64", "linux/arm64"],
    },
    jsr: { package: PACKAGE },
    ...(PRERELEASE ? {} : {
      homebrew: { repository: `${OWNER}/homebrew-tap`, file: `Formula/${PROGRAM}.rb` },
      registry: { name: REGISTRY_NAME },
    }),
  };
}

if (import.meta.main) {
  const { values: { binaries, output } } = parseArgs({
    args: Deno.args,
    options: {
      binaries: { type: "string", default: `${ROOT}dist` },
      output: { type: "string", default: `${ROOT}release` },
    },
  });
  const notes = notesOf(await Deno.readTextFile(`${ROOT}CHANGELOG.md`), VERSION);
  for (const folder of [output, `${output}-plan`]) await Deno.mkdir(folder, { recursive: true });
  await makeFiles(binaries, output);
  const sums = await checksums(output);
  const lines = Array.from(sums, ([name, sum]) => `${sum}  ${name}\n`);
  await Deno.writeTextFile(`${output}/SHA256SUMS`, lines.join(""));
  const list = JSON.stringify(
    plan([...sums.keys(), "SHA256SUMS", "SHA256SUMS.sigstore.json"]),
    null,
    2,
  );
  await Deno.writeTextFile(`${output}-plan/publish.json`, `${list}\n`);
  await Deno.writeTextFile(`${output}-plan/notes.md`, notes);
  writeOut(list);
}
