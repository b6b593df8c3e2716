/**
 * Tries what the image holds without a container runtime: its root file system is put together as
 * the Dockerfile does it, and the program started in there by chroot, as the image's user, with
 * nothing to be written anywhere. It takes root, and Debian's `apt-get`.
 *
 * @module
 */
import { deepStrictEqual, match } from "node:assert/strict";
import { writeOut } from "../src/base/process/console.ts";
import { bundle, currentCommit } from "./bundle.ts";
import { destinationOf, instructions, listIn } from "./dockerfile.ts";
import { PROGRAM, ROOT } from "./project.ts";
import { run } from "./run.ts";
import { whileServing } from "./served.ts";

/** Says that what lies beside it are modules. */
const TYPE = "packaging/container/package.json";

const all = await instructions();

function last(name: string): string {
  const found = all.filter((each) => each.name === name).at(-1);
  if (!found) throw new TypeError(`The Dockerfile has no ${name}`);
  return found.text;
}

/** What a container runtime does: a read-only root, /proc, and no more devices than these. */
const ENTER = `
  root=$1 user=$2
  shift 2
  mount --bind "$root" "$root"
  for device in null zero random urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done
  mount -t proc proc "$root/proc"
  mount -o remount,bind,ro "$root"
  exec env -i ${last("ENV")} "$(command -v chroot)" --userspec="$user" "$root" "$@"
`;

async function rootFileSystem(folder: string): Promise<void> {
  const { stdout: architecture } = await run("dpkg", ["--print-architecture"]);
  await run(`${ROOT}packaging/container/rootfs`, [folder, architecture.trim()]);
  await Deno.copyFile(Deno.execPath(), folder + destinationOf(all, "/deno"));
  const output = folder + destinationOf(all, `dist/${PROGRAM}.js`);
  await bundle({ entry: `${ROOT}main.ts`, output, commit: await currentCommit() });
  await Deno.copyFile(ROOT + TYPE, folder + destinationOf(all, TYPE));
  for (const device of ["null", "zero", "random", "urandom"]) {
    await Deno.writeTextFile(`${folder}/dev/${device}`, "");
  }
}

/** The state of a process: whose it is, and how its root is mounted. */
async function confinement(pid: number): Promise<{ user: string; root: string }> {
  // By a program, as Deno would have to be allowed everything for a file of /proc.
  const { stdout: status } = await run("cat", [`/proc/${pid}/status`]);
  const { stdout: mounts } = await run("cat", [`/proc/${pid}/mountinfo`]);
  const [, user = ""] = /^Uid:\t(\d+)/m.exec(status) ?? [];
  const [, root = ""] = / \/ (\S+)/.exec(mounts) ?? [];
  return { user, root: root.split(",")[0] ?? "" };
}

async function tryIn(folder: string): Promise<void> {
  await rootFileSystem(folder);
  const user = last("USER");
  const entry = listIn({ name: "ENTRYPOINT", text: last("ENTRYPOINT") });
  const health = listIn({ name: "HEALTHCHECK", text: last("HEALTHCHECK") });
  const enter = ["--mount", "sh", "-euc", ENTER, "sh", folder, user];

  const smoke = ["run", "--no-prompt", "--allow-read", "--allow-run", `${ROOT}scripts/smoke.ts`];
  const { stdout } = await run(Deno.execPath(), [...smoke, "unshare", ...enter, ...entry]);
  writeOut(stdout.trim());

  const args = [...enter, ...entry, "serve", "--demo", "--http", "0", "--without-token"];
  await whileServing({ command: "unshare", args, env: {} }, async (url, pid) => {
    deepStrictEqual(await confinement(pid), { user: user.split(":")[0], root: "ro" });
    const { host } = new URL(url);
    const { stdout } = await run("unshare", [...enter, ...health, host]);
    match(stdout, / is alive\n$/);
    writeOut(stdout.trim());
  });
}

const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-container-" });
await Deno.chmod(folder, 0o755);
try {
  await tryIn(folder);
} finally {
  await Deno.remove(folder, { recursive: true });
}
