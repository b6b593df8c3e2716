/**
 * Reads and changes CHANGELOG.md.
 *
 * @module
 */

const UNRELEASED = "## [Unreleased]";

/** What stands under a heading of the second level. */
function under(changelog: string, heading: string): string {
  const start = changelog.indexOf(`\n${heading}`);
  if (start < 0) return "";
  const [, text = ""] = /^\n.*\n([^]*?)(?=\n## |$(?![^]))/.exec(changelog.slice(start)) ?? [];
  return text.trim();
}

/** What changed in a version: the notes of its release. */
export function notesOf(changelog: string, version: string): string {
  const notes = under(changelog, `## [${version}]`);
  if (notes === "") throw new TypeError(`Cannot find anything of ${version} in CHANGELOG.md`);
  return `${notes}\n`;
}

/** The changelog with what is unreleased as a version; nothing is unreleased after it. */
export function withRelease(changelog: string, version: string, date: string): string {
  if (changelog.includes(`\n## [${version}]`)) {
    throw new TypeError(`Cannot release ${version}: CHANGELOG.md has it already`);
  }
  if (under(changelog, UNRELEASED) === "") {
    throw new TypeError("Cannot release: nothing stands under Unreleased in CHANGELOG.md");
  }
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${date}`);
}
