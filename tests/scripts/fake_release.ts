/**
 * The checksums of a release that never was.
 *
 * @module
 */
import { archive, mcpBundle, parseSums, TARGETS, VERSION } from "../../scripts/project.ts";

/** A release's version and its checksums by file name, all of them different. */
export function fakeRelease(): { readonly version: string; readonly sums: Map<string, string> } {
  const files = TARGETS.flatMap((target) => [archive(target), mcpBundle(target)]);
  const lines = files.map((file, index) =>
    `${(index + 1).toString(16).padStart(64, "a")}  ${file}`
  );
  return { version: VERSION, sums: parseSums(lines.join("\n") + "\n") };
}
