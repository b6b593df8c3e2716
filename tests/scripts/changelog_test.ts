import { notesOf, withRelease } from "../../scripts/changelog.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- A thing.

## [1.0.0] - 2026-01-01

- All of it.
`;

Deno.test("withRelease() dates what was unreleased, and leaves nothing unreleased", () => {
  const released = withRelease(CHANGELOG, "1.1.0", "2026-02-03");
  assertEquals(notesOf(released, "1.1.0"), "### Added\n\n- A thing.\n");
  assertEquals(notesOf(released, "1.0.0"), "- All of it.\n");
  assertEquals(released.match(/^## .*/gm), [
    "## [Unreleased]",
    "## [1.1.0] - 2026-02-03",
    "## [1.0.0] - 2026-01-01",
  ]);
  assertThrows(() => withRelease(released, "1.2.0", "2026-02-04"), TypeError, "nothing stands");
});

Deno.test("a version is released once, and has notes", () => {
  assertThrows(() => withRelease(CHANGELOG, "1.0.0", "2026-02-03"), TypeError, "has it already");
  assertThrows(() => notesOf(CHANGELOG, "1.1.0"), TypeError, "Cannot find anything of 1.1.0");
  assertThrows(() => notesOf(CHANGELOG, "1.0"), TypeError, "Cannot find anything of 1.0 ");
});
