/**
 * Fails when more code is repeated than tools/jscpd/jscpd.json allows, and shows where. The program
 * is jscpd, from npm as tools/jscpd/package-lock.json pins it, installed when it is not there yet.
 *
 * @module
 */
import { npmFolder } from "./npm_folder.ts";
import { ROOT } from "./project.ts";

const folder = await npmFolder("jscpd");
const { code } = await new Deno.Command(`${folder}node_modules/.bin/jscpd`, {
  args: ["--config", `${folder}jscpd.json`],
  cwd: ROOT,
}).spawn().status;
Deno.exitCode = code;
