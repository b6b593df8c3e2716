/**
 * The environment of a process that has these variables and files only.
 *
 * @module
 */
import { withSettingsFile } from "../src/config/settings_file.ts";
import type { Environment } from "../src/config/source.ts";

/**
 * An environment for the configuration to be read from.
 *
 * @param mode Of all files.
 */
export function environment(
  variables: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
  mode = 0o100600,
): Environment {
  return withSettingsFile({
    get: (name) => variables[name],
    names: () => Object.keys(variables),
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Deno.errors.NotFound(`No such file: ${path}`);
      return text;
    },
    modeOf: () => mode,
  });
}
