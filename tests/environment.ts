/**
 * The environment of a process that has these variables and files only.
 *
 * @module
 */
import type { Environment } from "../src/config/source.ts";

/** An environment for the configuration to be read from. */
export function environment(
  variables: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): Environment {
  return {
    get: (name) => variables[name],
    names: () => Object.keys(variables),
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Deno.errors.NotFound(`No such file: ${path}`);
      return text;
    },
  };
}
