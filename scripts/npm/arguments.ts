/**
 * What the npm package starts Deno with: as little as the settings and the command take.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { withSettingsFile } from "../../src/config/settings_file.ts";
import { permissions } from "../../src/cli/commands/permissions.ts";
import { BUNDLE_FLAGS, PERMISSIONS } from "../runtime.ts";

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Whether a client is served over stdio: then the settings tell all that will be used. */
function isStdio([first, ...rest]: readonly string[]): boolean {
  const options = first === "serve" ? rest : [first ?? "", ...rest];
  return (first === undefined || first === "serve" || first.startsWith("-")) &&
    !options.some((option) => /^--http\b/.test(option));
}

function allowed(args: readonly string[], variables: Variables): readonly string[] {
  if (!isStdio(args)) return PERMISSIONS;
  const environment = withSettingsFile({
    get: (name) => variables[name],
    names: () => Object.keys(variables),
    readFile: (path) => readFileSync(path, "utf8"),
  });
  return ["--no-prompt", ...permissions(args.includes("--demo") ? undefined : environment)];
}

/** Arguments of Deno that run a bundle with the program's own arguments. */
export function denoArguments(
  bundle: string,
  args: readonly string[],
  variables: Variables,
): string[] {
  return ["run", ...BUNDLE_FLAGS, ...allowed(args, variables), bundle, ...args];
}
