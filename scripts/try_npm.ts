/**
 * Tries the npm package as a stranger gets it: packed, installed from the tarball alone without
 * running scripts of packages, on a machine with an empty home and nothing but Node.js, `npm` and
 * `sh`. The first command installs, the second is a working server.
 *
 * @module
 */
import { match } from "node:assert/strict";
import { writeOut } from "../src/base/process/console.ts";
import { currentCommit } from "./bundle.ts";
import { npmPackage, TARBALL } from "./npm_package.ts";
import { PROGRAM, ROOT } from "./project.ts";
import { run } from "./run.ts";
import { whileServing } from "./served.ts";

/** How a machine reaches the network is no setting of the program. */
const NETWORK = /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

async function bareMachine(folder: string): Promise<Record<string, string>> {
  await Deno.mkdir(`${folder}/bin`);
  await Deno.mkdir(`${folder}/home`);
  for (const name of ["node", "npm", "sh"]) {
    const { stdout } = await run("sh", ["-c", `command -v ${name}`]);
    await Deno.symlink(await Deno.realPath(stdout.trim()), `${folder}/bin/${name}`);
  }
  const network = Object.entries(Deno.env.toObject()).filter(([name]) => NETWORK.test(name));
  return { PATH: `${folder}/bin`, HOME: `${folder}/home`, ...Object.fromEntries(network) };
}

/** The command line of the Deno that runs a bundle of this folder. */
async function denoOf(folder: string): Promise<string> {
  // By a shell, as Deno would have to be allowed everything for a file of /proc.
  const list = 'for each in /proc/[0-9]*/cmdline; do tr "\\0" " " < "$each"; echo; done';
  const { stdout } = await run("sh", ["-c", `{ ${list}; } 2> /dev/null || true`]);
  const found = stdout.split("\n").find((line) =>
    line.includes(" run ") && line.includes(` ${folder}/installed`)
  );
  if (found === undefined) throw new Error(`No Deno runs anything of ${folder}`);
  return found;
}

/** How the package starts Deno with settings of a cluster. */
async function denoCommand(program: string, folder: string): Promise<string> {
  await using server = new Deno.Command(program, {
    env: {
      PROXMOX_HOST: "pve1.example.com",
      PROXMOX_TOKEN_NAME: "mcp",
      PROXMOX_TOKEN_VALUE: "11111111-2222-4333-8444-555555555555",
    },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = server.stdin.getWriter();
  await writer.write(new TextEncoder().encode('{"jsonrpc":"2.0","id":1,"method":"ping"}\n'));
  const reader = server.stdout.getReader();
  await reader.read();
  const found = await denoOf(folder);
  await Promise.all([writer.close(), reader.cancel()]);
  return found;
}

async function tryPackage(folder: string): Promise<void> {
  await npmPackage(folder, await currentCommit());
  const env = await bareMachine(folder);
  const tarball = `${folder}/${TARBALL}`;
  await run("env", [
    "-i",
    ...Object.entries(env).map((pair) => pair.join("=")),
    ...["npm", "install", "--global", "--ignore-scripts", `--prefix=${folder}/installed`, tarball],
  ]);
  const program = `${folder}/installed/bin/${PROGRAM}`;
  const smoke = ["run", "--no-prompt", "--allow-read", "--allow-run", `${ROOT}scripts/smoke.ts`];
  const { stdout } = await run(Deno.execPath(), [...smoke, program]);
  writeOut(stdout.trim());

  match(
    await denoCommand(program, folder),
    / --no-prompt --allow-net=pve1\.example\.com:8006 --allow-env=PROXMOX_\* --ignore-env \//,
  );

  const args = ["serve", "--demo", "--http", "0", "--without-token"];
  await whileServing({ command: program, args, env: {} }, async (url) => {
    const response = await fetch(new URL("/healthz", url));
    match(await response.text(), /^ok/);
  });
}

const folder = await Deno.makeTempDir({ prefix: "proxmox-mcp-npm-" });
try {
  await tryPackage(folder);
} finally {
  await Deno.remove(folder, { recursive: true });
}
