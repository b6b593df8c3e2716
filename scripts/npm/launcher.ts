/**
 * The npm package's own program, which Node.js runs: starts the bundle under the Deno that npm
 * installed, in place of this process where Node.js can do that.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { denoArguments } from "./arguments.ts";

/** What npm's package of Deno does on its first start, which may have no postinstall before it. */
interface DenoPackage {
  /** Where Deno is; puts it there first when it must. */
  runInstall(): string;
}

type Execve = (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => never;

const { runInstall } = createRequire(import.meta.url)("deno/install_api.cjs") as DenoPackage;
const deno = runInstall();
const bundle = fileURLToPath(new URL("proxmox-mcp.js", import.meta.url));
const args = denoArguments(bundle, process.argv.slice(2), process.env);
const env = { ...process.env, DENO_NO_UPDATE_CHECK: "1" };

const { execve } = process as { readonly execve?: Execve };
if (execve && process.platform !== "win32") execve(deno, [deno, ...args], env);

const child = spawn(deno, args, { stdio: "inherit", env });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  process.stderr.write(`Cannot start Deno: ${error.message}\n`);
  process.exitCode = 1;
});
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
