/**
 * What a file that starts the server over HTTP sets is complete, and reads the files it should.
 *
 * @module
 */
import { loadConfig } from "../src/config/config.ts";
import { assertEquals } from "./assert.ts";

const SECRET = "11111111-2222-4333-8444-555555555555";

/** Reads settings whose secrets are in files, and answers the paths of the files. */
export function secretFilesOf(settings: ReadonlyMap<string, string>): string[] {
  const read: string[] = [];
  const { warnings, config } = loadConfig({
    get: (name) => settings.get(name),
    names: () => [...settings.keys()],
    readFile: (path: string) => {
      read.push(path);
      return `${SECRET}\n`;
    },
  });
  assertEquals(warnings, []);
  assertEquals([config.tokenValue, config.httpToken], [SECRET, SECRET]);
  return read.sort();
}
