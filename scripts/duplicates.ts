/**
 * Fails when more code is repeated than tools/jscpd/jscpd.json allows, and shows where. The program
 * is jscpd, from npm as tools/jscpd/package-lock.json pins it, installed when it is not there yet.
 *
 * @module
 */
import { ROOT } from "./project.ts";
import { run } from "./run.ts";

const FOLDER = `${ROOT}tools/jscpd/`;

/** The pinned version is installed. */
async function isInstalled(): Promise<boolean> {
  const { dependencies } = JSON.parse(await Deno.readTextFile(`${FOLDER}package.json`));
  const installed = await Deno.readTextFile(`${FOLDER}node_modules/jscpd/package.json`)
    .catch(() => "{}");
  return JSON.parse(installed).version === dependencies.jscpd;
}

if (!await isInstalled()) {
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: FOLDER });
}
const { code } = await new Deno.Command(`${FOLDER}node_modules/.bin/jscpd`, {
  args: ["--config", `${FOLDER}jscpd.json`],
  cwd: ROOT,
}).spawn().status;
Deno.exitCode = code;
